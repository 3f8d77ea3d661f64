import type { Alarm } from "../core/alarm.ts";
import type { State } from "../core/state.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { StoredEvent } from "../ports/journal.ts";
import type { Meter } from "../ports/log.ts";
import type { Announcer } from "../ports/radio.ts";

/** What changed together is published together, a little later: nothing here is in the way of a commit. */
const FLUSH_MS = 20;
/** Messages in one turn; the rest follow in the next, so that a press can come between. */
const MESSAGES_AT_ONCE_MAX = 100;
/** Alarms that wait to be published. Beyond it the oldest is dropped and counted: its next change publishes it. */
const WAITING_MAX = 2_000;
/** What a message says; raised when a field changes its meaning. */
const VERSION = 1;

export interface AlarmFeedParts {
  readonly state: () => State;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly announcer: Announcer;
  /** Where an alarm is published, without its id. */
  readonly topic: string;
}

/**
 * The life of alarms for programs: each alarm's present state, kept by the broker until the alarm leaves the gateway,
 * so that a program that comes late, or again, knows what is open. Only what is committed is told. Names, homes and
 * notes are not: a building is enough to switch its lights.
 */
export class AlarmFeed {
  readonly #parts: AlarmFeedParts;
  readonly #waiting = new Set<string>();
  readonly #told = new Map<string, string>();
  #timer: Timer | null = null;
  #stopped = false;

  constructor(parts: AlarmFeedParts) {
    this.#parts = parts;
    // A broker that was away, or is another one, knows nothing of before.
    parts.announcer.onReady(() => this.#tellAll());
  }

  /** To be called with every commit, in order. */
  note(events: readonly StoredEvent[]): void {
    for (const { event } of events) if (typeof event["alarm"] === "string") this.#want(event["alarm"]);
    this.#plan();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #tellAll(): void {
    this.#told.clear();
    for (const { id } of this.#parts.state().alarms.values()) this.#want(id);
    this.#plan();
  }

  #want(id: string): void {
    this.#waiting.add(id);
    if (this.#waiting.size <= WAITING_MAX) return;
    this.#waiting.delete(this.#waiting.keys().next().value!);
    this.#parts.meter.count("okc_flows_dropped_total");
  }

  #plan(): void {
    if (this.#stopped || this.#waiting.size === 0) return;
    this.#timer ??= this.#parts.clock.after(FLUSH_MS, () => this.#flush());
  }

  #flush(): void {
    this.#timer = null;
    let left = MESSAGES_AT_ONCE_MAX;
    for (const id of this.#waiting) {
      if (left-- === 0) break;
      this.#waiting.delete(id);
      this.#tell(id);
    }
    this.#plan();
  }

  #tell(id: string): void {
    const { state, announcer, topic, meter } = this.#parts;
    const alarm = state().alarms.get(id);
    // An empty message takes the one that was kept away.
    const text = alarm ? textOf(state(), alarm) : "";
    if ((this.#told.get(id) ?? "") === text) return;
    if (text === "") this.#told.delete(id);
    else this.#told.set(id, text);
    announcer.announce(`${topic}${id}`, text);
    meter.count("okc_flows_messages_total");
  }
}

function textOf(state: State, { id, kind, priority, state: where, resident, openedAt }: Alarm): string {
  const building = (resident === null ? undefined : state.residents.get(resident)?.building) ?? "";
  return JSON.stringify({
    v: VERSION,
    id,
    kind,
    priority,
    state: where,
    resident,
    building: building === "" ? null : building,
    openedAt: new Date(openedAt).toISOString(),
  });
}
