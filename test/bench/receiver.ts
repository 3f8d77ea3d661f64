import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";

export interface Received {
  /** `account/zone`. */
  readonly key: string;
  /** `nowMs` of the arrival. */
  readonly atMs: number;
  /** Qualifier and event: `1101`. */
  readonly code: string;
}

interface Told {
  readonly port?: number;
  readonly count?: number;
  readonly missing?: number;
  readonly reached?: true;
  readonly frames?: readonly (readonly [string, number, string])[];
  readonly strange?: string;
}

/** The hotline: a process of its own, so that neither the presses nor the gateway share its loop. */
export class Receiver {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<keyof Told, ((told: Told) => void)[]>();
  /** Frames that were none, as they came. */
  readonly strange: string[] = [];
  port = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on("message", (told: Told) => this.#hear(told));
  }

  static async open(): Promise<Receiver> {
    const receiver = new Receiver(fork(join(import.meta.dirname, "receiver.mjs"), [], { execArgv: [] }));
    receiver.port = (await receiver.#next("port")).port!;
    return receiver;
  }

  /** Frames since the last `take`. */
  async count(): Promise<number> {
    this.#child.send({ ask: "count" });
    return (await this.#next("count")).count!;
  }

  /** How many of these have not come since the last `take`. */
  async missing(keys: readonly string[]): Promise<number> {
    this.#child.send({ ask: "missing", keys });
    return (await this.#next("missing")).missing!;
  }

  /** All frames since the last call, and forgets them. */
  async take(): Promise<readonly Received[]> {
    this.#child.send({ ask: "take" });
    const { frames } = await this.#next("frames");
    return frames!.map(([key, atMs, code]) => ({ key, atMs, code }));
  }

  /** Resolves when that many frames came since the last `take`. */
  async reaches(count: number): Promise<void> {
    const reached = this.#next("reached");
    this.#child.send({ watch: count });
    await reached;
  }

  close(): void {
    this.#child.disconnect();
  }

  #next(what: keyof Told): Promise<Told> {
    return new Promise((resolve) => {
      this.#waiting.set(what, [...(this.#waiting.get(what) ?? []), resolve]);
    });
  }

  #hear(told: Told): void {
    if (told.strange !== undefined) this.strange.push(told.strange);
    for (const what of Object.keys(told) as (keyof Told)[]) this.#waiting.get(what)?.shift()?.(told);
  }
}
