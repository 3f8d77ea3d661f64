import { parseArgs } from "node:util";
import { newSeed } from "../../firmware-sim/random.ts";
import { CommunityDay, lineOf } from "./community-day.ts";

// `npm run simulate -- --days 30 --seed 1`: that many days, one seed after the other; ends with 1 at the first broken rule.
const { values } = parseArgs({
  options: {
    days: { type: "string", default: "1" },
    seed: { type: "string" },
    residents: { type: "string", default: "150" },
  },
});
const days = Number(values.days);
const first = values.seed === undefined ? newSeed() : Number(values.seed);
const residents = Number(values.residents);
if (![days, first, residents].every((count) => Number.isSafeInteger(count) && count > 0)) {
  console.error("simulate: --days, --seed and --residents are whole numbers above 0");
  process.exit(2);
}
for (let seed = first; seed < first + days; seed++) {
  const startedAt = performance.now();
  const report = await new CommunityDay({ seed, residents }).run();
  console.log(lineOf(report, performance.now() - startedAt));
}
