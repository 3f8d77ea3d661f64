/** The two documents of SCAIP. Ours are written in the order of the schema; theirs are read as tolerantly as is safe. */

/** Tags of a request in the order of the schema. */
const ORDER = [
  "ref",
  "ver",
  "sco",
  "cha",
  "mty",
  "hbo",
  "cid",
  "dty",
  "did",
  "dco",
  "dte",
  "crd",
  "stc",
  "stt",
  "pri",
  "lco",
  "lva",
  "lge",
  "lte",
  "ico",
  "ite",
] as const;

export type RequestTag = (typeof ORDER)[number];

/** `lge` is a position, `latitude,longitude`; all others are text. */
export type ScaipRequest = Readonly<Partial<Record<RequestTag, string>>> & { readonly ref: string };

/** Characters of a text, at most. */
export const TEXT_CHARS_MAX: Readonly<Partial<Record<RequestTag, number>>> = {
  did: 8,
  dte: 32,
  stt: 32,
  lte: 32,
  crd: 256,
  ite: 128,
};

/** A whole SIP message stays below 1300 bytes with this much of SCAIP in it; the longest text is cut for it. */
const REQUEST_BYTES_MAX = 700;

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Text as XML may hold it: no control characters, one line. */
const escaped = (text: string): string =>
  text
    .replace(/[\u0000-\u001f\u007f\ufffe\uffff\ud800-\udfff]+/gu, " ")
    .trim()
    .replace(/[&<>"']/g, (char) => ESCAPES[char]!);

/** Cut by whole characters. */
export const cut = (text: string, charsMax: number): string => [...text].slice(0, charsMax).join("");

/** The bytes of a request. Texts too long are cut, `ite` also so that the whole stays short. */
export function writeRequest(request: ScaipRequest): Buffer {
  const written = (ite: string): Buffer => {
    const tags = ORDER.flatMap((tag) => {
      const given = tag === "ite" ? ite : request[tag];
      const value = escaped(cut(given ?? "", TEXT_CHARS_MAX[tag] ?? 64));
      if (value === "") return [];
      return tag === "lge" ? [`<lge><geo>${value}</geo></lge>`] : [`<${tag}>${value}</${tag}>`];
    });
    return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?><mrq>${tags.join("")}</mrq>`);
  };
  let ite = cut(request.ite ?? "", TEXT_CHARS_MAX.ite!);
  let bytes = written(ite);
  while (bytes.length > REQUEST_BYTES_MAX && ite !== "") {
    ite = cut(ite, [...ite].length - 1);
    bytes = written(ite);
  }
  return bytes;
}

/** What a receiver answers. Numbers are read; null: it says nothing of it. */
export interface ScaipReply {
  readonly ref: string;
  readonly status: number;
  readonly text: string;
  /** Minutes in which it may call back (1–60), or 61 (as agreed) or 62 (call its number). */
  readonly callBack: number | null;
  /** `mre`, what voice it wants. */
  readonly voice: string | null;
  /** `tnu`. */
  readonly number: string | null;
  /** Minutes between heartbeats that it wants. */
  readonly heartbeatMin: number | null;
}

/** A reply longer than this is not read. */
const REPLY_BYTES_MAX = 8 * 1_024;
/** Tags that are looked at. */
const TAGS_MAX = 200;

/** Reads a reply; null: it is none. Never throws, and follows no reference to anything outside. */
export function readReply(body: Buffer): ScaipReply | null {
  if (body.length === 0 || body.length > REPLY_BYTES_MAX) return null;
  const values = leavesOf(textOf(body));
  const [ref, status] = [values?.get("ref"), numberOf(values?.get("snu"))];
  if (!values || !ref || status === null) return null;
  return {
    ref,
    status,
    text: cut(values.get("ste") ?? "", 128),
    callBack: inRange(numberOf(values.get("cre")), 1, 62),
    voice: values.get("mre")?.replace(/^0+(?=\d)/, "") || null,
    number: values.get("tnu") || null,
    heartbeatMin: inRange(numberOf(values.get("hbi")), 1, 1_440),
  };
}

const numberOf = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : null;

const inRange = (value: number | null, min: number, max: number): number | null =>
  value !== null && value >= min && value <= max ? value : null;

const textOf = (body: Buffer): string =>
  /^[^>]{0,100}encoding\s*=\s*["']iso-8859-1["']/i.test(body.toString("latin1", 0, 200))
    ? body.toString("latin1")
    : body.toString("utf8").replace(/^\ufeff/, "");

/** Text that stands directly in a tag, by the tag's name in lower case without its prefix; the first one counts. */
function leavesOf(xml: string): ReadonlyMap<string, string> | null {
  // A document type can define entities that grow without end: no honest reply has one.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) return null;
  const plain = xml.replace(/<!--[\s\S]*?-->/g, "").replace(/<\?[\s\S]*?\?>/g, "");
  const root = /^\s*<(?:[\w.-]+:)?(mrs|scaip)(?=[\s>])/i.exec(plain);
  if (!root) return null;
  const leaves = new Map<string, string>();
  const leaf = /<(?:[\w.-]+:)?([\w.-]{1,32})(?:\s[^<>]*)?>((?:[^<]|<!\[CDATA\[(?:(?!\]\]>)[\s\S])*\]\]>)*)<\//g;
  let seen = 0;
  for (const [, name, content] of plain.matchAll(leaf)) {
    if (++seen > TAGS_MAX) return null;
    const tag = name!.toLowerCase();
    if (!leaves.has(tag)) leaves.set(tag, plainText(content!).trim());
  }
  return leaves;
}

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function plainText(content: string): string {
  return content
    .split(/(<!\[CDATA\[[\s\S]*?\]\]>)/)
    .map((part) => {
      const literal = /^<!\[CDATA\[([\s\S]*)\]\]>$/.exec(part);
      return literal ? literal[1]! : part.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{2,4}));/gi, reference);
    })
    .join("");
}

function reference(whole: string, hex?: string, decimal?: string, name?: string): string {
  if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}
