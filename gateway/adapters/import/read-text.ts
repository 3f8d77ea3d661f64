import { isUtf8 } from "node:buffer";
import { GatewayError } from "../../core/errors.ts";

/** A community of 100,000 people is a tenth of this; more is refused. */
const FILE_MAX_BYTES = 64 * 1024 * 1024;

export interface FileText {
  readonly text: string;
  /** How it was read, where that was a conclusion. */
  readonly notes: readonly string[];
}

/**
 * The text of a file: UTF-8 with or without BOM; else GB18030, which holds GBK and GB2312, as Chinese spreadsheets write
 * "CSV". Most bytes that are damaged UTF-8 are some text in GB18030 too, of wrong characters: what is UTF-8 by half of
 * its lines or more is a damaged UTF-8 file and refused.
 * @throws {GatewayError} `bad-input` for a file that is too large, UTF-16 or neither, with the line.
 */
export function readText(bytes: Uint8Array): FileText {
  if (bytes.length > FILE_MAX_BYTES)
    throw new GatewayError(
      "bad-input",
      `the file has ${bytes.length} bytes; at most ${FILE_MAX_BYTES} are read: split it`,
    );
  if (isUtf8(bytes)) return { text: new TextDecoder("utf-8").decode(bytes), notes: [] };
  if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff))
    throw new GatewayError(
      "bad-input",
      `the file is UTF-16 ("Unicode text"), which has no commas; save it as "CSV UTF-8"`,
    );
  if (isMostlyUtf8(bytes)) throw notIn("UTF-8", bytes);
  const text = decoded("gb18030", bytes);
  if (text === null) throw notIn("gb18030", bytes);
  const note = `read as GB18030, for it is not UTF-8: see that the names are right, else save the file as "CSV UTF-8"`;
  return { text: text.replace(/^\ufeff/, ""), notes: [note] };
}

const startsWith = (bytes: Uint8Array, ...start: readonly number[]): boolean =>
  start.every((byte, index) => bytes[index] === byte);

/** Lines of plain ASCII say nothing; the mark, or that nothing but the end is missing, says it all. */
function isMostlyUtf8(bytes: Uint8Array): boolean {
  if (startsWith(bytes, 0xef, 0xbb, 0xbf) || decoded("utf-8", bytes, true) !== null) return true;
  let [good, bad] = [0, 0];
  for (const { part } of linesOf(bytes)) {
    if (part.every((byte) => byte < 0x80)) continue;
    if (isUtf8(part)) good++;
    else bad++;
  }
  return good >= bad;
}

/** Line by line with where each begins; neither encoding has a line feed inside a character. */
function* linesOf(bytes: Uint8Array): Iterable<{ readonly part: Uint8Array; readonly start: number }> {
  for (let start = 0; start < bytes.length;) {
    const next = bytes.indexOf(0x0a, start);
    const end = next === -1 ? bytes.length : next + 1;
    yield { part: bytes.subarray(start, end), start };
    start = end;
  }
}

/** Null where a byte cannot stand there; with `stream` a character that the end cuts off is not wrong. */
function decoded(encoding: string, bytes: Uint8Array, stream = false): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes, { stream });
  } catch {
    return null;
  }
}

/** What is wrong, with the offset from 0 of the first byte that cannot stand there. */
function notIn(encoding: "UTF-8" | "gb18030", bytes: Uint8Array): GatewayError {
  let line = 0;
  for (const { part, start } of linesOf(bytes)) {
    line++;
    if (decoded(encoding, part) !== null) continue;
    const offset = start + goodBytes(encoding, part);
    return badByte(encoding, offset, line);
  }
  return badByte(encoding, bytes.length, line);
}

const badByte = (encoding: "UTF-8" | "gb18030", offset: number, line: number): GatewayError =>
  new GatewayError(
    "bad-input",
    encoding === "UTF-8"
      ? `not UTF-8 at byte ${offset} (line ${line}); save the file as "CSV UTF-8"`
      : `neither UTF-8 nor GB18030 at byte ${offset} (line ${line}); save the file as "CSV UTF-8"`,
  );

function goodBytes(encoding: string, bytes: Uint8Array): number {
  const decoder = new TextDecoder(encoding, { fatal: true });
  for (const index of bytes.keys()) {
    try {
      decoder.decode(bytes.subarray(index, index + 1), { stream: true });
    } catch {
      return index;
    }
  }
  return bytes.length;
}
