import { createHash, randomBytes } from "node:crypto";
import { paramsOf, splitOutside } from "./sip-fields.ts";
import { headersOf } from "./sip-message.ts";
import type { SipHeader, SipResponse } from "./sip-message.ts";

/** Who we are to the receiver. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | null;
  /** As the challenge wrote it; null: it names none, which is MD5. */
  readonly algorithm: string | null;
  /** Null: the older form without qop. */
  readonly qop: "auth" | null;
  /** The nonce was too old, the password was not wrong. */
  readonly stale: boolean;
}

/** Hashes by the algorithm's name without `-sess`. */
const HASHES: Readonly<Record<string, string>> = { MD5: "md5", "SHA-256": "sha256", "SHA-512-256": "sha512-256" };

/** Where the challenge of a status stands, and where its answer goes. */
const FIELDS = {
  401: { asks: "www-authenticate", answers: "authorization" },
  407: { asks: "proxy-authenticate", answers: "proxy-authorization" },
} as const;

const SCHEME = /^([A-Za-z][A-Za-z0-9-]*)\s+(?=\S+\s*=)/;

/** The challenges of one header, which may hold several: `Digest realm="a", nonce="b", Basic realm="c"`. */
function challengesIn(
  value: string,
): readonly { readonly scheme: string; readonly params: ReadonlyMap<string, string> }[] {
  const found: { scheme: string; parts: string[] }[] = [];
  for (const part of splitOutside(value, ",")) {
    const scheme = SCHEME.exec(part)?.[1];
    if (scheme) found.push({ scheme: scheme.toLowerCase(), parts: [part.replace(SCHEME, "")] });
    else found.at(-1)?.parts.push(part);
  }
  return found.map(({ scheme, parts }) => ({ scheme, params: paramsOf(parts) }));
}

/**
 * The first digest challenge of a 401 or 407 that we can answer (RFC 8760: the server's own order of preference).
 * Null: there is none, and Basic is never answered.
 */
export function challengeOf(response: SipResponse): Challenge | null {
  const field = FIELDS[response.status as keyof typeof FIELDS];
  for (const value of headersOf(response, field.asks))
    for (const { scheme, params } of challengesIn(value)) {
      const algorithm = params.get("algorithm") ?? null;
      const qops =
        params
          .get("qop")
          ?.split(",")
          .map((word) => word.trim().toLowerCase()) ?? null;
      const [realm, nonce] = [params.get("realm"), params.get("nonce")];
      if (scheme !== "digest" || realm === undefined || nonce === undefined) continue;
      if (!HASHES[(algorithm ?? "MD5").toUpperCase().replace(/-SESS$/, "")]) continue;
      if (qops !== null && !qops.includes("auth")) continue;
      const stale = params.get("stale")?.toLowerCase() === "true";
      return { realm, nonce, opaque: params.get("opaque") ?? null, algorithm, qop: qops && "auth", stale };
    }
  return null;
}

export interface DigestRequest {
  readonly method: string;
  readonly uri: string;
  /** How often this nonce was used, this time included. */
  readonly count: number;
  readonly cnonce: string;
}

const quoted = (text: string): string => `"${text.replace(/(["\\])/g, "\\$1")}"`;

/** The answer to a challenge (RFC 7616, section 3.4; without qop RFC 2069). */
export function answerTo(challenge: Challenge, { user, password }: Credentials, request: DigestRequest): string {
  const { realm, nonce, opaque, qop } = challenge;
  const name = (challenge.algorithm ?? "MD5").toUpperCase();
  const hash = (text: string): string =>
    createHash(HASHES[name.replace(/-SESS$/, "")]!)
      .update(text)
      .digest("hex");
  const { method, uri, cnonce } = request;
  const secret = hash(`${user}:${realm}:${password}`);
  const first = name.endsWith("-SESS") ? hash(`${secret}:${nonce}:${cnonce}`) : secret;
  const second = hash(`${method}:${uri}`);
  const count = request.count.toString(16).padStart(8, "0");
  const response = hash(qop ? `${first}:${nonce}:${count}:${cnonce}:${qop}:${second}` : `${first}:${nonce}:${second}`);
  const fields = [
    `username=${quoted(user)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    `response="${response}"`,
    ...(challenge.algorithm === null ? [] : [`algorithm=${challenge.algorithm}`]),
    ...(opaque === null ? [] : [`opaque=${quoted(opaque)}`]),
    ...(qop || name.endsWith("-SESS") ? [`cnonce=${quoted(cnonce)}`] : []),
    ...(qop ? [`qop=${qop}`, `nc=${count}`] : []),
  ];
  return `Digest ${fields.join(", ")}`;
}

/** Remembers the challenges of one receiver, so that later requests carry their answer at once. */
export class DigestMemory {
  readonly #credentials: Credentials | null;
  readonly #known = new Map<string, { readonly challenge: Challenge; used: number }>();

  constructor(credentials: Credentials | null) {
    this.#credentials = credentials;
  }

  /** Takes the challenge of a 401 or 407, or says why it cannot be answered. */
  take(response: SipResponse): { readonly stale: boolean } | { readonly why: string } {
    if (!this.#credentials) return { why: "asks for a password, and none is configured" };
    const challenge = challengeOf(response);
    if (!challenge)
      return { why: "asks for a password in no way that is allowed here (digest: MD5, SHA-256; never Basic)" };
    this.#known.set(FIELDS[response.status as keyof typeof FIELDS].answers, { challenge, used: 0 });
    return { stale: challenge.stale };
  }

  /** The headers that answer what was asked so far. */
  headers(method: string, uri: string): readonly SipHeader[] {
    const credentials = this.#credentials;
    if (!credentials) return [];
    return [...this.#known].map(([name, entry]) => {
      entry.used++;
      const request = { method, uri, count: entry.used, cnonce: randomBytes(12).toString("hex") };
      return { name, value: answerTo(entry.challenge, credentials, request) };
    });
  }
}
