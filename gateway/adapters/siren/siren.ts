import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import type { DurationMs, EpochMs } from "../../core/units.ts";
import { seconds } from "../../core/units.ts";
import type { Channel, ChannelSink, PathSpec, Receipt, SirenMessage } from "../../ports/channel.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Log, Meter } from "../../ports/log.ts";

/** The command is started at most once in this time. */
export const RESTART_MS: DurationMs = seconds(1);

/** A process that ignores SIGTERM for this long is killed. */
export const KILL_AFTER_MS: DurationMs = seconds(2);

export interface SirenParts {
  /** The program and its arguments, without a shell. */
  readonly command: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

/** Sounds the gateway's own siren by running a command, again and again, while at least one message is active. */
export class Siren implements Channel<SirenMessage> {
  readonly id = "siren";
  readonly paths: readonly PathSpec[] = [{ id: "siren", kind: "siren", lostAfterMs: null }];
  readonly #command: readonly string[];
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #meter: Meter;
  /** Active keys, and what was last told of each. */
  readonly #active = new Map<string, string | null>();
  #sink: ChannelSink | null = null;
  #process: ChildProcess | null = null;
  #sounding = false;
  #startedAt: EpochMs = Number.NEGATIVE_INFINITY;
  #restart: Timer | null = null;
  #kill: Timer | null = null;
  /** What is wrong: it cannot be started, or it starts and ends with an error. */
  #fault: "start" | "end" | null = null;
  #works: boolean | null = null;

  constructor(parts: SirenParts) {
    this.#command = parts.command;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#meter = parts.meter;
  }

  start(sink: ChannelSink): Promise<void> {
    this.#sink = sink;
    this.#sound();
    return Promise.resolve();
  }

  deliver(message: SirenMessage): void {
    if (this.#active.has(message.key)) return;
    this.#active.set(message.key, null);
    // Not from within the call: the caller may not have finished what led to it.
    if (this.#sounding && !this.#kill) queueMicrotask(() => this.#tellAll("sent"));
    this.#sound();
  }

  withdraw(key: string): void {
    if (this.#active.delete(key) && this.#active.size === 0) this.#silence();
  }

  /** Resolves when the process has ended. */
  async stop(): Promise<void> {
    this.#sink = null;
    const child = this.#process;
    this.#silence();
    if (child) await new Promise<void>((resolve) => child.once("close", () => resolve()));
    this.#kill?.cancel();
    this.#kill = null;
  }

  /** Starts the command unless it runs, or ran less than a second ago: then it is started when that has passed. */
  #sound(): void {
    if (!this.#sink || this.#active.size === 0 || this.#process || this.#restart) return;
    const waitMs = this.#startedAt + RESTART_MS - this.#clock.now();
    // More than that to wait: the clock was set back, which must not make it silent for hours.
    if (waitMs > 0 && waitMs <= RESTART_MS) {
      this.#restart = this.#clock.after(waitMs, () => {
        this.#restart = null;
        this.#sound();
      });
      return;
    }
    this.#startedAt = this.#clock.now();
    this.#spawn();
  }

  #spawn(): void {
    const [program = "", ...args] = this.#command;
    let child: ChildProcess;
    try {
      // A process group of its own, so that what the command starts ends with it.
      child = spawn(program, args, { stdio: "ignore", detached: true });
    } catch (error) {
      queueMicrotask(() => this.#cannotStart(error));
      return;
    }
    this.#process = child;
    child.on("spawn", () => {
      this.#sounding = true;
      this.#meter.count("okc_siren_starts_total");
      if (this.#fault === "start") this.#fault = null;
      this.#tellAll("sent");
    });
    child.on("error", (error) => {
      if (child.pid === undefined) this.#cannotStart(error);
    });
    child.on("close", (code, signal) => this.#ended(child, code, signal));
  }

  #cannotStart(error: unknown): void {
    this.#process = null;
    const why = error instanceof Error ? error.message : String(error);
    this.#fail(
      "start",
      `siren command "${this.#command.join(" ")}" cannot be started (${why}); install it or correct siren.command`,
    );
    this.#sound();
  }

  #ended(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#process !== child) return;
    const silenced = this.#kill !== null;
    this.#kill?.cancel();
    this.#kill = this.#process = null;
    this.#sounding = false;
    if (silenced) {
      if (this.#fault === null) this.#setWorks(true, "the command ran until it was ended");
    } else if (code === 0) {
      this.#fault = null;
      this.#setWorks(true, "the command ran");
      this.#tellAll("sent");
    } else {
      const end = code === null ? `by ${signal ?? "a signal"}` : `with code ${code}`;
      this.#fail("end", `siren command "${this.#command.join(" ")}" ended ${end}; run it by hand to see why`);
    }
    this.#sound();
  }

  #silence(): void {
    this.#restart?.cancel();
    this.#restart = null;
    const pid = this.#process?.pid;
    if (pid === undefined || this.#kill) return;
    signalGroup(pid, "SIGTERM");
    this.#kill = this.#clock.after(KILL_AFTER_MS, () => signalGroup(pid, "SIGKILL"));
  }

  #fail(fault: "start" | "end", why: string): void {
    this.#fault = fault;
    this.#meter.count("okc_siren_failures_total");
    if (this.#works !== false) this.#log.error(why);
    this.#setWorks(false, why);
    this.#tellAll("failing", why);
  }

  #setWorks(works: boolean, why: string): void {
    if (this.#works === works) return;
    this.#works = works;
    this.#sink?.path("siren", works, why);
  }

  /** Tells every active message what it was not told last; that it started is no news while it ends with an error. */
  #tellAll(status: Receipt["status"], detail?: string): void {
    const news = detail ?? status;
    const at = this.#clock.now();
    for (const [key, told] of this.#active) {
      if (told === news || (told !== null && status === "sent" && this.#fault === "end")) continue;
      this.#active.set(key, news);
      this.#sink?.receipt({ key, status, at, ...(detail === undefined ? {} : { detail }) });
    }
  }
}

/** A group that is gone already is no fault. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
