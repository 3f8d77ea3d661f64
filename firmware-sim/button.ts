import type { SimClock, SimTimer } from "./clock.ts";
import { realClock } from "./clock.ts";
import type { CounterStore } from "./counter.ts";
import { memoryCounter } from "./counter.ts";
import { Battery } from "./battery.ts";
import type { ButtonReport } from "./unheard.ts";
import { Unheard } from "./unheard.ts";
import type { ButtonKind, ToldSay } from "./wire.ts";

/** Contacts of one key closer than this are one press: a worn key closes several times. */
const DEBOUNCE_MS = 50;
/** What the pendant was told is kept for tests and the page; the oldest is forgotten. */
const SAID_MAX = 200;

export type Lamp = "off" | "calling" | "heard" | "answered" | "coming";
const LAMP_RANK: Readonly<Record<Lamp, number>> = { off: 0, calling: 1, heard: 2, answered: 3, coming: 4 };

export interface Told {
  readonly counter: number;
  readonly say: ToldSay;
  readonly at: number;
}

export interface ButtonOptions {
  readonly clock?: SimClock;
  readonly counter?: CounterStore;
  /** A fixed battery state instead of the curve, for tests that compare bytes. */
  readonly batteryPct?: number;
  /** How full the cell is at the start, where the curve is used. */
  readonly batteryStartPct?: number;
  /** Contacts that one press of the key gives; 3 by default. */
  readonly bounces?: number;
}

/** What every pendant has, whatever line it speaks on: a key, a counter, a lamp, and the will to be heard. */
export abstract class Button {
  /** As people type it: `0000beef`, `p-17`. */
  readonly name: string;
  readonly said: Told[] = [];
  lamp: Lamp = "off";
  /** The counter of the newest press; null before the first. */
  lastPress: number | null = null;
  protected readonly clock: SimClock;
  protected readonly unheard: Unheard;
  readonly #counter: CounterStore;
  readonly #battery: Battery;
  readonly #fixedPct: number | null;
  readonly #bounces: number;
  readonly #listeners = new Set<(told: Told) => void>();
  #contactAt = -Infinity;
  #beat: SimTimer | null = null;

  constructor(name: string, options: ButtonOptions = {}) {
    this.name = name;
    this.clock = options.clock ?? realClock;
    this.#counter = options.counter ?? memoryCounter();
    this.#battery = new Battery(this.clock.now(), options.batteryStartPct ?? 100);
    this.#fixedPct = options.batteryPct ?? null;
    this.#bounces = options.bounces ?? 3;
    this.unheard = new Unheard(this.clock, (report) => {
      this.#battery.send();
      this.transmit(report, Math.max(0, this.clock.now() - report.pressedAt));
    });
  }

  /** Puts one report on the air; it may get lost. */
  protected abstract transmit(report: ButtonReport, ageMs: number): void;

  get batteryPct(): number {
    return this.#fixedPct ?? this.#battery.pct(this.clock.now());
  }

  /** Counters that were sent and not yet answered *heard*, oldest first. */
  get waiting(): readonly number[] {
    return this.unheard.reports.map((report) => report.counter);
  }

  /** A finger on the key, once: the contact bounces, one report leaves. Returns its counter. */
  press(kind: ButtonKind = "emergency"): { readonly counter: number } {
    this.#contactAt = -Infinity;
    const counter = this.contact(kind);
    for (let bounce = 1; bounce < this.#bounces; bounce++) this.contact(kind);
    return { counter: counter! };
  }

  /** The contact closes. Gives the new counter, or null when it was the bouncing of the last one. */
  contact(kind: ButtonKind): number | null {
    const now = this.clock.now();
    const bouncing = now - this.#contactAt < DEBOUNCE_MS;
    this.#contactAt = now;
    if (bouncing) return null;
    return this.#report(kind);
  }

  /** A sign of life. */
  heartbeat(): { readonly counter: number } {
    return { counter: this.#report("heartbeat") };
  }

  /** A sign of life now and every `everyMs`. */
  startHeartbeats(everyMs: number): void {
    this.#beat?.cancel();
    this.heartbeat();
    this.#beat = this.clock.after(everyMs, () => this.startHeartbeats(everyMs));
  }

  /** Called for everything the pendant is told. Returns the way to stop listening. */
  onSaid(listener: (told: Told) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Resolves when the wearer was, or will be, told `say` (for the given press, or any). Has no deadline of its own. */
  told(say: ToldSay, counter?: number): Promise<Told> {
    const fits = (told: Told): boolean => told.say === say && (counter === undefined || told.counter === counter);
    const before = this.said.find(fits);
    if (before) return Promise.resolve(before);
    return new Promise((resolve) => {
      const stop = this.onSaid((told) => {
        if (!fits(told)) return;
        stop();
        resolve(told);
      });
    });
  }

  /** Resolves when the gateway has said that it heard this press. */
  heard(counter: number): Promise<Told> {
    return this.told("heard", counter);
  }

  /** Takes the battery out: no retries, no heartbeats. The counter stays. */
  powerOff(): void {
    this.#beat?.cancel();
    this.#beat = null;
    this.unheard.stop();
  }

  /** For the subclass: the gateway has told this pendant something. */
  protected tell(counter: number, say: ToldSay): void {
    const told: Told = { counter, say, at: this.clock.now() };
    this.said.push(told);
    if (this.said.length > SAID_MAX) this.said.shift();
    if (say === "heard") this.unheard.heard(counter);
    // *heard* concerns one press; that somebody answered or comes concerns the wearer.
    if ((say !== "heard" || counter === this.lastPress) && LAMP_RANK[say] > LAMP_RANK[this.lamp]) this.lamp = say;
    for (const listener of [...this.#listeners]) listener(told);
  }

  #report(kind: ButtonKind): number {
    const counter = (this.#counter.read() + 1) >>> 0;
    // Stored before the first sending: after a loss of power the same counter must never name another press.
    this.#counter.write(counter);
    if (kind !== "heartbeat") {
      this.lamp = "calling";
      this.lastPress = counter;
    }
    this.unheard.add({ counter, kind, pressedAt: this.clock.now() });
    return counter;
  }
}
