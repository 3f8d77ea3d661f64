import { seconds, type DurationMs } from "../../core/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Finding } from "../../ports/desk.ts";
import type { Meter } from "../../ports/log.ts";
import type { Watch, WatchSink } from "../../ports/watch.ts";
import { NutClient, type NutServer } from "./nut-client.ts";
import { readStatus, valueIn, type UpsStatus } from "./ups-status.ts";

export interface UpsLimits {
  /** How often the UPS is asked. upsd itself looks every few seconds. */
  readonly pollMs: DurationMs;
  /** upsd answers from memory; what takes longer is a connection that died. */
  readonly answerMs: DurationMs;
  /** So many times in a row without a good answer are a fault of their own. */
  readonly missesMax: number;
}

const UPS_LIMITS: UpsLimits = { pollMs: seconds(5), answerMs: seconds(4), missesMax: 3 };

export interface UpsWatchParts {
  /** The UPS's name at upsd. */
  readonly name: string;
  readonly server: NutServer;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly limits?: Partial<UpsLimits>;
}

interface Reading extends UpsStatus {
  readonly text: string;
  readonly chargePct: number | null;
  readonly runtimeS: number | null;
}

const MISCONFIGURED: Readonly<Record<string, string>> = {
  "UNKNOWN-UPS": "upsd knows no UPS of this name; correct ups.name in okc.yaml",
  "ACCESS-DENIED": "upsd refuses us; correct ups.user and ups.password in okc.yaml, and upsd.users",
  "DATA-STALE": "upsd has lost the UPS (DATA-STALE); check its cable and the NUT driver",
  "DRIVER-NOT-CONNECTED": "the NUT driver does not run; check its cable and `upsdrvctl start`",
};

/** Asks Network UPS Tools for the mains and the battery, for ever. Silence is never taken for "mains there". */
export class UpsWatch implements Watch {
  readonly #parts: UpsWatchParts;
  readonly #limits: UpsLimits;
  readonly #client: NutClient;
  #sink: WatchSink | null = null;
  #timer: Timer | null = null;
  #misses = 0;
  #reading: Reading | null = null;
  #why = "not asked yet";
  #endTold = false;

  constructor(parts: UpsWatchParts) {
    this.#parts = parts;
    this.#limits = { ...UPS_LIMITS, ...parts.limits };
    this.#client = new NutClient(parts.server, parts.clock, this.#limits.answerMs);
  }

  start(sink: WatchSink): void {
    this.#sink = sink;
    void this.#poll();
  }

  stop(): Promise<void> {
    this.#sink = null;
    this.#timer?.cancel();
    this.#client.close();
    return Promise.resolve();
  }

  findings(): readonly Finding[] {
    const { name } = this.#parts;
    if (!this.#reading) {
      const todo = "check `upsc`, the cable of the UPS and ups in okc.yaml";
      return [{ id: "ups", level: "warning", message: `the UPS ${name} does not answer: ${this.#why}`, todo }];
    }
    const { text, chargePct, runtimeS, mains, batteryWorn } = this.#reading;
    const charge = chargePct === null ? "charge not readable here" : `charge ${chargePct} %`;
    const runtime = runtimeS === null ? "runtime not readable here" : `lasts ${Math.round(runtimeS / 60)} min`;
    const message = `the UPS ${name} says ${text}: ${charge}, ${runtime}`;
    if (mains === "lost") return [{ id: "ups", level: "error", message, todo: "restore the mains" }];
    if (batteryWorn) return [{ id: "ups", level: "warning", message, todo: "replace the battery of the UPS" }];
    return [{ id: "ups", level: "ok", message, todo: "" }];
  }

  async #poll(): Promise<void> {
    try {
      const reading = await this.#read();
      if (typeof reading === "string") this.#missed(reading);
      else this.#took(reading);
    } catch (error) {
      this.#missed(`upsd cannot be reached (${(error as Error).message}); check that it runs`);
    }
    if (this.#sink) this.#timer = this.#parts.clock.after(this.#limits.pollMs, () => void this.#poll());
  }

  /** Gives why there is no good reading, where there is none. */
  async #read(): Promise<Reading | string> {
    const { name } = this.#parts;
    const answer = await this.#client.ask(`GET VAR ${name} ups.status`);
    if ("refused" in answer) return this.#explain(answer.refused);
    const text = valueIn(answer.lines[0]);
    const status = readStatus(text ?? "");
    if (text === null || status.mains === null) return `it says "${text ?? ""}", which tells nothing of the mains`;
    const [chargePct, runtimeS] = [await this.#number("battery.charge"), await this.#number("battery.runtime")];
    return { ...status, text, chargePct, runtimeS };
  }

  async #explain(refused: string): Promise<string> {
    const why = MISCONFIGURED[refused] ?? `upsd answers ${refused}`;
    if (refused !== "UNKNOWN-UPS") return why;
    const list = await this.#client.ask("LIST UPS");
    const names = "lines" in list ? list.lines.map((line) => line.split(" ")[1] ?? "").join(", ") : "";
    return `${why} (it knows: ${names})`;
  }

  async #number(variable: string): Promise<number | null> {
    const answer = await this.#client.ask(`GET VAR ${this.#parts.name} ${variable}`);
    const value = "lines" in answer ? Number(valueIn(answer.lines[0]) ?? NaN) : NaN;
    return Number.isFinite(value) ? value : null;
  }

  #missed(why: string): void {
    const { meter, name } = this.#parts;
    meter.count("okc_ups_misses_total");
    this.#why = why;
    if (++this.#misses < this.#limits.missesMax) return;
    // What was known is old: nobody may read "mains there" from it.
    this.#reading = null;
    this.#sink?.raiseFault("ups", "ups-unreachable", `nothing is known of the UPS ${name}: ${why}`);
  }

  #took(reading: Reading): void {
    const { meter, name } = this.#parts;
    this.#misses = 0;
    this.#reading = reading;
    const { mains, batteryLow, batteryWorn, chargePct, runtimeS } = reading;
    meter.gauge("okc_ups_on_battery", mains === "lost" ? 1 : 0);
    if (chargePct !== null) meter.gauge("okc_ups_charge_percent", chargePct);
    if (runtimeS !== null) meter.gauge("okc_ups_runtime_seconds", runtimeS);
    const lost = `the UPS ${name} runs on its battery: restore the mains`;
    const low = `the battery of the UPS ${name} is nearly empty: the gateway ends when it is`;
    const worn = `the battery of the UPS ${name} must be replaced`;
    this.#sink?.clearFault("ups", "it answers");
    this.#show("mains", "mains-lost", mains === "lost", lost, "the mains are back");
    this.#show("ups-battery", "ups-battery-low", batteryLow, low, "charged");
    this.#show("ups-battery-worn", "ups-battery-worn", batteryWorn, worn, "replaced");
    const isEndNear = mains === "lost" && batteryLow;
    if (isEndNear && !this.#endTold) this.#sink?.endNear(low);
    this.#endTold = isEndNear;
  }

  #show(key: string, code: string, active: boolean, why: string, over: string): void {
    if (active) this.#sink?.raiseFault(key, code, why);
    else this.#sink?.clearFault(key, over);
  }
}
