import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Faults } from "./faults.ts";
import type { ZigbeeDevice } from "./zigbee-bridge.ts";

/** What the simulated parts of one site need to know; one file, mode 0600, because it holds keys. */
export interface SimFile {
  readonly seed: number;
  /** Where the dongle's serial port stands. */
  readonly link: string;
  /** Pendants on the dongle: `id` 8 hex digits, `key` 32. */
  readonly pendants: readonly { readonly id: string; readonly key: string }[];
  readonly mqtt: {
    readonly url: string;
    readonly pendants: readonly { readonly id: string; readonly user: string; readonly password: string }[];
  };
  /** The 433 MHz receiver's serial port, and the remotes in reach, as `EV1527:0c0ffe:01`. */
  readonly rflink: { readonly link: string; readonly remotes: readonly string[] };
  /** The Zigbee bridge on the broker; without a login, it has no account yet and stays silent. */
  readonly zigbee: {
    readonly url: string;
    readonly base: string;
    readonly login?: { readonly user: string; readonly password: string };
    readonly devices: readonly ZigbeeDevice[];
  };
  /** 4G watches, by the ids on their backs, and where they connect to. */
  readonly watches: { readonly port: number; readonly ids: readonly string[] };
  /** The GSM modem's serial port, its own number, and who has which number. */
  readonly modem: { readonly link: string; readonly number: string; readonly names: Readonly<Record<string, string>> };
  /** `transport`: TCP where it is not said. `key`: hex digits, opens what is encrypted. */
  readonly receiver: { readonly port: number; readonly transport?: "tcp" | "udp"; readonly key?: string };
  readonly phones: { readonly port: number; readonly secret: string; readonly names: Readonly<Record<string, string>> };
  readonly faults?: Partial<Faults>;
  /** A digest of the tables that were imported; an earlier release wrote `true`. */
  readonly imported?: string | boolean;
  /** A token for the page, kept for the next start. */
  readonly token?: string;
  /** The gateway that the last start has started. */
  readonly gatewayPid?: number;
}

/** Null when there is no such file; a damaged one is an error that says what to do. */
export function readSimFile(file: string): SimFile | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as SimFile;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new Error(`${file}: cannot be read (${(error as Error).message}); delete it, it is then made anew`);
  }
}

/** Replaces the file whole, safe on disk when it returns. */
export function writePrivately(file: string, text: string): void {
  const handle = openSync(`${file}.new`, "w", 0o600);
  writeSync(handle, text);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(`${file}.new`, file);
}

export const writeSimFile = (file: string, sim: SimFile): void =>
  writePrivately(file, `${JSON.stringify(sim, null, 2)}\n`);

/** Where a pendant of this site keeps its counter. */
export const counterFileOf = (simFile: string, pendant: string): string =>
  join(dirname(simFile), "counters", encodeURIComponent(pendant));
