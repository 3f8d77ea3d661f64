import type { FastifyReply, FastifyRequest } from "fastify";
import { GatewayError } from "../../core/errors.ts";
import { siteOf } from "../../core/state.ts";
import type { Desk } from "../../ports/desk.ts";

/** The gateway ends a session; a browser is asked to keep its cookie as long as browsers do. */
const KEPT_S = 400 * 24 * 60 * 60;
/** Only a page of this origin can send it: others would have to ask first, and are refused (CORS). */
const PAGE_HEADER = "x-okc-page";

export interface CookiePlace {
  readonly desk: Desk;
  readonly tls: object | null;
}

/** Two gateways on one machine share a host, and cookies know no ports. */
const nameOf = ({ desk, tls }: CookiePlace): string => `${tls ? "__Host-" : ""}okc-${siteOf(desk.state).gatewayId}`;

const optionsOf = ({ tls }: CookiePlace) =>
  ({ path: "/", httpOnly: true, sameSite: "strict", secure: tls !== null }) as const;

/** The session's secret that a browser sent; null: none. */
export function sessionOf(place: CookiePlace, request: FastifyRequest): string | null {
  // Without a cookie there is nothing to look for, and no journal needs to be read.
  if (request.headers.cookie === undefined) return null;
  const secret = request.cookies[nameOf(place)];
  return secret === undefined || secret.length > 100 ? null : secret;
}

export function giveSession(place: CookiePlace, reply: FastifyReply, secret: string): void {
  void reply.setCookie(nameOf(place), secret, { ...optionsOf(place), maxAge: KEPT_S });
}

export function takeSessionBack(place: CookiePlace, reply: FastifyReply): void {
  void reply.clearCookie(nameOf(place), optionsOf(place));
}

/** A browser adds its cookie to whatever any page makes it send: what changes something must come from our own page. */
export function refuseForeignPage(request: FastifyRequest): void {
  if (request.method === "GET" || request.headers[PAGE_HEADER] !== undefined) return;
  throw new GatewayError("not-allowed", `${PAGE_HEADER} is missing: only this gateway's own pages act by a session`);
}
