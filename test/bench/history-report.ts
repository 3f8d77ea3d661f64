import { readFileSync, rmSync, statSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { median, nowMs, quantile, until } from "./figures.ts";
import type { MqttPendants } from "./pendants.ts";
import { end, start } from "./processes.ts";
import type { Results } from "./report.ts";
import type { OkcProcess } from "./subjects/okc-site.ts";

/** Presses while a report is made, and beside none: four a second. */
const PRESS_EVERY_MS = 250;
/** So long the gateway is watched without a report. */
const QUIET_MS = 10_000;
const PROBE_MAX_MS = 5_000;
const PROBE = join(import.meta.dirname, "loop-probe.cjs");

/** What loads the probe, and where it writes to. */
const probeInto = (file: string) => ({ NODE_OPTIONS: `--require ${PROBE}`, OKC_LOOP_FILE: file });

interface Loop {
  readonly maxMs: number;
  readonly p99Ms: number;
}

/** What a spell of presses found. */
interface Spell {
  readonly tookMs: number;
  readonly loop: Loop;
  /** A Node process beside it that does nothing at all: how late this machine makes anybody. */
  readonly idle: Loop;
  readonly pressMs: readonly number[];
}

/** A gateway with a long history while a report over all of it is made and presses come in. */
export class ReportedSite {
  readonly #gateway: OkcProcess;
  readonly #pendants: MqttPendants;
  readonly #resident: number;

  constructor(gateway: OkcProcess, pendants: MqttPendants, resident: number) {
    this.#gateway = gateway;
    this.#pendants = pendants;
    this.#resident = resident;
  }

  async measure(name: string, results: Results, say: (text: string) => void): Promise<void> {
    this.#gateway.spawn(probeInto(this.#loopFile));
    const log = join(this.#gateway.folder, "idle.log");
    const idle = start(
      process.execPath,
      ["-e", "setInterval(() => {}, 1e6)"],
      log,
      process.cwd(),
      probeInto(this.#idleFile),
    );
    try {
      await this.#measureBeside(idle.pid!, name, results, say);
    } finally {
      await end(idle, "SIGKILL");
    }
  }

  async #measureBeside(idlePid: number, name: string, results: Results, say: (text: string) => void): Promise<void> {
    await this.#pendants.connectFirst(this.#resident);
    // The first one opens an alarm, the others are added to it.
    await this.#pendants.press(this.#resident);
    await pause(1_000);
    for (const [what, work] of [
      ["quiet", () => pause(QUIET_MS)],
      ["cold", () => this.#report()],
      ["warm", () => this.#report()],
    ] as const) {
      if (what === "cold") for (const ending of ["", "-wal", "-shm"]) rmSync(this.#file + ending, { force: true });
      say(`  ${what}`);
      const { tookMs, loop, idle, pressMs } = await this.#spell(work, idlePid);
      results.add(name, {
        [`${what}S`]: tookMs / 1_000,
        [`${what}LoopMaxMs`]: loop.maxMs,
        [`${what}LoopP99Ms`]: loop.p99Ms,
        [`${what}IdleMaxMs`]: idle.maxMs,
        [`${what}IdleP99Ms`]: idle.p99Ms,
        [`${what}PressMs`]: median(pressMs),
        [`${what}PressP99Ms`]: quantile(pressMs, 0.99),
      });
    }
    results.add(name, { reportsMb: statSync(this.#file).size / 1024 / 1024 });
  }

  get #file(): string {
    return join(this.#gateway.folder, "data", "reports.db");
  }

  get #loopFile(): string {
    return join(this.#gateway.folder, "loop.json");
  }

  get #idleFile(): string {
    return join(this.#gateway.folder, "idle.json");
  }

  async #spell(work: () => Promise<unknown>, idlePid: number): Promise<Spell> {
    const loops = async () => ({
      loop: await loopOf(this.#gateway.pid(), this.#loopFile),
      idle: await loopOf(idlePid, this.#idleFile),
    });
    await loops();
    const from = nowMs();
    let isDone = false;
    const done = work().finally(() => (isDone = true));
    const pressMs: number[] = [];
    do {
      const at = nowMs();
      await this.#pendants.press(this.#resident);
      pressMs.push(nowMs() - at);
      await Promise.race([done, pause(PRESS_EVERY_MS)]);
    } while (!isDone);
    await done;
    const tookMs = nowMs() - from;
    return { tookMs, ...(await loops()), pressMs };
  }

  /** All alarms that there are, as `okc report response-times` asks: again and again until it is ready. */
  async #report(): Promise<void> {
    const path = "/api/reports/response-times?from=2000-01-01&to=2100-01-01&by=hour";
    for (;;) {
      const status = await new Promise<number>((resolve, reject) => {
        const asked = request({ socketPath: join(this.#gateway.folder, "data", "okc.sock"), path }, (response) => {
          response.resume().on("end", () => resolve(response.statusCode ?? 0));
        });
        asked.on("error", reject).end();
      });
      if (status === 200) return;
      if (status !== 202) throw new Error(`the report was answered ${status}`);
    }
  }
}

/** How late a process's event loop was since this was last asked. */
async function loopOf(pid: number, file: string): Promise<Loop> {
  rmSync(file, { force: true });
  process.kill(pid, "SIGUSR2");
  let loop: Loop | null = null;
  const read = (): boolean => {
    try {
      loop = JSON.parse(readFileSync(file, "utf8")) as Loop;
      return true;
    } catch {
      return false;
    }
  };
  if (!(await until(read, PROBE_MAX_MS)) || loop === null) throw new Error(`the event loop of ${pid} was not read`);
  return loop;
}
