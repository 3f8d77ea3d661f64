import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, rmSync } from "node:fs";

const running = new Set<ChildProcess>();
const folders = new Set<string>();

/** Starts a process that does not outlive the bench; what it says goes to `log`. */
export function start(
  command: string,
  args: readonly string[],
  log: string,
  cwd = process.cwd(),
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const file = openSync(log, "a");
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", file, file] });
  closeSync(file);
  running.add(child);
  child.once("exit", () => running.delete(child));
  child.once("error", () => running.delete(child));
  return child;
}

/** A shell's words that raise its limit of open files as far as it goes and then become the command after them. */
const RAISE_FILES = 'ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -H -n)"; exec "$0" "$@"';

/** A command and its arguments, to run with as many open files as this machine allows. */
export const withFilesRaised = (command: string, args: readonly string[]): readonly [string, readonly string[]] => [
  "sh",
  ["-c", RAISE_FILES, command, ...args],
];

/** How many files a process may then have open. */
export function openFilesMax(): number {
  const [command, args] = withFilesRaised("sh", ["-c", "ulimit -n"]);
  const said = spawnSync(command, args, { encoding: "utf8" }).stdout.trim();
  return said === "unlimited" ? Number.POSITIVE_INFINITY : Number(said);
}

/** Ends a process and waits until it is gone. */
export async function end(child: ChildProcess | null, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, "exit");
}

/** Removes `folder` when the bench ends, also when it is interrupted. */
export function removeAtEnd(folder: string): void {
  folders.add(folder);
}

process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
