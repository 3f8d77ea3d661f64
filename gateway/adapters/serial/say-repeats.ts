import type { Say } from "../../core/kinds.ts";
import type { SayOrder } from "../../core/report.ts";
import { seconds } from "../../core/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";

/** docs/protocol.md, "Answers": once a second until the dongle's echo, ten times at most. */
const REPEAT_EVERY_MS = seconds(1);
const MAX_TRIES = 10;
/** Answers under way at once; beyond, a new one is given up at once. */
const MAX_UNDER_WAY = 4_096;
/** Replaced orders of one device whose echo may still come in; the oldest is forgotten. */
const MAX_REPLACED = 8;

export interface SayRepeatsOptions {
  readonly clock: Clock;
  /** Null: the line does not take it now. */
  write(bytes: Uint8Array): Promise<void> | null;
  said(order: SayOrder): void;
  unsaid(order: SayOrder, why: string): void;
}

interface UnderWay {
  readonly order: SayOrder;
  readonly bytes: Uint8Array;
  replaced: readonly SayOrder[];
  tries: number;
  writes: number;
  writing: boolean;
  timer: Timer | null;
}

/**
 * Says each thing again until it is echoed. For one device one *heard* and one word of progress (*answered*,
 * *coming*) run side by side; in each of the two the newest order replaces the one before.
 */
export class SayRepeats {
  readonly #options: SayRepeatsOptions;
  readonly #underWay = new Map<string, UnderWay>();

  constructor(options: SayRepeatsOptions) {
    this.#options = options;
  }

  say(order: SayOrder, bytes: Uint8Array): void {
    const slot = slotOf(order.address, order.say);
    const before = this.#underWay.get(slot);
    if (!before && this.#underWay.size >= MAX_UNDER_WAY) {
      this.#options.unsaid(order, `${MAX_UNDER_WAY} answers are under way on this line already`);
      return;
    }
    before?.timer?.cancel();
    const earlier = before ? [...before.replaced, before.order] : [];
    const replaced = earlier.filter((old) => !says(old, order.counter, order.say)).slice(-MAX_REPLACED);
    const entry: UnderWay = { order, bytes, replaced, tries: 0, writes: 0, writing: false, timer: null };
    this.#underWay.set(slot, entry);
    this.#try(slot, entry);
  }

  /** The dongle has sent this on: stop repeating it. An echo of nothing that is under way is ignored. */
  echoed(address: string, counter: number, say: Say): void {
    const slot = slotOf(address, say);
    const entry = this.#underWay.get(slot);
    if (!entry) return;
    if (says(entry.order, counter, say)) {
      this.#drop(slot, entry);
      this.#options.said(entry.order);
      return;
    }
    const earlier = entry.replaced.find((order) => says(order, counter, say));
    if (!earlier) return;
    entry.replaced = entry.replaced.filter((order) => order !== earlier);
    this.#options.said(earlier);
  }

  /** What was said of progress is no longer true: it is not repeated. */
  hush(address: string): void {
    const slot = slotOf(address, "coming");
    const entry = this.#underWay.get(slot);
    if (entry) this.#drop(slot, entry);
  }

  /** A fresh port: what waited in the old one will not leave it, so nothing holds back the next try. */
  reopened(): void {
    for (const entry of this.#underWay.values()) entry.writing = false;
  }

  /** Forgets everything that is under way. */
  stop(): void {
    for (const [slot, entry] of this.#underWay) this.#drop(slot, entry);
  }

  #try(slot: string, entry: UnderWay): void {
    if (entry.tries === MAX_TRIES) {
      this.#drop(slot, entry);
      const why = entry.writes > 0 ? `no echo after ${entry.writes} writes` : "the line took no bytes";
      this.#options.unsaid(entry.order, why);
      return;
    }
    entry.tries++;
    this.#write(entry);
    entry.timer = this.#options.clock.after(REPEAT_EVERY_MS, () => this.#try(slot, entry));
  }

  /** Skips this try while the last write still waits in the kernel's queue: it would only lengthen the queue. */
  #write(entry: UnderWay): void {
    if (entry.writing) return;
    const written = this.#options.write(entry.bytes);
    if (!written) return;
    entry.writes++;
    entry.writing = true;
    void written.then(() => {
      entry.writing = false;
    });
  }

  #drop(slot: string, entry: UnderWay): void {
    entry.timer?.cancel();
    this.#underWay.delete(slot);
  }
}

const slotOf = (address: string, say: Say): string => `${address}/${say === "heard" ? "heard" : "progress"}`;

const says = (order: SayOrder, counter: number, say: Say): boolean => order.counter === counter && order.say === say;
