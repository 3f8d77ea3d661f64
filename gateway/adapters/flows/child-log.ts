import type { Readable } from "node:stream";
import { seconds, type EpochMs } from "../../core/units.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";

/** Lines of the child that our log takes in this time; the rest is counted. */
const LINES_MAX = 20;
const PER_MS = seconds(10);
const LINE_CHARS_MAX = 400;

/** What Node-RED prints, in our log, without letting a flow fill it. */
export class ChildLog {
  readonly #log: Log;
  readonly #clock: Clock;
  #since: EpochMs = 0;
  #lines = 0;
  #leftOut = 0;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  follow(stream: Readable): void {
    let rest = "";
    stream.setEncoding("utf8").on("data", (part: string) => {
      const lines = (rest + part).split("\n");
      // A line without an end is cut rather than kept.
      rest = lines.pop()!.slice(0, LINE_CHARS_MAX);
      for (const line of lines) if (line.trim() !== "") this.#take(line);
    });
  }

  #take(line: string): void {
    const now = this.#clock.now();
    if (now - this.#since >= PER_MS || now < this.#since) {
      if (this.#leftOut > 0) this.#log.info(`flows: ${this.#leftOut} lines were left out`);
      [this.#since, this.#lines, this.#leftOut] = [now, 0, 0];
    }
    if (++this.#lines > LINES_MAX) this.#leftOut++;
    else this.#log.info(`flows: ${line.slice(0, LINE_CHARS_MAX)}`);
  }
}
