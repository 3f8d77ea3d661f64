/** The receiver's side of SCAIP: reading SIP and `<mrq>`, writing answers and `<mrs>`. Shares no code with the gateway. */
import { createHash } from "node:crypto";

export interface SipIn {
  /** `MESSAGE sip:… SIP/2.0` or `SIP/2.0 200 OK`. */
  readonly start: string;
  /** Lines of the head as they came, without the first. */
  readonly lines: readonly string[];
  readonly body: string;
}

/** Cuts the first message from bytes; null: it is not complete. Both forms of header names are understood. */
export function readSip(bytes: Buffer): { readonly message: SipIn; readonly rest: Buffer } | null {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const [start = "", ...lines] = bytes
    .toString("utf8", 0, end)
    .replace(/^(\r\n)+/, "")
    .split("\r\n");
  const length = Number(/^(?:Content-Length|l)\s*:\s*(\d+)/im.exec(lines.join("\n"))?.[1] ?? 0);
  if (bytes.length < end + 4 + length) return null;
  const body = bytes.toString("utf8", end + 4, end + 4 + length);
  return { message: { start, lines, body }, rest: bytes.subarray(end + 4 + length) };
}

/** The value of the first header of that name. */
export function field(message: SipIn, name: string): string {
  const wanted = `${name.toLowerCase()}:`;
  const line = message.lines.find((one) => one.toLowerCase().startsWith(wanted));
  return line ? line.slice(wanted.length).trim() : "";
}

export const branchOf = (message: SipIn): string => /;\s*branch=([^;,\s]+)/.exec(field(message, "Via"))?.[1] ?? "";

/** The answer to a request, with its stations, and with a text as its body. */
export function answerTo(request: SipIn, status: string, body: string, more: readonly string[] = []): string {
  const kept = request.lines.filter((line) => /^(?:Via|From|Call-ID|CSeq)\s*:/i.test(line));
  const to = field(request, "To");
  return textOf([`SIP/2.0 ${status}`, ...kept, `To: ${to}${to.includes(";tag=") ? "" : ";tag=sim"}`, ...more], body);
}

export const textOf = (lines: readonly string[], body: string): string =>
  `${[...lines, `Content-Length: ${Buffer.byteLength(body)}`].join("\r\n")}\r\n\r\n${body}`;

/** The tags of an `<mrq>`; null: it is none. */
export function readMrq(body: string): ReadonlyMap<string, string> | null {
  if (!/<mrq>[\s\S]*<\/mrq>\s*$/.test(body)) return null;
  const tags = new Map<string, string>();
  for (const [, tag, text] of body.matchAll(/<([a-z]{3})>([^<]*)<\/\1>/g))
    tags.set(
      tag!,
      text!
        .replaceAll("&lt;", "<")
        .replaceAll("&gt;", ">")
        .replaceAll("&quot;", '"')
        .replaceAll("&apos;", "'")
        .replaceAll("&amp;", "&"),
    );
  return tags;
}

/** What a reply says besides its reference. */
export type ReplyTags = Readonly<Record<string, string>>;

export function writeMrs(root: "mrs" | "scaip", ref: string, tags: ReplyTags): string {
  const inside = Object.entries({ ref, ...tags }).map(([tag, text]) => `<${tag}>${text}</${tag}>`);
  return `<?xml version="1.0" encoding="UTF-8"?>\r\n<${root}>${inside.join("")}</${root}>`;
}

/** Who may send, and how it must prove itself. */
export interface DigestDoor {
  readonly user: string;
  readonly password: string;
  readonly algorithm: "MD5" | "SHA-256";
  /** 401 by the receiver itself, 407 by a proxy before it. */
  readonly status: 401 | 407;
}

export const challengeOf = ({ algorithm, status }: DigestDoor, nonce: string, stale: boolean): string =>
  `${status === 401 ? "WWW" : "Proxy"}-Authenticate: Digest realm="sim", nonce="${nonce}", algorithm=${algorithm}, qop="auth"${stale ? ", stale=true" : ""}`;

/** Whether a request proves the password under a nonce. */
export function proves(request: SipIn, door: DigestDoor, nonce: string): boolean {
  const value = field(request, door.status === 401 ? "Authorization" : "Proxy-Authorization");
  const given = new Map<string, string>();
  for (const [, name, quoted, plain] of value.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g))
    given.set(name!, quoted ?? plain ?? "");
  if (!value.startsWith("Digest ") || given.get("nonce") !== nonce) return false;
  const hash = (text: string): string =>
    createHash(door.algorithm === "MD5" ? "md5" : "sha256")
      .update(text)
      .digest("hex");
  const one = hash(`${door.user}:sim:${door.password}`);
  const two = hash(`MESSAGE:${given.get("uri")}`);
  return given.get("response") === hash(`${one}:${nonce}:${given.get("nc")}:${given.get("cnonce")}:auth:${two}`);
}
