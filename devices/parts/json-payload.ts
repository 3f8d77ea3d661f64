import type { Decoded } from "../../gateway/core/definition.ts";
import { rejected } from "./rejected.ts";
import { quoted, readObject, readUtf8, type Fields } from "./text.ts";

/** What a payload that should be a JSON object is: its fields, or why it is none. */
export type JsonPayload = { readonly fields: Fields } | { readonly refused: Extract<Decoded, { type: "rejected" }> };

/** Reads a payload as a JSON object. */
export function readJsonPayload(payload: Uint8Array): JsonPayload {
  const text = readUtf8(payload);
  if (text === null) return { refused: rejected("bad-utf8", "the payload is not UTF-8") };
  const fields = readObject(text);
  return fields ? { fields } : { refused: rejected("bad-json", `not a JSON object: ${quoted(text)}`) };
}
