import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { GatewayError } from "../../core/errors.ts";
import type { DurationMs, EpochMs } from "../../core/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Meter } from "../../ports/log.ts";
import { writeBaresipFiles, writePrivate, type SipAccount } from "./baresip-files.ts";
import { ControlLink, type BaresipEvent } from "./control-link.ts";
import { missingPrograms } from "./programs.ts";
import type { VoiceLimits } from "./voice-limits.ts";
import { silence, wavOf } from "./wav.ts";

/** Between two tries to reach a baresip that is coming up. */
const CONNECT_EVERY_MS = 50;
const LINE_CHARS_MAX = 400;
/** Played before anything else is set: an end of the file would end the call. */
const SILENCE_MS = 10_000;

export interface BaresipOptions {
  /** Its own folder, below the data folder. */
  readonly folder: string;
  readonly account: SipAccount;
  /** The first of the account's lines registers and is called from outside. */
  readonly isFirst: boolean;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly limits: VoiceLimits;
}

export interface BaresipHandlers {
  ready(): void;
  /** Not there, or ended; it is started again by itself. */
  down(why: string): void;
  event(event: BaresipEvent): void;
  /** A line that it printed. */
  line(text: string): void;
}

/** One baresip as a child process: started, watched, started again with a pause that grows, ended with the gateway. */
export class Baresip {
  readonly #options: BaresipOptions;
  readonly #handlers: BaresipHandlers;
  #child: ChildProcess | null = null;
  #link: ControlLink | null = null;
  #startedAt: EpochMs = 0;
  #restartMs: DurationMs;
  #timer: Timer | null = null;
  #isStopped = false;

  constructor(options: BaresipOptions, handlers: BaresipHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#restartMs = options.limits.restartMs;
  }

  get folder(): string {
    return this.#options.folder;
  }

  start(): void {
    this.#isStopped = false;
    void this.#spawn();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#link?.close();
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const hard = this.#options.clock.after(this.#options.limits.stopMs, () => child.kill("SIGKILL"));
    await ended;
    hard.cancel();
  }

  /** @throws {GatewayError} when it is not up, refuses, or does not answer; it is started again then. */
  async command(command: string, params?: string): Promise<string> {
    if (!this.#link) throw new GatewayError("not-reachable", "baresip is not up");
    return this.#link.command(command, params);
  }

  async #spawn(): Promise<void> {
    const { folder, account, isFirst, clock, limits } = this.#options;
    this.#timer = null;
    this.#startedAt = clock.now();
    const missing = missingPrograms(process.env["PATH"] ?? "");
    if (missing !== null) return this.#down(missing);
    try {
      const control = await freePort();
      if (this.#isStopped) return;
      writeBaresipFiles(folder, account, { control, isFirst });
      writePrivate(join(folder, "silence.wav"), wavOf(silence(SILENCE_MS)));
      const child = this.#run();
      const upBy = clock.now() + limits.startMs;
      await this.#connect(child, control, upBy);
    } catch (error) {
      this.#down(`baresip cannot be started: ${(error as Error).message}`);
    }
  }

  #run(): ChildProcess {
    const { folder, meter } = this.#options;
    // Whatever becomes of the gateway, the child does not outlive it.
    const child = spawn("setpriv", ["--pdeathsig", "KILL", "baresip", "-f", folder], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      // None of the gateway's own variables: they may hold secrets, and the way to the service manager is not for a child.
      env: { PATH: process.env["PATH"], HOME: folder, TZ: process.env["TZ"] },
    });
    this.#child = child;
    meter.count("okc_voice_starts_total");
    for (const stream of [child.stdout, child.stderr]) followLines(stream, (text) => this.#handlers.line(text));
    child.once("error", (error) => this.#ended(child, `cannot be started: ${error.message}`));
    child.once("exit", (code, signal) =>
      this.#ended(child, `ended with ${code === null ? `signal ${signal}` : `code ${code}`}`),
    );
    return child;
  }

  async #connect(child: ChildProcess, control: number, upBy: EpochMs): Promise<void> {
    const { clock, limits } = this.#options;
    const closed = (): void => {
      this.#link = null;
      // Without its control it cannot be used, whatever it still does.
      child.kill("SIGKILL");
    };
    while (this.#child === child && !this.#isStopped) {
      try {
        const event = (event: BaresipEvent): void => this.#handlers.event(event);
        const link = await ControlLink.open(control, clock, limits.commandMs, { event, closed });
        if (this.#isStopped || this.#child !== child) return link.close();
        this.#link = link;
        return this.#handlers.ready();
      } catch {
        if (clock.now() >= upBy) {
          child.kill("SIGKILL");
          return;
        }
        await new Promise<void>((resolve) => clock.after(CONNECT_EVERY_MS, resolve));
      }
    }
  }

  #ended(child: ChildProcess, how: string): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#link?.close();
    this.#link = null;
    this.#down(`baresip ${how}; it is started again`);
  }

  #down(why: string): void {
    if (this.#isStopped) return;
    const { clock, limits } = this.#options;
    if (clock.now() - this.#startedAt >= limits.wellAfterMs) this.#restartMs = limits.restartMs;
    this.#timer ??= clock.after(this.#restartMs, () => void this.#spawn());
    this.#restartMs = Math.min(this.#restartMs * 2, limits.restartMaxMs);
    this.#handlers.down(why);
  }
}

function followLines(stream: Readable, take: (text: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8").on("data", (part: string) => {
    const lines = (rest + part).split("\n");
    // A line without an end is cut rather than kept.
    rest = lines.pop()!.slice(0, LINE_CHARS_MAX);
    for (const line of lines) take(line.slice(0, LINE_CHARS_MAX));
  });
}

/** A port of this machine that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
