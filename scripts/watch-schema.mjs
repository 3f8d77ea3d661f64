// Writes docs/schemas/watch.schema.json anew from the events' types and their comments (gateway/core/events.ts), as
// /api/stream shows them. Run it when an event or one of its fields was added: node scripts/watch-schema.mjs
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { FOLDER, readSchema, TypeSchemas } from "./type-schema.mjs";

/** Types that many events share, by name. */
const SHARED = { Offer: "offer", Delivery: "delivery", Press: "press", Policy: "policy" };

/** What the name alone says, where the code has no comment. */
const MEANINGS = [
  [/^(at|.*At|(?!by$).*By|until|since)$/, "Milliseconds since 1970 (UTC)."],
  [/Ms$/, "Milliseconds."],
  [/Pct$/, "Percent."],
  [/^(lat|lon)$/, "Degrees."],
  [/^(step|nextStep)$/, "A step of the policy, from 0."],
  [/^by$/, "A name, or @ and a responder's id."],
  [/^(why|reason|detail)$/, "In words."],
  [/^alarm$/, "The alarm's id."],
  [/^device$/, "As bridge:address."],
];
const FRACTIONS = /^(lat|lon|rssi\w*Dbm|linkQuality)$/;

/** As gateway/adapters/http/stream-text.ts leaves them out. */
const LEFT_OUT = ["personal", "address", "sha256", "passwordSha256", "passwordHash", "tokenSha256", "key"];
/** Sealed wherever it would stand. */
const SEALED = ["position"];
const NAMES = {
  "device-saved": ["address"],
  "account-saved": ["address"],
  "fault-raised": ["key"],
  "fault-cleared": ["key"],
  "delivery-changed": ["key"],
};

const schemas = new TypeSchemas({
  file: "gateway/core/events.ts",
  shared: SHARED,
  meanings: MEANINGS,
  fractions: FRACTIONS,
  sealed: SEALED,
});

/** As a line of the stream: without secrets, with the time of its record. */
function lineOf(event) {
  const schema = schemas.ofObject(event);
  const kind = schema.properties.kind.const;
  const isShown = (name) => !LEFT_OUT.includes(name) || (NAMES[kind] ?? []).includes(name);
  const { kind: first, at = { type: "integer" }, ...rest } = schema.properties;
  const fields = Object.entries(rest).filter(([name]) => isShown(name));
  const required = schema.required.filter((name) => isShown(name) && name !== "kind" && name !== "at");
  return {
    ...schema,
    required: ["kind", "at", ...required],
    properties: {
      kind: first,
      at: { description: "Milliseconds since 1970 (UTC).", ...at },
      ...Object.fromEntries(fields),
    },
  };
}

const lines = schemas.typeOf("DomainEvent").types.map(lineOf);
lines.sort((a, b) => (a.properties.kind.const < b.properties.kind.const ? -1 : 1));
const text = JSON.stringify({ ...readSchema("watch"), oneOf: lines, $defs: schemas.$defs });
writeFileSync(join(FOLDER, "watch.schema.json"), await format(text, { parser: "json", printWidth: 120 }));
