import { readdirSync, readFileSync, statfsSync } from "node:fs";
import { join } from "node:path";

/** What is read of the machine; null: not readable here. */
export interface MachineReading {
  readonly freeBytes: number | null;
  readonly freePct: number | null;
  readonly freeInodesPct: number | null;
  readonly readOnly: boolean | null;
  /** Used life of the flash that wears most, in tenths: 10 is all of it (JEDEC JESD84-B51, EXT_CSD 268 and 269). */
  readonly flashLifeTenths: number | null;
  /** 1 normal, 2 warning, 3 urgent: spare blocks of the flash (EXT_CSD 267). */
  readonly flashSpares: number | null;
  readonly hottestC: number | null;
  /** Share of the last minute in which nothing could go on for want of memory (kernel: Documentation/accounting/psi). */
  readonly memoryStallPct: number | null;
}

export interface MachinePlace {
  /** The data folder. */
  readonly data: string;
  /** Stands before /sys and /proc. */
  readonly root: string;
}

/** Reads plain files of Linux; never throws. */
export function readMachineFiles({ data, root }: MachinePlace): MachineReading {
  return {
    ...readRoom(data),
    readOnly: readMount(data, root),
    flashLifeTenths: maxOf(flashFiles(root, "life_time").flatMap((text) => text.trim().split(/\s+/).map(Number))),
    flashSpares: maxOf(flashFiles(root, "pre_eol_info").map(Number)),
    hottestC: readHottest(root),
    memoryStallPct: readStall(root),
  };
}

function readRoom(data: string): Pick<MachineReading, "freeBytes" | "freePct" | "freeInodesPct"> {
  try {
    const { bavail, bsize, blocks, files, ffree } = statfsSync(data);
    const freeInodesPct = files > 0 ? (100 * ffree) / files : null;
    return { freeBytes: bavail * bsize, freePct: blocks > 0 ? (100 * bavail) / blocks : null, freeInodesPct };
  } catch {
    return { freeBytes: null, freePct: null, freeInodesPct: null };
  }
}

/** Whether the data folder's file system is mounted read-only, as a kernel does with a card that fails. */
function readMount(data: string, root: string): boolean | null {
  let best: { readonly at: string; readonly options: string } | null = null;
  for (const line of (textOf(`${root}/proc/self/mounts`) ?? "").split("\n")) {
    const [, escaped, , options] = line.split(" ");
    if (escaped === undefined || options === undefined) continue;
    const at = escaped.replaceAll(/\\(\d{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
    const isAbove = at === "/" || data === at || data.startsWith(`${at}/`);
    // A later mount on the same place covers the earlier one.
    if (isAbove && (!best || at.length >= best.at.length)) best = { at, options };
  }
  return best && best.options.split(",").includes("ro");
}

function flashFiles(root: string, name: string): string[] {
  return namesIn(`${root}/sys/block`, /^mmcblk\d+$/).flatMap(
    (card) => textOf(join(root, "sys/block", card, "device", name)) ?? [],
  );
}

function readHottest(root: string): number | null {
  const folder = `${root}/sys/class/thermal`;
  const zones = namesIn(folder, /^thermal_zone\d+$/).flatMap((zone) => textOf(join(folder, zone, "temp")) ?? []);
  // A sensor that is not there reads as something no machine survives.
  return maxOf(zones.map((text) => Number(text) / 1_000).filter((celsius) => celsius > -50 && celsius < 150));
}

function readStall(root: string): number | null {
  const match = /^full .*\bavg60=([\d.]+)/m.exec(textOf(`${root}/proc/pressure/memory`) ?? "");
  return match ? Number(match[1]) : null;
}

function maxOf(values: readonly number[]): number | null {
  const read = values.filter((value) => Number.isFinite(value));
  return read.length === 0 ? null : Math.max(...read);
}

function namesIn(folder: string, pattern: RegExp): string[] {
  try {
    return readdirSync(folder).filter((name) => pattern.test(name));
  } catch {
    return [];
  }
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
