import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { okcDefinition } from "../../devices/serial/okc.ts";
import { SerialRadio } from "../../gateway/adapters/serial/serial-radio.ts";
import { seconds } from "../../gateway/core/units.ts";
import type { Report, SayOrder } from "../../gateway/core/report.ts";
import type { Log, Meter } from "../../gateway/ports/log.ts";
import type { ReportSink } from "../../gateway/ports/radio.ts";
import { openPty } from "./pty.ts";
import type { Pty } from "./pty.ts";
import { TestClock } from "./test-clock.ts";

/** Real I/O is waited for at most this long. */
export const WITHIN_MS = 5_000;

interface Named {
  readonly name: string;
  readonly wire: string;
  readonly frame: string;
}

/** The golden frames of docs/protocol.md. */
export const serialVectors = JSON.parse(
  readFileSync(new URL("../vectors/okc-serial.json", import.meta.url), "utf8"),
) as Readonly<Record<"reports" | "answers" | "echoes" | "rejected", readonly Named[]>> & {
  readonly keys: Readonly<Record<string, string>>;
};

interface LogLine {
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

/** Opens a pseudo-terminal and starts a radio on it. `end` the site when done. */
export async function plugIn(): Promise<SerialSite> {
  const site = new SerialSite(await openPty());
  await site.radio.start();
  return site;
}

/** A serial radio on a real pseudo-terminal, with what it told the app and what it wrote. */
export class SerialSite {
  readonly pty: Pty;
  readonly clock = new TestClock();
  readonly radio: SerialRadio;
  readonly reports: Report[] = [];
  readonly said: { order: SayOrder; at: number }[] = [];
  readonly unsaid: string[] = [];
  readonly states: string[] = [];
  readonly #written: Buffer[] = [];
  readonly #logLines: LogLine[] = [];
  readonly #counters = new Map<string, number>();
  readonly #waiting = new Set<() => void>();

  constructor(pty: Pty) {
    this.pty = pty;
    pty.peer.onData((bytes) => this.#stir(() => this.#written.push(bytes)));
    this.radio = new SerialRadio({
      path: pty.gatewayPath,
      definition: okcDefinition,
      baud: okcDefinition.baud,
      clock: this.clock,
      log: this.#log(),
      meter: this.#meter(),
      sink: this.#sink(),
    });
  }

  /** Sends bytes, written in hex, to the gateway. */
  send(hex: string): void {
    this.pty.peer.write(Buffer.from(hex, "hex"));
  }

  /** Everything the gateway has written, in hex. */
  wire(): string {
    return Buffer.concat(this.#written).toString("hex");
  }

  logged(part: string): readonly LogLine[] {
    return this.#logLines.filter((line) => line.message.includes(part));
  }

  /** The sum of all counters whose name and labels begin so. */
  counted(name: string): number {
    return [...this.#counters].reduce((sum, [key, n]) => (key.startsWith(name) ? sum + n : sum), 0);
  }

  /** Resolves when `holds`; looks again after everything that the radio tells or writes. */
  until(holds: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!holds()) return;
        this.#waiting.delete(look);
        clearTimeout(deadline);
        resolve();
      };
      const deadline = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`waited ${WITHIN_MS} ms for ${what}`));
      }, WITHIN_MS);
      this.#waiting.add(look);
      look();
    });
  }

  /** Gives the watchdog its time and waits until the line is called down. */
  async lost(): Promise<void> {
    if (this.states.at(-1) === "up") await this.clock.forward(seconds(2));
    await this.until(() => this.states.at(-1) === "down", "the loss");
  }

  async reopened(): Promise<void> {
    await this.clock.forward(seconds(1));
    await this.until(() => this.states.at(-1) === "up", "the re-opening");
  }

  async end(): Promise<void> {
    await this.radio.stop();
    await this.pty.peer.close();
    assert.equal(this.clock.pending, 0, "a timer was left");
  }

  #stir(change: () => void): void {
    change();
    this.#waiting.forEach((look) => look());
  }

  #log(): Log {
    const note: Log["info"] = (message, fields) => this.#stir(() => this.#logLines.push({ message, fields }));
    return { info: note, warn: note, error: note };
  }

  #meter(): Meter {
    const count: Meter["count"] = (name, labels = {}, by = 1) => {
      const pairs = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
      const key = `${name}{${pairs.sort().join(",")}}`;
      this.#stir(() => this.#counters.set(key, (this.#counters.get(key) ?? 0) + by));
    };
    return { count, gauge: () => undefined, observe: () => undefined };
  }

  #sink(): ReportSink {
    return {
      report: (report) => {
        this.#stir(() => this.reports.push(report));
        return Promise.resolve("durable");
      },
      said: (order, at) => this.#stir(() => this.said.push({ order, at })),
      unsaid: (order, why) => this.#stir(() => this.unsaid.push(`${order.say} ${order.counter}: ${why}`)),
      keyOf: (_bridge, address) => {
        const key = serialVectors.keys[address];
        return key === undefined ? undefined : Buffer.from(key, "hex");
      },
      account: () => undefined,
      news: () => undefined,
      lineState: (_line, up) => this.#stir(() => this.states.push(up ? "up" : "down")),
    };
  }
}
