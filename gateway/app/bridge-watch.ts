import type { Definition, MqttDefinition } from "../core/definition.ts";
import type { State } from "../core/state.ts";
import { hours, minutes, type DurationMs, type EpochMs } from "../core/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { ReportSink } from "../ports/radio.ts";
import type { Watch, WatchSink } from "../ports/watch.ts";

/** Bridges are looked at this often. */
const LOOK_EVERY_MS = minutes(1);
/** The longest pause of each hour is kept for a day, so that a quiet night is in it. */
const HOURS_KEPT = 24;
/** With fewer messages in a day nothing is learned. */
const MESSAGES_MIN = 48;
/** A bridge that paused longer than this within a day tells nothing by being silent. */
const PAUSE_MAX_MS = hours(6);
/** Silent is so many times its longest pause, and never less than this. */
const PAUSES = 3;
const SILENT_MIN_MS = minutes(30);

/**
 * Watches whether bridges on MQTT send anything at all: a bridge may be connected and deaf, and many have no last will.
 * How long one may be silent is stated by its definition, or learned from a whole day of what it sends. One row for a
 * bridge; its devices raise none meanwhile. Nothing is kept over a restart but the row: a day is then learned anew.
 */
export class BridgeWatch implements Watch {
  readonly #clock: Clock;
  readonly #state: () => State;
  readonly #bridges: ReadonlyMap<string, Traffic>;
  #sink: WatchSink | null = null;
  #timer: Timer | null = null;

  constructor(options: {
    readonly definitions: readonly Definition[];
    readonly clock: Clock;
    readonly state: () => State;
  }) {
    this.#clock = options.clock;
    this.#state = options.state;
    // Where each device has an account of its own there is no bridge.
    const bridges = options.definitions.filter(
      (one): one is MqttDefinition => one.transport === "mqtt" && one.topicsOf === undefined,
    );
    this.#bridges = new Map(
      bridges.map(({ bridge, supervision }) => [bridge, new Traffic(supervision.bridgeSilentAfterMs ?? null)]),
    );
  }

  /** The sink for the broker, which tells here of every message that a bridge sends. */
  over(sink: ReportSink): ReportSink {
    return { ...sink, heardFrom: (bridge) => this.#heard(bridge) };
  }

  start(sink: WatchSink): void {
    this.#sink = sink;
    for (const traffic of this.#bridges.values()) traffic.begin(this.#clock.now());
    if (this.#bridges.size > 0) this.#plan();
  }

  stop(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = null;
    this.#sink = null;
    return Promise.resolve();
  }

  findings(): readonly [] {
    return [];
  }

  #heard(bridge: string): void {
    const traffic = this.#bridges.get(bridge);
    if (!traffic) return;
    traffic.note(this.#clock.now());
    if (this.#state().faults.get(keyOf(bridge))) this.#sink?.clearFault(keyOf(bridge), "it sends again");
  }

  #plan(): void {
    this.#timer = this.#clock.after(LOOK_EVERY_MS, () => {
      this.#look();
      this.#plan();
    });
  }

  #look(): void {
    const now = this.#clock.now();
    const { faults } = this.#state();
    for (const [bridge, traffic] of this.#bridges) {
      // That is the row already, and what it did not send meanwhile is no pause of its own.
      if (faults.get(`bridge:${bridge}`) || faults.get("line:broker")) traffic.begin(now);
      else if (traffic.isSilent(now) && !faults.get(keyOf(bridge)))
        this.#sink?.raiseFault(
          keyOf(bridge),
          "bridge-silent",
          `${bridge} has sent nothing since ${new Date(traffic.lastAt).toISOString()}`,
        );
    }
  }
}

const keyOf = (bridge: string): string => `bridge-silent:${bridge}`;

interface Hour {
  readonly hour: number;
  readonly longestMs: DurationMs;
  readonly messages: number;
}

/** What one bridge sends: the longest pause and the number of messages of each hour of a day. */
class Traffic {
  readonly #statedMs: DurationMs | null;
  /** The last message, or when it could first be heard. */
  lastAt: EpochMs = 0;
  #since: EpochMs = 0;
  #hours: Hour[] = [];

  constructor(statedMs: DurationMs | null) {
    this.#statedMs = statedMs;
  }

  /** From now on it can be heard. What was learned stays. */
  begin(now: EpochMs): void {
    this.#since ||= now;
    this.lastAt = now;
  }

  note(now: EpochMs): void {
    // The lines are open before anybody looks.
    if (this.lastAt === 0) this.begin(now);
    const pauseMs = Math.max(0, now - this.lastAt);
    this.lastAt = now;
    const hour = Math.floor(now / hours(1));
    const last = this.#hours.at(-1);
    if (last?.hour === hour) {
      const longestMs = Math.max(last.longestMs, pauseMs);
      this.#hours[this.#hours.length - 1] = { hour, longestMs, messages: last.messages + 1 };
    } else this.#hours = [...this.#hours, { hour, longestMs: pauseMs, messages: 1 }].slice(-HOURS_KEPT);
  }

  isSilent(now: EpochMs): boolean {
    const afterMs = this.#statedMs ?? this.#learnedMs(now);
    return afterMs !== null && now - this.lastAt >= afterMs;
  }

  #learnedMs(now: EpochMs): DurationMs | null {
    if (now - this.#since < hours(HOURS_KEPT)) return null;
    const kept = this.#hours.filter(({ hour }) => hour > Math.floor(this.lastAt / hours(1)) - HOURS_KEPT);
    const messages = kept.reduce((sum, one) => sum + one.messages, 0);
    const longestMs = Math.max(0, ...kept.map((one) => one.longestMs));
    if (messages < MESSAGES_MIN || longestMs > PAUSE_MAX_MS) return null;
    return Math.max(SILENT_MIN_MS, PAUSES * longestMs);
  }
}
