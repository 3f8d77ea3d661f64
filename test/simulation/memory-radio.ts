import type { SeededRandom } from "../../firmware-sim/random.ts";
import { deviceIdOf, type SayOrder } from "../../gateway/core/report.ts";
import type { Timer } from "../../gateway/ports/clock.ts";
import type { Radio, ReportSink } from "../../gateway/ports/radio.ts";
import { seconds } from "../../gateway/core/units.ts";
import type { ProcessClock, WorldClock } from "./virtual-clock.ts";
import type { OnAir, WornButton } from "./worn-button.ts";

const SAY_EVERY_MS = seconds(1);
const SAY_MAX = 10;

/** What the air does to a line; 0 to 1 where it is a chance. */
export interface Weather {
  dropUp: number;
  dropDown: number;
  duplicate: number;
  delayMaxMs: number;
  isCut: boolean;
}

export const FAIR: Readonly<Weather> = { dropUp: 0.05, dropDown: 0.05, duplicate: 0.05, delayMaxMs: 400, isCut: false };

/** One line's air: outlives every run of the gateway. Reports overtake each other, get lost and come twice. */
export class Air {
  readonly line: string;
  readonly weather: Weather = { ...FAIR };
  readonly #clock: WorldClock;
  readonly #chance: SeededRandom;
  readonly #buttons = new Map<string, WornButton>();
  #radio: MemoryRadio | null = null;

  constructor(line: string, clock: WorldClock, chance: SeededRandom) {
    this.line = line;
    this.#clock = clock;
    this.#chance = chance;
  }

  attach(button: WornButton): void {
    this.#buttons.set(button.id, button);
  }

  /** Who listens now; null: nobody does. */
  listen(radio: MemoryRadio | null): void {
    this.#radio = radio;
    if (this.weather.isCut) radio?.lineState(false);
  }

  cut(isCut: boolean): void {
    this.weather.isCut = isCut;
    this.#radio?.lineState(!isCut);
  }

  /** Puts a report on the air: it arrives never, once or twice, after a while. */
  send(report: OnAir): void {
    const copies = this.#chance.chance(this.weather.duplicate) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      if (this.#chance.chance(this.weather.dropUp)) continue;
      const delayMs = this.#chance.integer(this.weather.delayMaxMs);
      this.#clock.after(delayMs, () => {
        if (!this.weather.isCut) this.#radio?.receive(report);
      });
    }
  }

  /** Brings an order to its device. False: it got lost on the way. */
  carry(order: SayOrder): boolean {
    const button = this.#buttons.get(deviceIdOf(order.bridge, order.address));
    if (!button || this.weather.isCut || this.#chance.chance(this.weather.dropDown)) return false;
    button.hear(order);
    return !this.#chance.chance(this.weather.dropDown);
  }
}

/** What the checks want to know of a line. */
export interface RadioWitness {
  told(order: SayOrder): void;
  durable(report: OnAir): void;
}

/** One run's end of a line: a `Radio` of the gateway without a wire. */
export class MemoryRadio implements Radio {
  readonly line: string;
  readonly #air: Air;
  readonly #clock: ProcessClock;
  readonly #sink: ReportSink;
  readonly #witness: RadioWitness;
  readonly #orders = new Map<string, Timer | null>();
  #isOpen = false;

  constructor(air: Air, clock: ProcessClock, sink: ReportSink, witness: RadioWitness) {
    this.line = air.line;
    this.#air = air;
    this.#clock = clock;
    this.#sink = sink;
    this.#witness = witness;
  }

  start(): Promise<void> {
    this.#isOpen = true;
    this.#air.listen(this);
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.kill();
    return Promise.resolve();
  }

  /** The process is gone. */
  kill(): void {
    if (this.#isOpen) this.#air.listen(null);
    this.#isOpen = false;
    for (const timer of this.#orders.values()) timer?.cancel();
    this.#orders.clear();
  }

  lineState(isUp: boolean): void {
    this.#sink.lineState(this.line, isUp, isUp ? "back" : "unplugged");
  }

  receive(report: OnAir): void {
    if (!this.#isOpen) return;
    const heard = this.#sink.report({ ...report, receivedAt: this.#clock.now() });
    void heard.then(() => {
      if (this.#isOpen) this.#witness.durable(report);
    });
  }

  say(order: SayOrder): void {
    if (!this.#isOpen) return;
    this.#witness.told(order);
    const device = deviceIdOf(order.bridge, order.address);
    this.#orders.get(device)?.cancel();
    this.#repeat(device, order, 1);
  }

  /** One slot a device here: a *heard* that goes with it is asked for again by its pendant. */
  hush(bridge: string, address: string): void {
    const device = deviceIdOf(bridge, address);
    this.#orders.get(device)?.cancel();
    this.#orders.delete(device);
  }

  #repeat(device: string, order: SayOrder, time: number): void {
    this.#orders.delete(device);
    if (this.#air.carry(order)) return this.#sink.said(order, this.#clock.now());
    if (time >= SAY_MAX) return this.#sink.unsaid(order, `${SAY_MAX} times without an echo`);
    this.#orders.set(
      device,
      this.#clock.after(SAY_EVERY_MS, () => this.#repeat(device, order, time + 1)),
    );
  }
}
