import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { get } from "node:http";
import { createRequire } from "node:module";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { seconds, minutes, type EpochMs } from "../../core/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Finding } from "../../ports/desk.ts";
import type { Log, Meter } from "../../ports/log.ts";
import type { Watch, WatchSink } from "../../ports/watch.ts";
import { endLeftover, memoryOf, notePid, prepareFolder } from "./flow-folder.ts";
import { ChildLog } from "./child-log.ts";

/** Between the end of one process and the start of the next: doubled each time, up to the second. */
const RESTART_MS = seconds(1);
const RESTART_MAX_MS = minutes(1);
/** After running so long a process counts as well: the next restart is quick again. */
const WELL_AFTER_MS = minutes(1);
/** How often it is asked for a sign of life, at first and once it has given one, and how long an answer may take. */
const FIRST_LOOK_MS = seconds(1);
const LOOK_EVERY_MS = seconds(5);
const ANSWER_MAX_MS = seconds(5);
/** Looks without an answer, one after the other, before it is ended; it may take a while to come up. */
const SILENT_LOOKS_MAX = 3;
const STARTING_MAX_MS = minutes(1);
/** Beside the heap: code, buffers and what Node itself needs. Beyond it the process is ended. */
const BESIDE_HEAP_BYTES = 192 * 1024 * 1024;
const STOP_MAX_MS = seconds(3);
const FAULT = "flows";

/** Beside this file's folder in the sources, beside `dist` when built. */
const SHIPPED = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../../../flows/" : "../flows/", import.meta.url),
);

export interface NodeRedOptions {
  /** Where its flows and its secret lie: data/flows. */
  readonly folder: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly memoryMb: number;
  /** bcrypt hash of the editor's password; null: there is no editor. */
  readonly editorHash: string | null;
  readonly broker: { readonly url: string; readonly user: string; readonly password: string };
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

/**
 * Node-RED as a child process: on its own account at the broker, with a bound on its memory, at the lowest priority of
 * the machine. Whatever it does, the alarm path does not wait for it: killed or looping, it is started again.
 */
export class NodeRed implements Watch {
  readonly #options: NodeRedOptions;
  readonly #lines: ChildLog;
  #sink: WatchSink | null = null;
  #child: ChildProcess | null = null;
  #startedAt: EpochMs = 0;
  #restartMs = RESTART_MS;
  #silentLooks = 0;
  #why: string | null = "it has not answered yet";
  /** Why we ended it ourselves, until it has ended. */
  #killedFor: string | null = null;
  #timer: Timer | null = null;
  #look: Timer | null = null;

  constructor(options: NodeRedOptions) {
    this.#options = options;
    this.#lines = new ChildLog(options.log, options.clock);
  }

  start(sink: WatchSink): void {
    this.#sink = sink;
    this.#spawn();
  }

  async stop(): Promise<void> {
    this.#sink = null;
    this.#timer?.cancel();
    this.#look?.cancel();
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const hard = this.#options.clock.after(STOP_MAX_MS, () => child.kill("SIGKILL"));
    await ended;
    hard.cancel();
  }

  findings(): readonly Finding[] {
    const { host, port } = this.#options.listen;
    if (this.#why === null)
      return [{ id: FAULT, level: "ok", message: `the flows run, Node-RED is on ${host}:${port}`, todo: "" }];
    // While it runs, the row of the fault says it.
    return this.#sink ? [] : [{ id: FAULT, level: "ok", message: "flows are configured", todo: "" }];
  }

  #spawn(): void {
    const { folder, clock } = this.#options;
    this.#timer = null;
    try {
      endLeftover(folder);
      const { secret } = prepareFolder(folder, SHIPPED);
      this.#follow(this.#run(secret));
      this.#startedAt = clock.now();
      this.#silentLooks = 0;
      this.#planLook();
    } catch (error) {
      this.#down(`the flows cannot be started: ${(error as Error).message}`);
    }
  }

  #run(secret: string): ChildProcess {
    const { folder, listen, memoryMb, editorHash, broker } = this.#options;
    const { hostname, port, protocol } = new URL(broker.url);
    const red = createRequire(import.meta.url).resolve("node-red/red.js");
    const settings = join(SHIPPED, "settings.cjs");
    return spawn(process.execPath, [`--max-old-space-size=${memoryMb}`, red, "-s", settings, "-u", folder], {
      cwd: folder,
      // The channel tells it when the gateway is gone.
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // None of the gateway's own variables: they may hold secrets.
      env: {
        PATH: process.env["PATH"],
        HOME: folder,
        TZ: process.env["TZ"],
        OKC_FLOWS_HOST: listen.host,
        OKC_FLOWS_PORT: String(listen.port),
        OKC_FLOWS_SECRET: secret,
        OKC_FLOWS_EDITOR_HASH: editorHash ?? "",
        OKC_MQTT_HOST: hostname.replace(/^\[|\]$/g, ""),
        OKC_MQTT_PORT: port || (protocol === "mqtts:" ? "8883" : "1883"),
        OKC_MQTT_USER: broker.user,
        OKC_MQTT_PASSWORD: broker.password,
      },
    });
  }

  #follow(child: ChildProcess): void {
    this.#child = child;
    this.#options.meter.count("okc_flows_starts_total");
    for (const stream of [child.stdout, child.stderr]) this.#lines.follow(stream!);
    child.once("error", (error) => this.#down(`the flows cannot be started: ${error.message}`));
    child.once("exit", (code, signal) => this.#ended(child, code === null ? `signal ${signal}` : `code ${code}`));
    if (child.pid === undefined) return;
    notePid(this.#options.folder, child.pid);
    // A flow that loops for ever must not take the processor from the gateway.
    setPriority(child.pid, constants.priority.PRIORITY_LOW);
  }

  #ended(child: ChildProcess, how: string): void {
    if (this.#child !== child || !this.#sink) return;
    this.#look?.cancel();
    if (this.#options.clock.now() - this.#startedAt >= WELL_AFTER_MS) this.#restartMs = RESTART_MS;
    this.#down(this.#killedFor ?? `Node-RED ended with ${how}; alarms go on without flows, and it is started again`);
    this.#killedFor = null;
  }

  #down(why: string): void {
    if (!this.#sink) return;
    this.#why = why;
    this.#sink.raiseFault(FAULT, "flows-down", why);
    this.#timer ??= this.#options.clock.after(this.#restartMs, () => this.#spawn());
    this.#restartMs = Math.min(this.#restartMs * 2, RESTART_MAX_MS);
  }

  #planLook(): void {
    const afterMs = this.#why === null ? LOOK_EVERY_MS : FIRST_LOOK_MS;
    this.#look = this.#options.clock.after(afterMs, () => void this.#lookAt());
  }

  async #lookAt(): Promise<void> {
    const child = this.#child;
    const answered = await isAnswering(this.#options.listen);
    if (!this.#sink || this.#child !== child || !child || child.exitCode !== null || child.signalCode !== null) return;
    const { memoryMb } = this.#options;
    const used = memoryOf(child.pid!);
    if (used !== null && used > memoryMb * 1024 * 1024 + BESIDE_HEAP_BYTES)
      return this.#kill(child, `a flow used more memory than ${memoryMb} MB allow; look for what it keeps`);
    if (answered) this.#well();
    else if (++this.#silentLooks >= SILENT_LOOKS_MAX && this.#options.clock.now() - this.#startedAt > this.#patienceMs)
      return this.#kill(child, "Node-RED does not answer; a flow may loop for ever, and it is started again");
    this.#planLook();
  }

  /** It may take a minute to come up on a small board; once it has answered, silence is silence. */
  get #patienceMs(): number {
    return this.#why === null ? 0 : STARTING_MAX_MS;
  }

  #well(): void {
    this.#silentLooks = 0;
    if (this.#why === null) return;
    this.#why = null;
    this.#options.log.info("flows: Node-RED answers");
    this.#sink!.clearFault(FAULT, "Node-RED answers");
  }

  #kill(child: ChildProcess, why: string): void {
    this.#options.meter.count("okc_flows_killed_total");
    this.#killedFor = why;
    child.kill("SIGKILL");
  }
}

/** Any answer is a sign of life, a refusal too. */
function isAnswering({ host, port }: NodeRedOptions["listen"]): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host, port, path: "/", timeout: ANSWER_MAX_MS, agent: false }, (response) => {
      response.resume();
      resolve(true);
    });
    request.once("timeout", () => request.destroy());
    request.once("error", () => resolve(false));
  });
}
