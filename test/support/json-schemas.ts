import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { textOf } from "../../gateway/adapters/http/stream-text.ts";
import { readArguments } from "../../gateway/cli/arguments.ts";
import { USAGE } from "../../gateway/cli/usage.ts";
import type { DomainEvent } from "../../gateway/core/events.ts";

export const SCHEMAS = join(import.meta.dirname, "../../docs/schemas");
const SUFFIX = ".schema.json";

export interface Schema {
  readonly $id: string;
  readonly title: string;
  /** The commands whose `--json` it describes, as `alarms` or `token create`. */
  readonly "x-commands"?: readonly string[];
  readonly "x-version": number;
  readonly [keyword: string]: unknown;
}

/** Every schema of docs/schemas, by the first part of its file's name. */
export const schemas: ReadonlyMap<string, Schema> = new Map(
  readdirSync(SCHEMAS)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => [file.slice(0, -SUFFIX.length), JSON.parse(readFileSync(join(SCHEMAS, file), "utf8")) as Schema]),
);

/** Every object inside a schema, the schema itself first. */
export function* partsOf(part: unknown): Iterable<Record<string, unknown>> {
  if (typeof part !== "object" || part === null) return;
  if (!Array.isArray(part)) yield part as Record<string, unknown>;
  for (const inner of Object.values(part)) yield* partsOf(inner);
}

const fileOf = (wanted: unknown): string | undefined =>
  [...schemas].find(([, schema]) => [...partsOf(schema)].some((part) => part === wanted))?.[0];

const ajv = new Ajv2020({
  allErrors: true,
  verbose: true,
  allowUnionTypes: true,
  discriminator: true,
  strictRequired: false,
});
formats.default(ajv);
ajv.addVocabulary(["x-commands", "x-version"]);
for (const [name, schema] of schemas) ajv.addSchema(schema, `${name}${SUFFIX}`);

/** What makes `data` differ from the schema `name`, a line each, with the file to extend; empty: nothing. */
export function faultsOf(name: string, data: unknown): readonly string[] {
  const validate = ajv.getSchema(`${name}${SUFFIX}`);
  if (!validate) return [`docs/schemas/${name}${SUFFIX} is missing: write it and name it in docs/schemas/README.md`];
  return validate(data) === true ? [] : (validate.errors ?? []).map((error) => describe(name, error));
}

const WATCH = `docs/schemas/watch${SUFFIX}`;
const WRITE_WATCH = "node scripts/watch-schema.mjs";

function describe(name: string, { keyword, instancePath, parentSchema, params, message }: ErrorObject): string {
  const place = `docs/schemas/${fileOf(parentSchema) ?? name}${SUFFIX}`;
  const at = instancePath === "" ? "the top" : instancePath;
  if (place === WATCH) return `${place} does not fit ${at} (${keyword} ${JSON.stringify(params)}): run ${WRITE_WATCH}`;
  if (keyword === "additionalProperties")
    return `${place} names no field "${String(params["additionalProperty"])}" at ${at}: add it there, with a description`;
  return `${place}: ${at} ${message ?? keyword} ${JSON.stringify(params)}`;
}

/** Throws where `data` is not what the schema `name` says. */
export function assertMatches(name: string, data: unknown): void {
  const faults = faultsOf(name, data);
  if (faults.length > 0) throw new Error([...new Set(faults)].join("\n"));
}

/** Throws where what `okc … --json` printed is not what its schema says. */
export function assertPrinted(args: readonly string[], stdout: string): void {
  const { command, words } = readArguments(args);
  const name = schemaOfCommand(`${command} ${words[0] ?? ""}`) ?? schemaOfCommand(command);
  if (name === undefined)
    throw new Error(
      `okc ${command} --json has no schema: write docs/schemas/${command}${SUFFIX} with "x-commands": ["${command}"]`,
    );
  assertMatches(name, JSON.parse(stdout));
}

/** What can be typed, as `alarms` or `token create`; `start` has nothing to answer. */
export const commandForms: readonly string[] = USAGE.map(
  ([form]) => /^[a-z-]+(?: [a-z-]+(?= |$))?/.exec(form)![0],
).filter((form) => form !== "start");

export const schemaOfCommand = (command: string): string | undefined =>
  [...schemas].find(([, schema]) => schema["x-commands"]?.includes(command))?.[0];

/** Throws where an event, as `okc watch` shows it, is not what watch.schema.json says. */
export function assertEvent(event: DomainEvent): void {
  const text = textOf({ seq: 1, at: 0, notLogged: false, event: { ...event } });
  assertMatches("watch", JSON.parse(text.slice(text.indexOf("data: ") + "data: ".length)));
}
