import { minutes, type DurationMs } from "../../core/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Finding } from "../../ports/desk.ts";
import type { Meter } from "../../ports/log.ts";
import type { Watch, WatchSink } from "../../ports/watch.ts";
import { CHECKS } from "./machine-checks.ts";
import type { MachineReading } from "./machine-files.ts";

/** A dozen small files are read this often. */
const POLL_MS: DurationMs = minutes(1);

export interface MachineWatchParts {
  readonly read: () => MachineReading;
  readonly clock: Clock;
  readonly meter: Meter;
}

/** Looks at the machine: room, wear, heat, memory. A row is raised and ends at different values, so it does not flap. */
export class MachineWatch implements Watch {
  readonly #parts: MachineWatchParts;
  #sink: WatchSink | null = null;
  #timer: Timer | null = null;

  constructor(parts: MachineWatchParts) {
    this.#parts = parts;
  }

  start(sink: WatchSink): void {
    this.#sink = sink;
    this.#look();
  }

  stop(): Promise<void> {
    this.#sink = null;
    this.#timer?.cancel();
    return Promise.resolve();
  }

  findings(): readonly Finding[] {
    const reading = this.#parts.read();
    const findings = CHECKS.map(({ key, level, todo, judge, show }): Finding => {
      const isBad = judge(reading) === "bad";
      return { id: key, level: isBad ? level : "ok", message: show(reading), todo: isBad ? todo : "" };
    });
    // Two bounds of one figure: while both are well, it is said once.
    const first = (message: string): number => findings.findIndex((one) => one.message === message);
    return findings.filter(({ level, message }, index) => level !== "ok" || first(message) === index);
  }

  #look(): void {
    const { clock, meter, read } = this.#parts;
    const reading = read();
    for (const { key, code, why, judge } of CHECKS) {
      const judgement = judge(reading);
      if (judgement === "bad") this.#sink?.raiseFault(key, code, why);
      if (judgement === "good") this.#sink?.clearFault(key, "good again");
    }
    if (reading.freeBytes !== null) meter.gauge("okc_disk_free_bytes", reading.freeBytes);
    if (reading.hottestC !== null) meter.gauge("okc_temperature_celsius", reading.hottestC);
    this.#timer = clock.after(POLL_MS, () => this.#look());
  }
}
