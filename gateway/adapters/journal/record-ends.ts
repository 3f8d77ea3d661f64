import type { WireRecord } from "./wire.ts";

/** Where records end: commits in the order of the calls, all of a batch or none. */
export interface BatchWriter {
  commit(records: readonly WireRecord[]): Promise<unknown>;
  mark(seqs: readonly number[]): Promise<unknown>;
}

/** Where records wait meanwhile; neither method rejects. */
export interface Spill {
  add(text: string): Promise<boolean>;
  clear(): Promise<boolean>;
}
