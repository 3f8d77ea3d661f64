// Writes docs/schemas/watch.schema.json anew from the events' types and their comments (gateway/core/events.ts), as
// /api/stream shows them. Run it when an event or one of its fields was added: node scripts/watch-schema.mjs
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import ts from "typescript";
import { ROOT } from "./install.mjs";

const FOLDER = join(ROOT, "docs/schemas");
const FILE = join(FOLDER, "watch.schema.json");
const EVENTS = join(ROOT, "gateway/core/events.ts");
const readSchema = (file) => JSON.parse(readFileSync(file, "utf8"));

/** Words that have a list of their own. */
const WORDS = Object.entries(readSchema(join(FOLDER, "alarm.schema.json")).$defs).flatMap(([name, { enum: words }]) =>
  words ? [[[...words].sort().join(" "), { $ref: `alarm.schema.json#/$defs/${name}` }]] : [],
);
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

const configuration = ts.getParsedCommandLineOfConfigFile(join(ROOT, "tsconfig.json"), {}, ts.sys);
const program = ts.createProgram([EVENTS], configuration.options);
const checker = program.getTypeChecker();
const source = program.getSourceFile(EVENTS);
const shared = {};

const withNull = (schema) => {
  if (schema.enum) return { ...schema, enum: [...schema.enum, null] };
  return schema.type && schema.type !== "object"
    ? { ...schema, type: [schema.type, "null"] }
    : { anyOf: [schema, { type: "null" }] };
};

function schemaOfUnion(type, name) {
  const parts = type.types.filter(({ flags }) => !(flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)));
  const isLiteral = parts.every((part) => part.isStringLiteral() || part.isNumberLiteral());
  const isBoolean = parts.every(({ flags }) => flags & ts.TypeFlags.BooleanLiteral);
  const isNull = type.types.some(({ flags }) => flags & ts.TypeFlags.Null);
  let schema;
  if (isBoolean) schema = { type: "boolean" };
  else if (isLiteral) schema = schemaOfWords(parts.map(({ value }) => value).sort());
  else if (parts.length === 1) schema = schemaOf(parts[0], name);
  else schema = { anyOf: parts.map((part) => schemaOf(part, name)) };
  return isNull ? withNull(schema) : schema;
}

const schemaOfWords = (words) =>
  WORDS.find(([list]) => list === words.join(" "))?.[1] ?? (words.length === 1 ? { const: words[0] } : { enum: words });

function schemaOfObject(type) {
  const [index] = checker.getIndexInfosOfType(type);
  const fields = checker.getPropertiesOfType(type).filter(({ name }) => !SEALED.includes(name));
  if (index && fields.length === 0) return { type: "object", additionalProperties: schemaOf(index.type, "") };
  const properties = fields.map((field) => [field.name, describe(field)]);
  const required = fields.filter(({ flags }) => !(flags & ts.SymbolFlags.Optional)).map(({ name }) => name);
  return { type: "object", additionalProperties: false, required, properties: Object.fromEntries(properties) };
}

function describe(field) {
  const schema = schemaOf(checker.getTypeOfSymbolAtLocation(field, source), field.name);
  const comment = ts.displayPartsToString(field.getDocumentationComment(checker)).replaceAll(/\s+/g, " ").trim();
  const meaning = MEANINGS.find(([pattern]) => pattern.test(field.name))?.[1];
  const description = [comment, comment !== "" && /^Mill|^Deg|^Perc/.test(meaning ?? "") ? meaning : ""];
  const text = comment === "" ? meaning : description.filter(Boolean).join(" ");
  return text === undefined ? schema : { description: text, ...schema };
}

function schemaOf(type, name) {
  const shareName = SHARED[type.symbol?.name];
  if (shareName && type.isClassOrInterface()) {
    shared[shareName] ??= schemaOfObject(type);
    return { $ref: `#/$defs/${shareName}` };
  }
  if (type.isUnion()) return schemaOfUnion(type, name);
  if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
  if (type.flags & ts.TypeFlags.StringLike) return { type: "string" };
  if (type.flags & ts.TypeFlags.Number) return { type: FRACTIONS.test(name) ? "number" : "integer" };
  if (type.flags & ts.TypeFlags.Boolean) return { type: "boolean" };
  if (type.flags & ts.TypeFlags.Null) return { type: "null" };
  if (checker.isArrayType(type) || checker.isTupleType(type))
    return { type: "array", items: schemaOf(checker.getTypeArguments(type)[0], name) };
  if (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) return schemaOfObject(type);
  throw new Error(`${name}: no schema for ${checker.typeToString(type)}`);
}

/** As a line of the stream: without secrets, with the time of its record. */
function lineOf(event) {
  const schema = schemaOfObject(event);
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

const declaration = source.statements.find((one) => ts.isTypeAliasDeclaration(one) && one.name.text === "DomainEvent");
const lines = checker.getTypeAtLocation(declaration).types.map(lineOf);
lines.sort((a, b) => (a.properties.kind.const < b.properties.kind.const ? -1 : 1));
const $defs = Object.fromEntries(Object.entries(shared).sort());
const text = JSON.stringify({ ...readSchema(FILE), oneOf: lines, $defs });
writeFileSync(FILE, await format(text, { parser: "json", printWidth: 120 }));
