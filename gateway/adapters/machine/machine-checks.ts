import type { MachineReading } from "./machine-files.ts";

const MB = 1024 * 1024;

/** How bad a reading is: the row is raised at `bad`, ends at `good`, and stays as it is in between. */
export type Judgement = "good" | "between" | "bad";

/** One thing that is looked at, and the row it raises. */
export interface Check {
  /** The row's key and the finding's id. */
  readonly key: string;
  readonly code: string;
  readonly level: "warning" | "error";
  /** What is wrong and what to do, without numbers: they change all the time. */
  readonly why: string;
  readonly todo: string;
  /** Null: not readable here. */
  judge(reading: MachineReading): Judgement | null;
  /** For `okc doctor`. */
  show(reading: MachineReading): string;
}

/** `bad` at or past the first, `good` at or past the second. */
const above = (value: number | null, bad: number, good: number): Judgement | null =>
  value === null ? null : value >= bad ? "bad" : value <= good ? "good" : "between";
const below = (value: number | null, bad: number, good: number): Judgement | null =>
  value === null ? null : value < bad ? "bad" : value >= good ? "good" : "between";

/** The worse of two; null where neither is readable. */
function worse(one: Judgement | null, other: Judgement | null): Judgement | null {
  const found = [one, other].filter((judgement) => judgement !== null);
  return found.find((one) => one === "bad") ?? found.find((one) => one === "between") ?? found[0] ?? null;
}

/** A tenth of a large disk is room enough. */
const SHARE_COUNTS_BELOW_BYTES = 4_000 * MB;

const shown = (value: number | null, what: (value: number) => string, absent: string): string =>
  value === null ? absent : what(value);
const free = ({ freeBytes }: MachineReading): string =>
  shown(freeBytes, (bytes) => `${Math.round(bytes / MB)} MB are free`, "free room is not readable here");

export const CHECKS: readonly Check[] = [
  {
    key: "disk",
    code: "disk-low",
    level: "warning",
    why: "the disk of the data folder has less than 500 MB or a tenth left: make room on it",
    todo: "make room on the data folder's disk",
    judge: ({ freeBytes, freePct }) =>
      worse(
        below(freeBytes, 500 * MB, 600 * MB),
        freeBytes !== null && freeBytes >= SHARE_COUNTS_BELOW_BYTES ? "good" : below(freePct, 10, 12),
      ),
    show: free,
  },
  {
    key: "disk-full",
    code: "disk-nearly-full",
    level: "error",
    why: "the disk of the data folder has less than 100 MB left: make room on it now",
    todo: "make room on the data folder's disk now",
    judge: ({ freeBytes }) => below(freeBytes, 100 * MB, 150 * MB),
    show: free,
  },
  {
    key: "disk-inodes",
    code: "disk-low",
    level: "warning",
    why: "the disk of the data folder can hold few more files: remove files that are not needed",
    todo: "remove files that are not needed",
    judge: ({ freeInodesPct }) => below(freeInodesPct, 5, 7),
    show: ({ freeInodesPct }) =>
      shown(freeInodesPct, (pct) => `room for ${Math.round(pct)} % more files`, "room for files is not readable here"),
  },
  {
    key: "disk-read-only",
    code: "disk-read-only",
    level: "error",
    why: "the data folder is mounted read-only, as the kernel does when a card fails: replace the card, restore a backup",
    todo: "replace the card and restore a backup",
    judge: ({ readOnly }) => (readOnly === null ? null : readOnly ? "bad" : "good"),
    show: ({ readOnly }) =>
      readOnly === null
        ? "the mount of the data folder is not readable here"
        : `the data folder is mounted ${readOnly ? "read-only" : "for writing"}`,
  },
  {
    key: "card-wear",
    code: "card-worn",
    level: "warning",
    why: "the flash memory has used nearly all of its life: replace it before it fails",
    todo: "replace the flash memory",
    judge: ({ flashLifeTenths, flashSpares }) => worse(above(flashLifeTenths, 9, 8), above(flashSpares, 2, 1)),
    show: ({ flashLifeTenths }) =>
      shown(
        flashLifeTenths,
        (tenths) => `the flash memory has used up to ${tenths * 10} % of its life`,
        "card wear is not readable here",
      ),
  },
  {
    key: "temperature",
    code: "machine-hot",
    level: "warning",
    why: "the machine is at 80 °C or more: give it air",
    todo: "give it air",
    judge: ({ hottestC }) => above(hottestC, 80, 72),
    show: ({ hottestC }) =>
      shown(
        hottestC,
        (celsius) => `the hottest part is at ${Math.round(celsius)} °C`,
        "temperature is not readable here",
      ),
  },
  {
    key: "memory",
    code: "memory-low",
    level: "warning",
    why: "the machine waits for memory: end other programs on it",
    todo: "end other programs on this machine",
    judge: ({ memoryStallPct }) => above(memoryStallPct, 10, 3),
    show: ({ memoryStallPct }) =>
      shown(
        memoryStallPct,
        (pct) => `memory was waited for ${pct} % of the last minute`,
        "memory pressure is not readable here",
      ),
  },
];
