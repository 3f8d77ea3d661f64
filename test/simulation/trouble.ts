import type { SeededRandom } from "../../firmware-sim/random.ts";
import type { ReportKind } from "../../gateway/core/kinds.ts";
import { hours, minutes, seconds } from "../../gateway/core/units.ts";
import type { DeskPeople } from "./desk.ts";
import type { GatewayProcess, MortalDisk } from "./gateway-process.ts";
import { FAIR, type Air } from "./memory-radio.ts";
import type { EndMode, HotlineReceiver, Phones } from "./receiving-ends.ts";
import { between, type Tally, type Town } from "./town.ts";
import type { Wearers } from "./wearers.ts";
import type { OnAir, WornButton } from "./worn-button.ts";

export interface TroubleParts {
  readonly town: Town;
  readonly chance: SeededRandom;
  readonly tally: Tally;
  readonly disk: MortalDisk;
  readonly airs: readonly Air[];
  readonly hotline: HotlineReceiver;
  readonly phones: Phones;
  readonly desk: DeskPeople;
  readonly wearers: Wearers;
  readonly buttons: readonly WornButton[];
  /** Ends the gateway and starts it again after `downMs`. */
  readonly restart: (downMs: number, clean: boolean) => void;
  /** How often something goes wrong. */
  readonly troublesADay: number;
}

/** What the first counters of every device stood for, before the day. */
const EARLY_KINDS: readonly ReportKind[] = ["emergency", "service", "test", "heartbeat"];
const MODES: readonly EndMode[] = ["slow", "silent", "mute"];

/** Everything that goes wrong in a day: paths, lines, the disk, the clock, the process, and strangers on the air. */
export class Trouble {
  readonly #parts: TroubleParts;

  constructor(parts: TroubleParts) {
    this.#parts = parts;
  }

  start(): void {
    const { town, chance, troublesADay } = this.#parts;
    town.world.after(between(chance, 0, hours(48) / troublesADay), () => {
      if (!town.isEvening) this.#happen();
      this.start();
    });
  }

  /** All faults end: from here on everything must come right by itself. */
  calm(): void {
    const { town, hotline, phones, airs, disk, desk } = this.#parts;
    desk.isAwake = true;
    hotline.mode = "well";
    phones.mode = "well";
    disk.dieAt = null;
    for (const air of airs) {
      Object.assign(air.weather, FAIR, { isCut: air.weather.isCut });
      if (air.weather.isCut) air.cut(false);
    }
    if (town.gateway) this.#mend(town.gateway);
  }

  #happen(): void {
    const { chance, tally } = this.#parts;
    tally.troubles++;
    const draw = chance.integer(100);
    if (draw < 12) this.#mode(this.#parts.hotline);
    else if (draw < 22) this.#mode(this.#parts.phones);
    else if (draw < 30) this.#cut();
    else if (draw < 40) this.#storm();
    else if (draw < 54) this.#disk();
    else if (draw < 72) this.#die();
    else if (draw < 80) this.#clock();
    else if (draw < 86) this.#parts.wearers.pressTogether(10 + chance.integer(20));
    else if (draw < 90) this.#sleep();
    else this.#stray();
  }

  /** Ends by itself, unless the evening has come first. */
  #for(fromMs: number, toMs: number, end: () => void): void {
    const { town, chance } = this.#parts;
    town.world.after(between(chance, fromMs, toMs), () => {
      if (!town.isEvening) end();
    });
  }

  #mode(end: HotlineReceiver | Phones): void {
    end.mode = this.#parts.chance.pick(MODES);
    this.#for(seconds(20), minutes(30), () => (end.mode = "well"));
  }

  #sleep(): void {
    const { desk } = this.#parts;
    desk.isAwake = false;
    this.#for(seconds(5), minutes(20), () => (desk.isAwake = true));
  }

  #cut(): void {
    const air = this.#parts.chance.pick(this.#parts.airs);
    if (air.weather.isCut) return;
    air.cut(true);
    this.#for(seconds(5), minutes(10), () => air.cut(false));
  }

  #storm(): void {
    const { chance } = this.#parts;
    const air = chance.pick(this.#parts.airs);
    Object.assign(air.weather, { dropUp: 0.7, dropDown: 0.7, duplicate: 0.5, delayMaxMs: seconds(8) });
    this.#for(minutes(1), minutes(20), () => Object.assign(air.weather, FAIR, { isCut: air.weather.isCut }));
  }

  #disk(): void {
    const { town, chance } = this.#parts;
    const { gateway } = town;
    if (!gateway?.isJournalWell) return;
    gateway.isJournalWell = false;
    const draw = chance.integer(10);
    if (draw < 4) gateway.journal.stall();
    else gateway.journal.fail(draw < 8 ? "journal" : "both");
    gateway.isSpillWell = draw < 8;
    if (!gateway.isSpillWell) this.#parts.disk.dieAt = null;
    this.#for(seconds(1), draw < 4 ? seconds(40) : minutes(8), () => this.#mend(gateway));
  }

  #mend(gateway: GatewayProcess): void {
    if (this.#parts.town.gateway !== gateway || gateway.isJournalWell) return;
    gateway.journal.resume();
    // A failed commit is tried again each second, and what waited goes first.
    this.#parts.town.world.after(seconds(3), () => {
      gateway.isJournalWell = true;
      gateway.isSpillWell = true;
    });
  }

  #die(): void {
    const { town, chance, disk, restart } = this.#parts;
    // What both journal and spill refuse would be lost, and nothing could prevent it.
    if (!town.gateway?.isSpillWell) return;
    const downMs = chance.chance(0.6) ? between(chance, 100, seconds(5)) : between(chance, seconds(5), minutes(5));
    const draw = chance.integer(10);
    if (draw < 5) {
      disk.die = () => restart(downMs, false);
      disk.dieAt = draw < 3 ? "after" : "before";
    } else restart(downMs, draw < 7 && town.gateway.isJournalWell);
  }

  #clock(): void {
    const { town, chance } = this.#parts;
    const byMs = between(chance, seconds(3), chance.chance(0.5) ? minutes(1) : minutes(40));
    town.world.wallOffsetMs += chance.chance(0.5) ? byMs : -byMs;
  }

  /** A frame played back, one that somebody forged, one from long ago, or a device that nobody enrolled. */
  #stray(): void {
    const { chance, buttons, airs, tally } = this.#parts;
    const button = chance.pick(buttons);
    const counter = button.lastPress ?? 1;
    const draw = chance.integer(4);
    const early = 1 + chance.integer(8);
    tally.strays++;
    const real = button.onAir(counter, 0);
    const reports: readonly OnAir[] = [
      real,
      { ...real, counter: counter + 1000, kind: "emergency", proof: "wrong-tag" },
      { ...real, counter: early, kind: EARLY_KINDS[early % EARLY_KINDS.length]! },
      { ...real, address: `dead${1000 + chance.integer(5)}`, bridge: "okc", kind: "emergency", proof: "no-key" },
    ];
    airs.find(({ line }) => line === real.line)!.send(reports[draw]!);
  }
}
