import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Copied at first use; from then on they belong to the site. */
const OWN_FILES = ["flows.json", "flows_cred.json"];
const SECRET_FILE = "secret";
const PID_FILE = "pid";

/** Makes the folder that Node-RED works in, with the shipped flows where the site has none yet. */
export function prepareFolder(folder: string, shipped: string): { readonly secret: string } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(join(folder, OWN_FILES[0]!)))
    for (const name of OWN_FILES) copyFileSync(join(shipped, name), join(folder, name));
  const file = join(folder, SECRET_FILE);
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString("hex"), { mode: 0o600 });
  return { secret: readFileSync(file, "utf8").trim() };
}

export const notePid = (folder: string, pid: number): void => writeFileSync(join(folder, PID_FILE), String(pid));

/** A child of a gateway that was killed may still loop and hold the port: the one that was noted here is ended. */
export function endLeftover(folder: string): void {
  const file = join(folder, PID_FILE);
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, "utf8"));
  rmSync(file, { force: true });
  // Another process may have its number by now: only one that works in this very folder is ours.
  if (Number.isInteger(pid) && pid > 1 && commandOf(pid).includes(folder)) process.kill(pid, "SIGKILL");
}

function commandOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}

/** Memory that a process has, in bytes; null where that cannot be read. */
export function memoryOf(pid: number): number | null {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
    return pages * 4_096;
  } catch {
    return null;
  }
}
