import type { Answer } from "../../../core/kinds.ts";

/** An answer that the gateway has not taken yet. */
export interface Pending {
  readonly answer: Answer;
  /** The offer's version that the person saw. */
  readonly version: number;
  /** When the person tapped, in milliseconds. */
  readonly at: number;
}

/** `taken`: the gateway has it. `refused`: it never will. `unsent`: nobody knows; to be tried again. */
export type Fate = "taken" | "refused" | "unsent";

export interface AnswerQueueParts {
  readonly send: (pending: Pending) => Promise<Fate>;
  readonly now: () => number;
  /** Resolves after so many milliseconds, or as soon as `cut` is called. */
  readonly pause: (ms: number) => { readonly over: Promise<void>; readonly cut: () => void };
  /** Keeps what is pending over a reload of the page. */
  readonly keep: (items: readonly Pending[]) => void;
  /** Told of each change, with the answer that was just settled. */
  readonly changed: (settled: { readonly pending: Pending; readonly fate: Fate } | null) => void;
}

/** An answer that is older is not sent: what the person wanted may be true no longer. They are asked again. */
export const KEEP_MS = 600_000;
const WAIT_MIN_MS = 1_000;
const WAIT_MAX_MS = 10_000;

/**
 * Answers on their way to the gateway, at most *seen* and one more: a second tap of the same is the same answer, another
 * takes the place of one that has not left. Each is tried again until the gateway says something, for `KEEP_MS` at most.
 */
export class AnswerQueue {
  readonly #parts: AnswerQueueParts;
  #items: readonly Pending[] = [];
  #underWay: Pending | null = null;
  #isRunning = false;
  #rest: { cut: () => void } | null = null;
  /** Tries of the present answer that came to nothing. */
  #failures = 0;

  constructor(parts: AnswerQueueParts) {
    this.#parts = parts;
  }

  /** What the person answered and the gateway has not taken; *seen* is nothing that they would wait for. */
  get pending(): Pending | null {
    return this.#items.filter(({ answer }) => answer !== "seen").pop() ?? null;
  }

  /** Whether it was tried in vain. */
  get isFailing(): boolean {
    return this.#failures > 0;
  }

  /** What a page that was loaded anew had pending before. */
  resume(items: readonly Pending[]): void {
    this.#items = items.slice(-2);
    void this.#run();
  }

  add(answer: Answer, version: number): void {
    const same = (one: Pending): boolean => one.answer === answer && one.version === version;
    if (this.#items.some(same)) return this.hurry();
    const kept = this.#items.filter((one) => one === this.#underWay || one.answer === "seen");
    this.#setItems([...kept, { answer, version, at: this.#parts.now() }], null);
    this.hurry();
    void this.#run();
  }

  /** Tries at once: the network is back, or the person taps again. */
  hurry(): void {
    this.#rest?.cut();
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let head = this.#items[0]; head; head = this.#items[0]) {
      if (this.#parts.now() - head.at >= KEEP_MS) this.#settle(head, "unsent");
      else await this.#try(head);
    }
    this.#isRunning = false;
  }

  async #try(head: Pending): Promise<void> {
    this.#underWay = head;
    const fate = await this.#parts.send(head);
    this.#underWay = null;
    if (fate !== "unsent") return this.#settle(head, fate);
    this.#failures++;
    this.#parts.changed(null);
    const rest = this.#parts.pause(Math.min(WAIT_MAX_MS, WAIT_MIN_MS * 2 ** (this.#failures - 1)));
    this.#rest = rest;
    await rest.over;
    this.#rest = null;
    // Meanwhile the person may have thought better of it.
    const wish = this.pending;
    if (wish && wish !== head && head.answer !== "seen") this.#setItems([wish], null);
  }

  #settle(pending: Pending, fate: Fate): void {
    this.#failures = 0;
    this.#setItems(
      this.#items.filter((one) => one !== pending),
      { pending, fate },
    );
  }

  #setItems(items: readonly Pending[], settled: { readonly pending: Pending; readonly fate: Fate } | null): void {
    this.#items = items;
    this.#parts.keep(items);
    this.#parts.changed(settled);
  }
}
