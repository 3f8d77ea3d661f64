/** Texts of the wire: reading them, and quoting them in messages. */

const MAX_QUOTED = 40;

export type Fields = Readonly<Record<string, unknown>>;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Null: it is not UTF-8. */
export function readUtf8(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

/** Undefined: it is not JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Null: it is no object, or a list. */
export const objectIn = (value: unknown): Fields | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;

/** Null: it is not a JSON object. */
export const readObject = (text: string): Fields | null => objectIn(readJson(text));

/** As JSON writes it, so that it cannot break a log line; cut at 40 characters. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text);

/** Bytes of a protocol that is ASCII or Latin-1. */
export const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");

export const bytesOf = (text: string): Uint8Array => Buffer.from(text, "latin1");
