import { hostText, splitOutside, tagOf } from "./sip-fields.ts";
import type { Via } from "./sip-fields.ts";
import { headerOf, headersOf } from "./sip-message.ts";
import type { SipHeader, SipRequest, SipResponse } from "./sip-message.ts";
import type { Source, Target } from "./sip-sockets.ts";

/** What we understand. */
export const ALLOW: SipHeader = { name: "allow", value: "MESSAGE, OPTIONS" };
export const ACCEPT: SipHeader = { name: "accept", value: "application/scaip+xml, application/xml" };

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  403: "Forbidden",
  405: "Method Not Allowed",
  415: "Unsupported Media Type",
  420: "Bad Extension",
  488: "Not Acceptable Here",
};

/** The answer to a request (RFC 3261, section 8.2.6), with the stations it came by. */
export function answerOf(
  request: SipRequest,
  source: Source,
  answer: { readonly status: number; readonly headers?: readonly SipHeader[]; readonly tag: string },
): SipResponse {
  const to = headerOf(request, "to");
  const copied = ["from", "call-id", "cseq"].map((name) => ({ name, value: headerOf(request, name) }));
  return {
    type: "response",
    status: answer.status,
    reason: REASONS[answer.status] ?? "",
    headers: [
      ...viaHeaders(request, source),
      { name: "to", value: tagOf(to) === null ? `${to};tag=${answer.tag}` : to },
      ...copied,
      ...(answer.headers ?? []),
    ],
    body: Buffer.alloc(0),
  };
}

/** The first station is told where it was heard from (section 18.2.1, RFC 3581). */
function viaHeaders(request: SipRequest, { address, port }: Source): readonly SipHeader[] {
  const [first = "", ...rest] = headersOf(request, "via");
  const [top = "", ...others] = splitOutside(first, ",");
  const known = top.replace(/;\s*rport\s*(?=;|$)/i, `;rport=${port}`).replace(/;\s*received\s*=[^;]*/i, "");
  const value = [`${known};received=${address}`, ...others].join(", ");
  return [value, ...rest].map((one) => ({ name: "via", value: one }));
}

/** Where the answer to a datagram goes (section 18.2.2, RFC 3581). */
export const returnTarget = ({ params, port }: Via, source: Source): Target => ({
  transport: "udp",
  address: source.address,
  port: params.has("rport") ? source.port : (port ?? 5_060),
});

/** Extensions that the request demands: we have none. */
export const demandedBy = (request: SipRequest): readonly string[] =>
  headersOf(request, "require").flatMap((value) => value.split(",").map((one) => one.trim()));

/** `sip:okc@192.0.2.7:5060`. */
export const uriOf = (user: string, host: string, port: number): string => `sip:${user}@${hostText(host)}:${port}`;
