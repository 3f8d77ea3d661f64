import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** The pendant's memory that outlives its battery: the last counter it has used. */
export interface CounterStore {
  read(): number;
  /** Returns once the value would survive a loss of power. */
  write(counter: number): void;
}

/** Forgotten when the process ends; a test that "changes the battery" hands the same store to a new pendant. */
export function memoryCounter(start = 0): CounterStore {
  let value = start;
  return { read: () => value, write: (counter) => void (value = counter) };
}

/** One number in a file, replaced whole. A file that holds none is an error: going back to 0 would look like a replay. */
export function fileCounter(file: string): CounterStore {
  return {
    read: () => readCounter(file),
    write(counter) {
      mkdirSync(dirname(file), { recursive: true });
      const handle = openSync(`${file}.new`, "w", 0o600);
      writeSync(handle, `${counter}\n`);
      fsyncSync(handle);
      closeSync(handle);
      renameSync(`${file}.new`, file);
    },
  };
}

function readCounter(file: string): number {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
  const counter = Number(text.trim());
  if (!/^\d{1,10}$/.test(text.trim()) || counter > 0xffffffff)
    throw new Error(`${file}: not a counter; write the pendant's last counter into it`);
  return counter;
}
