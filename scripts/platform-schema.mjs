// Writes docs/schemas/platform-*.schema.json anew from the types of gateway/core/platform-message.ts and their comments.
// Run it when one of them was changed: node scripts/platform-schema.mjs. With --check it writes nothing and says what
// differs.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { FOLDER, TypeSchemas } from "./type-schema.mjs";

const FILES = [
  ["platform-message", "PlatformMessage", "What the gateway posts to a city platform"],
  ["platform-response", "PlatformResponse", "What a city platform may say in its 2xx"],
  ["platform-act", "PlatformActMessage", "What a city platform posts to the gateway"],
  ["platform-reply", "PlatformReply", "How the gateway answers that"],
];
const SHARED = {
  PlatformAlarm: "alarm",
  PlatformHome: "home",
  PlatformPerson: "person",
  PlatformPosition: "position",
};
const MEANINGS = [
  [/^(at|.*At)$/, "ISO 8601 in UTC, with milliseconds."],
  [/^(lat|lon)$/, "Degrees."],
  [/^site$/, "The name of the site."],
];

const differing = [];
for (const [file, type, title] of FILES) {
  const schemas = new TypeSchemas({
    file: "gateway/core/platform-message.ts",
    shared: SHARED,
    meanings: MEANINGS,
    fractions: /^(lat|lon)$/,
  });
  const body = schemas.of(schemas.typeOf(type), type);
  const head = { $schema: "https://json-schema.org/draft/2020-12/schema", $id: `${file}.schema.json`, title };
  const defs = Object.keys(schemas.$defs).length > 0 ? { $defs: schemas.$defs } : {};
  const text = JSON.stringify({ ...head, "x-version": 1, ...body, ...defs });
  const path = join(FOLDER, `${file}.schema.json`);
  const wanted = await format(text, { parser: "json", printWidth: 120 });
  if (process.argv.includes("--check")) {
    if (!existsSync(path) || readFileSync(path, "utf8") !== wanted) differing.push(path);
  } else writeFileSync(path, wanted);
}
if (differing.length > 0) {
  console.error(`${differing.join(", ")}: run node scripts/platform-schema.mjs`);
  process.exitCode = 1;
}
