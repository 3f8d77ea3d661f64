import { dueKeys } from "../core/due.ts";
import type { Input } from "../core/input.ts";
import { noteAgain, writeState, type State } from "../core/state.ts";
import { seconds, type DurationMs, type EpochMs } from "../core/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Journal, JournalStart } from "../ports/journal.ts";
import type { Log } from "../ports/log.ts";

/** Entries run in one turn of the event loop; the rest follow in the next, so that a press can come between. */
const DUE_AT_ONCE_MAX = 200;
/** A failing rule is tried again after this long. */
const RETRY_MS = seconds(10);
/** Wall and steady time are compared this often; a difference above `STEP_MS` is a stepped clock. */
const CLOCK_WATCH_MS = seconds(1);
export const STEP_MS = seconds(2);
/** Events after which the state is written down, so that a restart has little to read. */
const SNAPSHOT_AFTER_EVENTS = 5_000;
/** … when nothing was decided for this long: a snapshot never delays a press. */
const SNAPSHOT_IDLE_MS = seconds(5);
/** From here on the pause need not be quiet: where some device always speaks, none would come. */
const SNAPSHOT_LATEST_EVENTS = 20_000;

interface RhythmParts {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly log: Log;
}

/** What happens by itself: due times, the watch over the clock, snapshots. */
export class Rhythm {
  readonly #parts: RhythmParts;
  readonly #run: (input: Input) => void;
  #state: State | null = null;
  #dueTimer: Timer | null = null;
  #dueAt: EpochMs | null = null;
  #watchTimer: Timer | null = null;
  #idleTimer: Timer | null = null;
  #eventsSince = 0;
  #awayMs: DurationMs = 0;

  constructor(parts: RhythmParts, run: (input: Input) => void) {
    this.#parts = parts;
    this.#run = run;
  }

  /** So many events were read after the last snapshot: power cuts one after the other must not let them grow. */
  read({ events, lastAt }: Pick<JournalStart, "events" | "lastAt">): void {
    this.#eventsSince += events.length;
    if (lastAt !== null) this.#awayMs = Math.max(0, this.#parts.clock.now() - lastAt);
  }

  /** How long no gateway listened before this start. */
  get awayMs(): DurationMs {
    return this.#awayMs;
  }

  start(state: State): void {
    this.#state = state;
    this.#watchClock();
    this.#runDue();
    this.#planSnapshot(state);
  }

  stop(): void {
    for (const timer of [this.#dueTimer, this.#watchTimer, this.#idleTimer]) timer?.cancel();
    this.#state = null;
  }

  /** Something was decided: the next due time may have changed, and a snapshot may have become worth it. */
  decided(state: State, events: number): void {
    this.#eventsSince += events;
    if (!this.#state) return;
    this.#plan();
    this.#planSnapshot(state);
  }

  #planSnapshot(state: State): void {
    if (this.#eventsSince < SNAPSHOT_AFTER_EVENTS) return;
    if (this.#idleTimer && this.#eventsSince >= SNAPSHOT_LATEST_EVENTS) return;
    this.#idleTimer?.cancel();
    this.#idleTimer = this.#parts.clock.after(SNAPSHOT_IDLE_MS, () => {
      this.#idleTimer = null;
      void this.snapshot(state);
    });
  }

  async snapshot(state: State): Promise<void> {
    this.#eventsSince = 0;
    try {
      await this.#parts.journal.snapshot(writeState(state));
    } catch (error) {
      this.#parts.log.warn("no snapshot could be written; the next start reads more", { error: String(error) });
    }
  }

  /** At the end; given up once the journal takes nothing: it has the spill then, and a snapshot would wait for ever. */
  async lastSnapshot(state: State): Promise<void> {
    const refused = new Promise<void>((givenUp) => {
      this.#parts.journal.onHealth((health) => {
        if (health.state !== "ok") givenUp();
      });
    });
    await Promise.race([this.snapshot(state), refused]);
  }

  #plan(): void {
    const at = this.#state!.agenda.next();
    if (at === this.#dueAt && this.#dueTimer) return;
    this.#dueTimer?.cancel();
    this.#dueAt = at;
    this.#dueTimer = at === null ? null : this.#after(at);
  }

  #after(at: EpochMs): Timer {
    const { clock } = this.#parts;
    return clock.after(Math.min(Math.max(0, at - clock.now()), DELAY_MAX_MS), () => this.#runDue());
  }

  #runDue(): void {
    const state = this.#state;
    if (!state) return;
    this.#dueTimer = null;
    this.#dueAt = null;
    for (const key of dueKeys(state, this.#parts.clock.now(), DUE_AT_ONCE_MAX)) {
      try {
        this.#run({ type: "due", key });
      } catch {
        // Logged where it was decided; one failing entry holds up no other.
        this.#parts.clock.after(RETRY_MS, () => this.#retry(key));
      }
    }
    // Also when one of them has planned already: an entry that came too early was put back without a decision.
    this.#plan();
  }

  #retry(key: string): void {
    if (!this.#state) return;
    noteAgain(this.#state, key);
    this.#plan();
  }

  #watchClock(): void {
    const { clock, log } = this.#parts;
    const byMs = clock.wall() - clock.now();
    if (Math.abs(byMs) >= STEP_MS) {
      log.warn(`the machine's clock moved by ${Math.round(byMs / 1000)} s; pending times keep their distance`);
      this.#run({ type: "clock-stepped", byMs });
      clock.adoptWall();
      this.#dueAt = null;
      this.#plan();
    }
    this.#watchTimer = clock.after(CLOCK_WATCH_MS, () => this.#watchClock());
  }
}

/** The longest a timer of the runtime can wait. */
const DELAY_MAX_MS = 2 ** 31 - 1;
