/** SIP messages as text (RFC 3261, sections 7 and 25). Reading never throws: what cannot be read says why. */

/** Names are full and in lower case: `via`, `call-id`. */
export interface SipHeader {
  readonly name: string;
  readonly value: string;
}

export interface SipRequest {
  readonly type: "request";
  readonly method: string;
  readonly uri: string;
  readonly headers: readonly SipHeader[];
  readonly body: Buffer;
}

export interface SipResponse {
  readonly type: "response";
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly SipHeader[];
  readonly body: Buffer;
}

export type SipMessage = SipRequest | SipResponse;

export interface Unreadable {
  readonly type: "unreadable";
  readonly why: string;
}

/** A head longer than this is refused. */
export const HEAD_BYTES_MAX = 16 * 1_024;
/** A body longer than this is refused. */
export const BODY_BYTES_MAX = 64 * 1_024;
/** Headers past this many are refused with their message. */
const HEADERS_MAX = 128;

/** RFC 3261, section 7.3.3. */
const COMPACT: Readonly<Record<string, string>> = {
  c: "content-type",
  e: "content-encoding",
  f: "from",
  i: "call-id",
  k: "supported",
  l: "content-length",
  m: "contact",
  s: "subject",
  t: "to",
  v: "via",
};

/** Without these nothing can be answered or matched (section 8.1.1). */
const NEEDED = ["via", "from", "to", "call-id", "cseq"];

const unreadable = (why: string): Unreadable => ({ type: "unreadable", why });

/** Where the head ends and where the body begins; null: not within these bytes. */
export function headEnd(bytes: Buffer): { readonly head: number; readonly body: number } | null {
  const strict = bytes.indexOf("\r\n\r\n");
  const bare = bytes.indexOf("\n\n");
  if (strict < 0 && bare < 0) return null;
  return strict >= 0 && (bare < 0 || strict < bare)
    ? { head: strict, body: strict + 4 }
    : { head: bare, body: bare + 2 };
}

/** Reads one datagram: the length that it states must be there; what follows is ignored (section 18.3). */
export function readDatagram(bytes: Buffer): SipMessage | Unreadable {
  const end = headEnd(bytes);
  if (!end) return unreadable("no empty line ends its head");
  const read = readHead(bytes.subarray(0, end.head));
  if (read.type === "unreadable") return read;
  const length = contentLength(read.headers);
  const rest = bytes.subarray(end.body);
  if (length === "wrong") return unreadable("its Content-Length is no number of bytes");
  if (length !== null && length > rest.length)
    return unreadable(`its Content-Length says ${length}, it has ${rest.length} bytes`);
  return { ...read, body: length === null ? rest : rest.subarray(0, length) };
}

/** Reads a message up to its empty line; the body is left empty. */
export function readHead(bytes: Buffer): SipMessage | Unreadable {
  if (bytes.length > HEAD_BYTES_MAX) return unreadable(`its head is longer than ${HEAD_BYTES_MAX} bytes`);
  const [start = "", ...lines] = bytes
    .toString("utf8")
    .replace(/^(?:\r?\n)+/, "")
    .replace(/\r?\n[ \t]+/g, " ")
    .split(/\r?\n/);
  if (lines.length > HEADERS_MAX) return unreadable(`it has more than ${HEADERS_MAX} headers`);
  const headers = lines.flatMap(readHeader);
  const missing = NEEDED.find((name) => !headers.some((header) => header.name === name));
  if (missing) return unreadable(`it has no ${missing}`);
  const body = Buffer.alloc(0);
  const request = /^([A-Za-z0-9\-.!%*_+`'~]+) (\S+) SIP\/2\.0$/i.exec(start);
  if (request) return { type: "request", method: request[1]!, uri: request[2]!, headers, body };
  const response = /^SIP\/2\.0 ([1-6]\d\d)(?: (.*))?$/i.exec(start);
  if (!response) return unreadable("its first line is neither a request nor a status of SIP/2.0");
  return { type: "response", status: Number(response[1]), reason: response[2] ?? "", headers, body };
}

/** A line that is no header is passed over, as section 16.3 lets a receiver do. */
function readHeader(line: string): SipHeader[] {
  const match = /^([A-Za-z0-9\-.!%*_+`'~]+)[ \t]*:(.*)$/s.exec(line);
  if (!match) return [];
  const name = match[1]!.toLowerCase();
  return [{ name: COMPACT[name] ?? name, value: match[2]!.trim() }];
}

/** Null: it says none. */
export function contentLength(headers: readonly SipHeader[]): number | "wrong" | null {
  const value = headers.find(({ name }) => name === "content-length")?.value;
  if (value === undefined) return null;
  return /^\d{1,9}$/.test(value) ? Number(value) : "wrong";
}

/** The first header of that name; "" where there is none. */
export const headerOf = ({ headers }: SipMessage, name: string): string =>
  headers.find((header) => header.name === name)?.value ?? "";

/** All headers of that name, each as it stands. */
export const headersOf = ({ headers }: SipMessage, name: string): readonly string[] =>
  headers.filter((header) => header.name === name).map(({ value }) => value);

const WRITTEN: Readonly<Record<string, string>> = {
  "call-id": "Call-ID",
  cseq: "CSeq",
  "www-authenticate": "WWW-Authenticate",
};

const writtenName = (name: string): string =>
  WRITTEN[name] ?? name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());

/** The bytes of a message. `Content-Length` is added; a line break within a value becomes a blank. */
export function writeSip(message: SipMessage): Buffer {
  const start =
    message.type === "request"
      ? `${message.method} ${message.uri} SIP/2.0`
      : `SIP/2.0 ${message.status} ${message.reason}`;
  const lines = message.headers
    .filter(({ name }) => name !== "content-length")
    .map(({ name, value }) => `${writtenName(name)}: ${value}`);
  const head = [start, ...lines, `Content-Length: ${message.body.length}`].map((line) => line.replace(/[\r\n]+/g, " "));
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), message.body]);
}
