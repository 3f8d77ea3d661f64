import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Json } from "./lines.ts";

const READY_MAX_MS = 15_000;
const STOP_MAX_MS = 5_000;
const RESTART_FIRST_MS = 1_000;
const RESTART_MAX_MS = 30_000;
const ASK_MAX_MS = 15_000;
/** A part that has run this long was well; its next restart waits the shortest time again. */
const WELL_AFTER_MS = 60_000;
/** Requests that may wait for an answer; more are refused. */
const ASKED_MAX = 64;

export interface PartProcessOptions {
  readonly name: string;
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Called with what the part tells, and when it dies and comes back. */
  readonly note: (text: string) => void;
}

/** One simulated part as a child process that talks JSON lines; started again, for ever, when it dies. */
export class PartProcess {
  readonly #options: PartProcessOptions;
  #child: ChildProcess | null = null;
  #asked: ((reply: Json) => void)[] = [];
  #restart: NodeJS.Timeout | null = null;
  #restartMs = RESTART_FIRST_MS;
  #stopping = false;

  constructor(options: PartProcessOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  /** Null while it is down. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Resolves when the part is ready; rejects when it ends before, or takes longer than 15 s. */
  start(): Promise<void> {
    const [program, ...args] = this.#options.command;
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.#child = child;
    const since = Date.now();
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Error(`${this.name} was not ready in ${READY_MAX_MS} ms`));
        child.kill("SIGKILL");
      }, READY_MAX_MS);
      const ready = (): void => {
        clearTimeout(late);
        resolve();
      };
      child.stdin.on("error", () => undefined);
      createInterface({ input: child.stdout }).on("line", (line) => this.#take(line, ready));
      child.once("error", reject);
      child.once("exit", (code, signal) => {
        clearTimeout(late);
        reject(new Error(`${this.name} ended at once (${signal ?? code})`));
        this.#ended(`${signal ?? code}`, Date.now() - since);
      });
    });
  }

  /** Asks the part; rejects when it is not running or does not answer in 15 s. */
  ask(request: Json): Promise<Json> {
    const stdin = this.#child?.stdin;
    if (!stdin?.writable) return Promise.reject(new Error(`${this.name} is not running`));
    if (this.#asked.length >= ASKED_MAX)
      return Promise.reject(new Error(`${this.name} has ${ASKED_MAX} requests waiting`));
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${this.name} did not answer in ${ASK_MAX_MS} ms`)), ASK_MAX_MS);
      this.#asked.push((reply) => {
        clearTimeout(late);
        if (reply["ok"] === true) resolve(reply);
        else reject(new Error(String(reply["error"])));
      });
      stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  /** Ends the part; kills it when it takes longer than 5 s. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#restart) clearTimeout(this.#restart);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGTERM");
    const hard = setTimeout(() => child.kill("SIGKILL"), STOP_MAX_MS);
    await gone;
    clearTimeout(hard);
  }

  #take(line: string, ready: () => void): void {
    let message: Json;
    try {
      message = JSON.parse(line) as Json;
    } catch {
      return this.#options.note(line);
    }
    if (message["ready"] === true) ready();
    else if (typeof message["note"] === "string") this.#options.note(message["note"]);
    else this.#asked.shift()?.(message);
  }

  #ended(how: string, ranMs: number): void {
    for (const answer of this.#asked.splice(0)) answer({ ok: false, error: `${this.name} ended (${how})` });
    this.#child = null;
    if (this.#stopping) return;
    if (ranMs > WELL_AFTER_MS) this.#restartMs = RESTART_FIRST_MS;
    const waitMs = this.#restartMs;
    this.#restartMs = Math.min(RESTART_MAX_MS, waitMs * 2);
    this.#options.note(
      `${this.name} 已停止，${waitMs / 1000} 秒后重启。Ended (${how}), starts again in ${waitMs / 1000} s.`,
    );
    this.#restart = setTimeout(() => {
      this.start().then(
        () => this.#options.note(`${this.name} 已恢复。Runs again.`),
        () => undefined,
      );
    }, waitMs);
  }
}
