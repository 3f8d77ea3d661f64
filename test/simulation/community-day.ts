import type { DomainEvent } from "../../gateway/core/events.ts";
import type { Input, Reply } from "../../gateway/core/input.ts";
import { hours, minutes, type DurationMs } from "../../gateway/core/units.ts";
import { createHash } from "node:crypto";
import { differenceOf } from "./comparison.ts";
import { DeskPeople } from "./desk.ts";
import { GatewayProcess, MortalDisk } from "./gateway-process.ts";
import { Helpers } from "./helpers.ts";
import { Ledger } from "./ledger.ts";
import { Air } from "./memory-radio.ts";
import { HotlineReceiver, Phones } from "./receiving-ends.ts";
import { Rules } from "./rules.ts";
import { LINES, buildSettlement, type Settlement } from "./settlement.ts";
import { chanceFor, emptyTally, type Tally, type Town } from "./town.ts";
import { Trouble } from "./trouble.ts";
import { WorldClock, settled } from "./virtual-clock.ts";
import { Wearers } from "./wearers.ts";
import { WornButton } from "./worn-button.ts";

/** Midnight in Asia/Shanghai. */
const START = Date.UTC(2026, 10, 22, 16, 0, 0);
/** The journal's fold is compared with the state this often. */
const COMPARE_EVERY_MS = minutes(30);
/** What is left open in the evening must be done within this time. */
const EVENING_MS = hours(2);

export interface DayOptions {
  readonly seed: number;
  readonly residents?: number;
  readonly lengthMs?: DurationMs;
  readonly pressesADay?: number;
  readonly troublesADay?: number;
  /** Another disk than the usual one. */
  readonly disk?: MortalDisk;
}

export interface DayReport {
  readonly seed: number;
  readonly tally: Tally;
  /** SHA-256 over the journal: the same seed gives the same. */
  readonly digest: string;
  readonly disk: MortalDisk;
}

/** A rule did not hold. The message names the seed and the virtual time; `disk` has what led to it. */
export class RuleBroken extends Error {
  readonly disk: MortalDisk;

  constructor(message: string, disk: MortalDisk) {
    super(message);
    this.disk = disk;
  }
}

/** A community's day on ports in memory, in virtual time, all of it from one seed. */
export class CommunityDay implements Town {
  readonly world = new WorldClock(START);
  gateway: GatewayProcess | null = null;
  isEvening = false;
  readonly #options: Required<Omit<DayOptions, "disk">>;
  readonly #tally = emptyTally();
  readonly #disk: MortalDisk;
  readonly #settlement: Settlement;
  readonly #airs: readonly Air[];
  readonly #hotline: HotlineReceiver;
  readonly #phones: Phones;
  readonly #buttons: readonly WornButton[];
  readonly #desk: DeskPeople;
  readonly #ledger: Ledger;
  readonly #rules: Rules;
  readonly #wearers: Wearers;
  readonly #trouble: Trouble;
  readonly #broken: string[] = [];
  /** Rows that the disk will have when everything appended is on it. */
  #rowsExpected = 0;
  #restartDue = false;

  constructor(options: DayOptions) {
    this.#options = { residents: 150, lengthMs: hours(24), pressesADay: 260, troublesADay: 60, ...options };
    const { seed, residents, pressesADay, troublesADay } = this.#options;
    this.#disk = options.disk ?? new MortalDisk();
    const fail = (what: string): void => void this.#broken.push(what);
    const chance = (part: string) => chanceFor(seed, part);
    this.#settlement = buildSettlement(chance("settlement"), residents);
    this.#airs = LINES.map((line) => new Air(line, this.world, chance(line)));
    this.#hotline = new HotlineReceiver(chance("hotline"));
    this.#phones = new Phones(chance("phones"));
    this.#buttons = this.#wear();
    this.#desk = new DeskPeople(this, chance("desk"), fail);
    const { responders } = this.#settlement;
    const helpers = new Helpers(this, chance("helpers"), responders, (alarm, by) => this.#desk.work(alarm, by));
    this.#phones.shown = (message) => helpers.shown(message);
    this.#ledger = new Ledger(this.#disk, fail);
    const shared = { town: this, tally: this.#tally, disk: this.#disk, hotline: this.#hotline, buttons: this.#buttons };
    this.#rules = new Rules({ ...shared, ledger: this.#ledger, desk: this.#desk, responders, fail });
    this.#disk.stored = () => this.#ledger.read(this.world.now(), (event, facts) => this.#rules.noted(event, facts));
    this.#wearers = new Wearers(this, chance("wearers"), this.#buttons, this.#tally, pressesADay);
    this.#trouble = new Trouble({
      ...shared,
      chance: chance("trouble"),
      airs: this.#airs,
      phones: this.#phones,
      desk: this.#desk,
      wearers: this.#wearers,
      troublesADay,
      restart: (downMs, clean) => this.#restart(downMs, clean),
    });
  }

  ask(input: Input, then: (reply: Reply) => void = () => undefined): boolean {
    const { gateway } = this;
    if (!gateway?.isUp) return false;
    gateway.app.submit(input).then(
      (reply) => {
        if (gateway.isUp) then(reply);
      },
      (error: unknown) => this.#rules.blamed(String(error)),
    );
    return true;
  }

  /** Runs the day, then an evening without faults in which everything must come right. @throws RuleBroken */
  async run(): Promise<DayReport> {
    await this.#boot();
    this.ask({ type: "save", events: this.#settlement.events });
    await settled();
    this.#desk.start();
    this.#wearers.start();
    this.#trouble.start();
    this.#compareAgain();
    await this.#runTo(START + this.#options.lengthMs);
    this.isEvening = true;
    this.#trouble.calm();
    await this.#runTo(this.world.now() + EVENING_MS);
    this.#compare();
    this.#rules.atEnd();
    this.#check();
    const digest = createHash("sha256").update(JSON.stringify(this.#disk.rows)).digest("hex");
    return { seed: this.#options.seed, tally: this.#tally, digest, disk: this.#disk };
  }

  #wear(): readonly WornButton[] {
    const chance = chanceFor(this.#options.seed, "batteries");
    return this.#settlement.devices.map((place) => {
      const air = this.#airs.find(({ line }) => line === place.line)!;
      const batteryPct = chance.chance(0.05) ? 12 + chance.integer(10) : 60 + chance.integer(41);
      const button = new WornButton(place, this.world, batteryPct, (report) => air.send(report));
      air.attach(button);
      return button;
    });
  }

  #runTo(end: number): Promise<void> {
    return this.world.runTo(end, () => {
      this.#tally.steps++;
      this.#rules.afterStep();
      this.#check();
    });
  }

  #check(): void {
    const [what, ...more] = this.#broken;
    if (what === undefined) return;
    const at = new Date(this.world.now()).toISOString();
    const others = more.length > 0 ? ` (and ${more.length} more)` : "";
    throw new RuleBroken(`seed=${this.#options.seed} at ${at}, row ${this.#ledger.seq}: ${what}${others}`, this.#disk);
  }

  async #boot(): Promise<void> {
    const gateway = new GatewayProcess({
      world: this.world,
      disk: this.#disk,
      airs: this.#airs,
      hotline: this.#hotline,
      phones: this.#phones,
      witness: this.#rules,
    });
    this.#rules.began();
    this.gateway = gateway;
    const rows = this.#disk.rows.length;
    this.#countAppends(gateway);
    const start = await gateway.boot((opened) => {
      this.#rowsExpected += rows + opened.events.length - (rows - (opened.snapshot?.seq ?? 0));
    });
    if (start.damaged) this.#broken.push("the journal is damaged");
    await settled();
    this.#rules.booted();
    this.#compare();
  }

  #countAppends({ journal }: GatewayProcess): void {
    this.#rowsExpected = 0;
    const append = journal.append.bind(journal);
    journal.append = (record) => {
      this.#rowsExpected += record.events.length;
      for (const event of record.events) this.#rules.decided(event as unknown as DomainEvent);
      return append(record);
    };
  }

  /** Ends this run: by a kill, or cleanly with a snapshot. The next one begins after `downMs`. */
  #restart(downMs: DurationMs, clean: boolean): void {
    const { gateway } = this;
    if (!gateway?.isUp || this.#restartDue) return;
    this.#restartDue = true;
    this.#disk.dieAt = null;
    this.#tally.restarts++;
    if (clean) {
      gateway.isUp = false;
      void gateway.stop();
    } else {
      this.#tally.kills++;
      gateway.kill();
    }
    this.world.after(downMs, () => {
      gateway.kill();
      this.#restartDue = false;
      void this.#boot().catch((error: unknown) => this.#rules.blamed(`it does not start: ${String(error)}`));
    });
  }

  #compareAgain(): void {
    this.world.after(COMPARE_EVERY_MS, () => {
      this.#compare();
      this.#compareAgain();
    });
  }

  /** The state is the fold of the journal, whenever nothing is on its way to the disk. */
  #compare(): void {
    if (!this.gateway?.isUp || this.#disk.rows.length !== this.#rowsExpected) return;
    this.#tally.comparisons++;
    const difference = differenceOf(this.gateway.app.state, this.#ledger.state);
    if (difference) this.#broken.push(`the state is not the fold of the journal: ${difference}`);
  }
}

/** The day in one line. */
export const lineOf = ({ seed, tally }: DayReport, ms: number): string =>
  `community-day seed=${seed}: ${tally.presses} presses, ${tally.tests} tests, ${tally.alarms} alarms ` +
  `(${tally.unproved} unproved), ${tally.restarts} restarts (${tally.kills} kills), ${tally.troubles} troubles, ` +
  `${tally.events} events, ${tally.steps} steps, ${tally.comparisons} comparisons, ` +
  `${tally.overtaken} presses overtaken, in ${Math.round(ms)} ms`;
