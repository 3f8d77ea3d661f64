// How much noise passes for a call for help, protocol by protocol: npm run fuzz [-- --messages N --seed S --only a,b]
import { parseArgs } from "node:util";
import { newSeed } from "../../firmware-sim/random.ts";
import { EVERYTHING } from "../support/spoken.ts";
import { campaign, type Tally } from "./campaign.ts";
import { targetOf } from "./targets.ts";

const { values } = parseArgs({
  options: { messages: { type: "string", default: "100000" }, seed: { type: "string" }, only: { type: "string" } },
});
const messages = Number(values.messages);
const seed = values.seed === undefined ? newSeed() : Number(values.seed);
if (!Number.isInteger(messages) || messages < 1 || !Number.isInteger(seed))
  throw new Error("--messages and --seed take whole numbers");

const shown = ({ messages: all, emergencies, presses, altered }: Tally): string =>
  all === 0 ? "– | – | –" : `${emergencies} | ${presses} | ${altered}`;

console.log(`seed ${seed}, ${messages} messages of each sort\n`);
const COLUMNS = ["emergencies", "presses", "anything"];
const sorts = ["spoilt", "noise", "shaped"].flatMap((sort) => COLUMNS.map((column) => `${sort}: ${column}`));
console.log(`| protocol | ${sorts.join(" | ")} |`);
console.log(`|---${"|---".repeat(sorts.length)}|`);
const only = values.only?.split(",");
for (const definition of EVERYTHING) {
  if (only && !only.includes(definition.bridge)) continue;
  const { bridge, spoilt, noise, shaped } = campaign(targetOf(definition), messages, seed);
  console.log(`| \`${bridge}\` | ${shown(spoilt)} | ${shown(noise)} | ${shown(shaped)} |`);
}
