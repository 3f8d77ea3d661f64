// Compares what `okc decode` makes of real messages with what is expected of them: npm run conformance -- DIR
import { existsSync } from "node:fs";
import { runFolder, totalsOf, type BridgeResult, type Mismatch } from "./run.ts";

function printMismatch({ place, expected, got, excuse }: Mismatch): void {
  console.log(`  ${place}${excuse === null ? "" : ` (its expectation is wrong: ${excuse})`}`);
  console.log(`    expected ${JSON.stringify(expected)}`);
  console.log(`    got      ${JSON.stringify(got)}`);
}

function printBridge({ bridge, matched, mismatches }: BridgeResult, width: number): void {
  console.log(`${bridge.padEnd(width)}  ${matched} of ${matched + mismatches.length}`);
  mismatches.forEach(printMismatch);
}

async function main([folder]: readonly string[]): Promise<number> {
  if (folder === undefined || !existsSync(folder)) {
    console.error("usage: npm run conformance -- DIR, a folder with *.jsonl");
    return 2;
  }
  const results = await runFolder(folder);
  const width = Math.max(0, ...results.map(({ bridge }) => bridge.length));
  for (const result of results) if (result.matched + result.mismatches.length > 0) printBridge(result, width);
  console.log("\nunsupported:");
  for (const { bridge, unsupported } of results)
    if (unsupported > 0) console.log(`${bridge.padEnd(width)}  ${unsupported}`);
  const { matched, expected, excused, unsupported } = totalsOf(results);
  const wrong = excused === 0 ? "" : `, ${excused} of the rest expected wrongly`;
  console.log(`\ntotal: ${matched} of ${expected} matched${wrong}; ${unsupported} unsupported`);
  return matched + excused === expected ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
