import { DESK_PATH } from "../core/desk-path.ts";
import { todoOf } from "../core/todo.ts";
import { seconds, type EpochMs } from "../core/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { DeskProof, DeskStanding, Finding } from "../ports/desk.ts";

/** So long one proof of a page is good; pages prove themselves every four seconds. */
export const PROOF_GOOD_MS = seconds(15);
/** After a start the pages need some seconds to come back: until then the desk counts as it did before. */
export const START_GRACE_MS = seconds(20);
/** Pages whose last word is remembered; past it the one that spoke longest ago is forgotten. */
const PAGES_MAX = 100;

export interface DeskWatchParts {
  readonly clock: Clock;
  readonly faults: {
    readonly state: { readonly faults: { get(key: string): unknown } };
    raiseFault(key: string, code: string, detail: string): void;
    clearFault(key: string, detail: string): void;
  };
  /** Whether any policy in force calls the desk: where none does, nobody misses it. */
  readonly isCalled: boolean;
}

/**
 * Watches whether somebody would see and hear an alarm at the desk. A page proves it by its own words, again and again;
 * what ends is told to the core as a fault of the path `desk`, journaled only when it changes. Only timers count here: a
 * clock that is set must not put the desk to sleep.
 */
export class DeskWatch {
  readonly #parts: DeskWatchParts;
  /** The last word of each page, the newest last. */
  readonly #words = new Map<string, { readonly proof: DeskProof; readonly at: EpochMs }>();
  #lapse: Timer | null = null;
  #runs = false;
  #proved = false;

  constructor(parts: DeskWatchParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#runs = true;
    if (!this.#parts.isCalled) return this.#parts.faults.clearFault(DESK_PATH, "no policy calls the desk");
    this.#lapse = this.#parts.clock.after(START_GRACE_MS, () => this.#fallAsleep());
  }

  stop(): void {
    this.#runs = false;
    this.#lapse?.cancel();
  }

  note(proof: DeskProof): DeskStanding {
    const { clock, faults, isCalled } = this.#parts;
    this.#words.delete(proof.page);
    this.#words.set(proof.page, { proof, at: clock.now() });
    if (this.#words.size > PAGES_MAX) this.#words.delete([...this.#words.keys()][0]!);
    const counts = isGood(proof);
    if (counts && this.#runs && isCalled) {
      this.#lapse?.cancel();
      this.#lapse = clock.after(PROOF_GOOD_MS, () => this.#fallAsleep());
      if (!this.#proved) faults.clearFault(DESK_PATH, "a page of the desk proves life and sound");
      this.#proved = true;
    }
    return { counts, proved: this.#proved };
  }

  /** For `okc doctor`; empty while nothing runs. */
  findings(): readonly Finding[] {
    if (!this.#runs || !this.#parts.isCalled) return [];
    if (!this.#proved) {
      const todo = todoOf("desk-asleep");
      const isMissed = this.#parts.faults.state.faults.get(DESK_PATH) !== undefined;
      return [{ id: "desk", level: isMissed ? "error" : "warning", message: this.#why(), todo }];
    }
    const pages = this.#recent().filter(isGood).length;
    return [{ id: "desk", level: "ok", message: `${pages} pages of the desk prove life and sound`, todo: "" }];
  }

  #fallAsleep(): void {
    this.#proved = false;
    const { faults } = this.#parts;
    if (faults.state.faults.get(DESK_PATH) === undefined) faults.raiseFault(DESK_PATH, "desk-asleep", this.#why());
  }

  #why(): string {
    const last = this.#recent().at(-1);
    if (!last || isGood(last))
      return "no page of the desk is open, or it sleeps: staff and siren are called at once in its place";
    return last.visible
      ? "a page of the desk is open, but its sound is locked: staff and siren are called at once in its place"
      : "a page of the desk is open, but in the background: staff and siren are called at once in its place";
  }

  #recent(): DeskProof[] {
    const from = this.#parts.clock.now() - PROOF_GOOD_MS;
    return [...this.#words.values()].filter(({ at }) => at > from).map(({ proof }) => proof);
  }
}

/** Seen and heard: in front, and free to sound. */
const isGood = ({ visible, sound }: DeskProof): boolean => visible && sound === "on";
