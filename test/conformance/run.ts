import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LineReader } from "../../gateway/cli/decode/line-reader.ts";
import { isMatch, wrongReason, type Sample } from "./expectations.ts";

/** A row that gave something else. */
export interface Mismatch {
  /** `rflink.jsonl:17`. */
  readonly place: string;
  readonly expected: unknown;
  readonly got: unknown;
  /** Why its expectation is wrong; null: nobody said so. */
  readonly excuse: string | null;
}

export interface BridgeResult {
  readonly bridge: string;
  readonly matched: number;
  readonly mismatches: readonly Mismatch[];
  /** Rows of a bridge that nothing here reads. */
  readonly unsupported: number;
}

interface Tally {
  matched: number;
  mismatches: Mismatch[];
  unsupported: number;
}

/** Runs the samples of every `*.jsonl` of a folder; a folder that is not there has none. Each file is read anew. */
export async function runFolder(folder: string): Promise<readonly BridgeResult[]> {
  const results = new Map<string, Tally>();
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".jsonl")) : [];
  for (const file of files.sort()) await runFile(folder, file, results);
  return [...results].map(([bridge, tally]) => ({ bridge, ...tally }));
}

async function runFile(folder: string, file: string, results: Map<string, Tally>): Promise<void> {
  const reader = new LineReader({ enrolled: true, fixtureKinds: true });
  for (const [index, line] of readFileSync(join(folder, file), "utf8").split("\n").entries()) {
    if (line.trim() === "") continue;
    const sample = JSON.parse(line) as Sample;
    const answer = await reader.read(line);
    const tally = results.get(sample.bridge) ?? { matched: 0, mismatches: [], unsupported: 0 };
    results.set(sample.bridge, tally);
    if (answer.unsupported) tally.unsupported += 1;
    else if (isMatch(answer, sample.expect)) tally.matched += 1;
    else
      tally.mismatches.push({
        place: `${file}:${index + 1}`,
        expected: sample.expect,
        got: answer.error ?? answer.events,
        excuse: wrongReason(sample),
      });
  }
}

export interface Totals {
  readonly matched: number;
  readonly expected: number;
  /** Mismatches whose expectation is listed as wrong. */
  readonly excused: number;
  readonly unsupported: number;
}

export function totalsOf(results: readonly BridgeResult[]): Totals {
  const sum = (count: (result: BridgeResult) => number): number => results.reduce((all, one) => all + count(one), 0);
  return {
    matched: sum(({ matched }) => matched),
    expected: sum(({ matched, mismatches }) => matched + mismatches.length),
    excused: sum(({ mismatches }) => mismatches.filter(({ excuse }) => excuse !== null).length),
    unsupported: sum(({ unsupported }) => unsupported),
  };
}
