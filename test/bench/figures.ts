import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** Milliseconds of CLOCK_MONOTONIC, which all processes of the machine share. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** The value below which that part of the values lies (nearest rank); NaN of nothing. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Resident memory of processes together, in MB; NaN when one is gone. */
export function rssMb(pids: readonly number[]): number {
  const kb = pids.map((pid) => {
    try {
      return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
    } catch {
      return Number.NaN;
    }
  });
  return kb.reduce((sum, one) => sum + one, 0) / 1024;
}

/** Ticks a second in /proc. */
const TICKS_PER_S = 100;

/** Processor time that a process has used since its start, in milliseconds; NaN when it is gone. */
export function cpuMs(pid: number): number {
  try {
    // After the command's name, which may hold blanks, come state, …, utime (the 12th) and stime.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ");
    return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_S;
  } catch {
    return Number.NaN;
  }
}

/** Waits until `done`, looking every `everyMs`; false when it is not within `withinMs`. */
export async function until(done: () => boolean | Promise<boolean>, withinMs: number, everyMs = 5): Promise<boolean> {
  const deadline = nowMs() + withinMs;
  while (!(await done())) {
    if (nowMs() > deadline) return false;
    await pause(everyMs);
  }
  return true;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
