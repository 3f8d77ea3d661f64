import { objectIn, readJson } from "../parts/text.ts";

/** Home Assistant's value templates, as far as they only name a field: `{{ value_json.action }}`. */

const FIELD = /^(?:\{\{)?\s*value_json((?:\.\w+|\[\s*(?:'[^']+'|"[^"]+")\s*\])+)\s*(?:\}\})?$/;
/** Filters that leave a word or a number as it is. */
const FILTERS = /(?:\s*\|\s*(?:is_defined|string|int|float|default\((?:''|""|none)?\)))+(?=\s*\}\})/i;
const WHOLE = /^\{\{\s*value\s*\}\}$/;
const STEPS = /\.(\w+)|\[\s*['"]([^'"]+)['"]\s*\]/g;
/** Zigbee2MQTT takes its own event apart with a page of patterns; the whole word says as much. */
const ZIGBEE_EVENT = /value_json\.action\b/;
const DEPTH_MAX = 8;

/** The way to a field; empty: the payload itself. Null: the template does more, and is not supported. */
export function pathIn(template: unknown, isEvent: boolean): readonly string[] | null {
  if (template === undefined || template === null) return [];
  if (typeof template !== "string") return null;
  const text = template.trim().replace(FILTERS, "");
  if (WHOLE.test(text)) return [];
  const field = FIELD.exec(text)?.[1];
  if (field === undefined) return isEvent && ZIGBEE_EVENT.test(text) ? ["action"] : null;
  const path = [...field.matchAll(STEPS)].map(([, name, quoted]) => name ?? quoted ?? "");
  return path.length > DEPTH_MAX ? null : path;
}

/** A payload, and what it is as JSON: parsed once, when somebody asks. */
export class Payload {
  readonly text: string;
  #json: { readonly value: unknown } | null = null;

  constructor(text: string) {
    this.text = text;
  }

  /** The field as text, as Home Assistant renders it; null: the payload has none. */
  at(path: readonly string[]): string | null {
    if (path.length === 0) return this.text.trim();
    this.#json ??= { value: readJson(this.text) };
    let { value } = this.#json;
    for (const step of path) {
      const fields = objectIn(value);
      value = fields !== null && Object.hasOwn(fields, step) ? fields[step] : undefined;
    }
    if (typeof value === "boolean") return value ? "True" : "False";
    return typeof value === "string" || typeof value === "number" ? String(value) : null;
  }
}
