import { headerOf, headersOf } from "./sip-message.ts";
import type { SipMessage } from "./sip-message.ts";

/** One station on the way of a message (RFC 3261, section 20.42). */
export interface Via {
  /** `UDP`, `TCP`, `TLS`. */
  readonly transport: string;
  readonly host: string;
  /** Null: the transport's own. */
  readonly port: number | null;
  /** Names in lower case; a parameter without a value is "". */
  readonly params: ReadonlyMap<string, string>;
}

/** Splits at a character outside of quotes and angle brackets. */
export function splitOutside(text: string, at: "," | ";"): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index];
    if (quoted && char === "\\") index++;
    else if (char === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (char === "<") depth++;
    else if (char === ">") depth = Math.max(0, depth - 1);
    else if (char === at && depth === 0) {
      parts.push(text.slice(from, index).trim());
      from = index + 1;
    }
  }
  parts.push(text.slice(from).trim());
  return parts;
}

/** Takes the quotes off a quoted string and resolves its escapes; anything else stays as it is. */
export const unquoted = (text: string): string =>
  /^".*"$/s.test(text) ? text.slice(1, -1).replace(/\\(.)/gs, "$1") : text;

/** `;tag=1;lr` as a map. */
export function paramsOf(parts: readonly string[]): ReadonlyMap<string, string> {
  const params = new Map<string, string>();
  for (const part of parts) {
    const equals = part.indexOf("=");
    const name = (equals < 0 ? part : part.slice(0, equals)).trim().toLowerCase();
    if (name !== "" && !params.has(name)) params.set(name, equals < 0 ? "" : unquoted(part.slice(equals + 1).trim()));
  }
  return params;
}

/** The stations of a message, the last one first; null: one of them cannot be read. */
export function viasOf(message: SipMessage): readonly Via[] | null {
  const vias = headersOf(message, "via")
    .flatMap((value) => splitOutside(value, ","))
    .map(readVia);
  return vias.every((via) => via !== null) && vias.length > 0 ? vias : null;
}

function readVia(text: string): Via | null {
  const [station = "", ...params] = splitOutside(text, ";");
  const match = /^SIP\s*\/\s*2\.0\s*\/\s*([A-Za-z]+)\s+(\[[0-9A-Fa-f:.]+\]|[^\s:;,]+)(?:\s*:\s*(\d{1,5}))?$/i.exec(
    station,
  );
  if (!match) return null;
  const [, transport, host, port] = match;
  return {
    transport: transport!.toUpperCase(),
    host: host!.replace(/^\[|\]$/g, ""),
    port: port === undefined ? null : Number(port),
    params: paramsOf(params),
  };
}

/** `314 MESSAGE`; null: not readable. */
export function cseqOf(message: SipMessage): { readonly number: number; readonly method: string } | null {
  const match = /^(\d{1,10})\s+(\S+)$/.exec(headerOf(message, "cseq"));
  return match && { number: Number(match[1]), method: match[2]!.toUpperCase() };
}

/** The tag of a From or To; null: none. */
export function tagOf(value: string): string | null {
  return paramsOf(splitOutside(value, ";").slice(1)).get("tag") ?? null;
}

/** An address as it stands in a URI or a Via: IPv6 in brackets. */
export const hostText = (host: string): string => (host.includes(":") ? `[${host}]` : host);

/** An IPv4 address that a socket of both families shows as `::ffff:192.0.2.1`. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, "");
