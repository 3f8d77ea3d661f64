import { seconds, type DurationMs } from "../core/units.ts";
import type { Clock, Timer } from "../ports/clock.ts";
import type { Finding } from "../ports/desk.ts";
import type { Meter } from "../ports/log.ts";
import type { Service } from "../ports/service.ts";
import type { Watch, WatchSink } from "../ports/watch.ts";

/** A report of our own goes through the whole path this often. */
export const CANARY_MS: DurationMs = seconds(10);
/** So many in a row that do not come through are a fault. */
const MISSES_MAX = 3;

export interface CanaryParts {
  /** Sends one; resolves when it came through, and never when it did not. */
  readonly send: () => Promise<void>;
  readonly clock: Clock;
  readonly meter: Meter;
  /** Who restarts the gateway when it does not hear of us; null: nobody. */
  readonly service: Service | null;
}

/**
 * Proves every few seconds that the gateway hears, decides, keeps and acts, and tells the supervisor only then. One at
 * a time: a path that stands still does not fill with them.
 */
export class Canary implements Watch {
  readonly #parts: CanaryParts;
  #sink: WatchSink | null = null;
  #timer: Timer | null = null;
  #underWay = false;
  #misses = 0;
  #lastAt: number | null = null;

  constructor(parts: CanaryParts) {
    this.#parts = parts;
  }

  start(sink: WatchSink): void {
    this.#sink = sink;
    this.#turn();
  }

  stop(): Promise<void> {
    this.#sink = null;
    this.#timer?.cancel();
    return Promise.resolve();
  }

  findings(): readonly Finding[] {
    return this.#sink ? [this.#ownFinding(), this.#watchdogFinding()] : [];
  }

  #ownFinding(): Finding {
    const { clock } = this.#parts;
    if (this.#misses >= MISSES_MAX || this.#lastAt === null) {
      const todo = "check the disk of the data folder, then restart the gateway";
      return { id: "canary", level: "error", message: "the gateway's own report does not come through", todo };
    }
    const age = Math.max(0, Math.round((clock.now() - this.#lastAt) / 1_000));
    return { id: "canary", level: "ok", message: `the gateway's own report came through ${age} s ago`, todo: "" };
  }

  #watchdogFinding(): Finding {
    const watchdogMs = this.#parts.service?.watchdogMs ?? null;
    if (watchdogMs === null) {
      const todo = "run it as the service of docs/install.md, with WatchdogSec";
      return { id: "watchdog", level: "warning", message: "nothing restarts the gateway if it hangs", todo };
    }
    const shown = Math.round(watchdogMs / 1_000);
    if (watchdogMs < 2 * CANARY_MS) {
      const message = `the watchdog waits only ${shown} s: a slow disk would restart the gateway`;
      return { id: "watchdog", level: "warning", message, todo: "set WatchdogSec=60 in the service" };
    }
    return { id: "watchdog", level: "ok", message: `the watchdog restarts the gateway after ${shown} s`, todo: "" };
  }

  #turn(): void {
    const { clock } = this.#parts;
    // One that is still under way from the last turn has missed it.
    if (this.#underWay) this.#missed();
    else void this.#send();
    this.#timer = clock.after(CANARY_MS, () => this.#turn());
  }

  async #send(): Promise<void> {
    const { send, clock } = this.#parts;
    this.#underWay = true;
    const startedAt = clock.now();
    try {
      await send();
      this.#cameThrough(startedAt);
    } catch {
      // Logged where it was decided.
      this.#missed();
    } finally {
      this.#underWay = false;
    }
  }

  #cameThrough(startedAt: number): void {
    const { clock, meter, service } = this.#parts;
    this.#misses = 0;
    this.#lastAt = clock.now();
    meter.observe("okc_canary_seconds", Math.max(0, this.#lastAt - startedAt) / 1_000);
    meter.gauge("okc_canary_last_success_timestamp_seconds", clock.wall() / 1_000);
    if (!this.#sink) return;
    this.#sink.clearFault("canary", "it comes through again");
    service?.alive();
  }

  #missed(): void {
    this.#parts.meter.count("okc_canary_misses_total");
    if (++this.#misses < MISSES_MAX) return;
    const why = "the gateway's own report does not come through; check the disk, the journal's row and the log";
    this.#sink?.raiseFault("canary", "canary-missing", why);
  }
}
