import { parseArgs } from "node:util";
import { newSeed } from "../../firmware-sim/random.ts";
import { CommunityDay, RuleBroken, lineOf } from "./community-day.ts";

/** Rows of the journal that are shown when a rule is broken. */
const ROWS_SHOWN = 60;

// `npm run simulate -- --days 30 --seed 1`: that many days, one seed after the other; ends with 1 at the first broken rule.
const { values } = parseArgs({
  options: {
    days: { type: "string", default: "1" },
    seed: { type: "string" },
    residents: { type: "string", default: "150" },
    presses: { type: "string", default: "260" },
    troubles: { type: "string", default: "60" },
  },
});
const days = Number(values.days);
const first = values.seed === undefined ? newSeed() : Number(values.seed);
const residents = Number(values.residents);
const pressesADay = Number(values.presses);
const troublesADay = Number(values.troubles);
if (![days, first, residents, pressesADay, troublesADay].every((count) => Number.isSafeInteger(count) && count > 0)) {
  console.error("simulate: --days, --seed, --residents, --presses and --troubles are whole numbers above 0");
  process.exit(2);
}

/** The last rows of the journal about the first alarm or device that the message names. */
function explain({ message, disk }: RuleBroken): void {
  console.error(message);
  const name = /\b(memory22-\d+|okc:[0-9a-f]{8}|mqtt:p-\d+)/.exec(message)?.[0];
  if (name === undefined) return;
  const isAbout = new RegExp(`"${name}[".]`);
  const rows = disk.rows.filter(([, , , , , body]) => isAbout.test(body));
  for (const [seq, at, notLogged, kind, , body] of rows.slice(-ROWS_SHOWN))
    console.error(seq, new Date(at).toISOString(), notLogged ? "notLogged" : "", kind, body.slice(0, 300));
}

for (let seed = first; seed < first + days; seed++) {
  const startedAt = performance.now();
  try {
    const report = await new CommunityDay({ seed, residents, pressesADay, troublesADay }).run();
    console.log(lineOf(report, performance.now() - startedAt));
  } catch (error) {
    if (!(error instanceof RuleBroken)) throw error;
    explain(error);
    process.exit(1);
  }
}
