// Records `test/vectors/journal-v<schema>.jsonl`: the journal of a small community day, one event a line, as this
// release writes it. Later releases fold it. The recorded file of a release is never regenerated: it stands for the
// journals in the field, and a later program would only record itself. So this script never writes over a file; it is
// run once when EVENT_SCHEMA was raised: `node --import tsx test/simulation/record-journal.ts`.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { EVENT_SCHEMA, createUpcast } from "../../gateway/adapters/journal/schema.ts";
import { storedOf } from "../../gateway/adapters/journal/wire.ts";
import { hours } from "../../gateway/core/units.ts";
import { CommunityDay } from "./community-day.ts";

/** A seed whose day has nearly every kind of event. */
const SEED = 39;
const FILE = fileURLToPath(new URL(`../vectors/journal-v${EVENT_SCHEMA}.jsonl`, import.meta.url));

const day = new CommunityDay({ seed: SEED, residents: 6, lengthMs: hours(2), pressesADay: 70, troublesADay: 150 });
const { disk } = await day.run();
const upcast = createUpcast();
const lines = disk.rows.map((row) => JSON.stringify(storedOf(row, upcast)));
writeFileSync(FILE, `${lines.join("\n")}\n`, { flag: "wx" });
console.log(`${FILE}: ${lines.length} events`);
