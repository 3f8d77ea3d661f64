import type { FastifyRequest } from "fastify";
import type { Actor } from "../../core/directory.ts";
import { GatewayError } from "../../core/errors.ts";
import { ROLES, type Role } from "../../core/kinds.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Desk } from "../../ports/desk.ts";
import type { Meter } from "../../ports/log.ts";
import type { FailedAttempts } from "./failed-attempts.ts";
import { NAME_MAX_CHARS } from "./limits.ts";
import { refuseForeignPage, sessionOf } from "./session-cookie.ts";

/** Who may use a route: these roles, everybody, or (figures of the gateway itself) whoever sits at its machine too. */
export type Access = readonly Role[] | "open" | "machine";

export const EVERY_ROLE: Access = ROLES;
/** Who acts on alarms, and sees what helping needs: telephone, notes, key place. */
export const HELPERS: readonly Role[] = ["administrator", "supervisor", "operator", "staff"];
/** Who sets the site up. */
export const TECHNICIANS: readonly Role[] = ["administrator", "technician"];
export const DEVICE_READERS: readonly Role[] = [...HELPERS, "technician"];
export const SUPERVISORS: readonly Role[] = ["administrator", "supervisor"];
export const ADMINISTRATORS: readonly Role[] = ["administrator"];

declare module "fastify" {
  interface FastifyContextConfig {
    /** Left out: nobody. */
    access?: Access;
  }
  interface FastifyRequest {
    /** Null only on routes that are open to everybody. */
    actor: Actor | null;
  }
}

export interface Doorkeeper {
  readonly desk: Desk;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly failed: FailedAttempts;
  readonly tls: object | null;
  /** Whether the request came through the machine's own socket, or from within this process. */
  readonly isLocal: (request: FastifyRequest) => boolean;
}

/** Whoever may open the socket in the data folder has this machine; the name is whom they act for. */
const LOCAL_NAME = "local";
const NAME_HEADER = "x-okc-as";

/** Finds out who asks, and refuses who may not. Throws GatewayError. */
export function admit(door: Doorkeeper, request: FastifyRequest): void {
  const { access = [] } = request.routeOptions.config;
  request.actor = door.isLocal(request) ? localActor(request) : (holderOf(door, request)?.() ?? null);
  if (access === "open" || (access === "machine" && (request.actor || isOfThisMachine(request)))) return;
  if (!request.actor) throw refuseUnknown(door, request);
  if (access === "machine" || access.includes(request.actor.role)) return;
  door.meter.count("okc_http_refused_total", { why: "role" });
  throw new GatewayError(
    "not-allowed",
    `${request.actor.role} may not ${request.method} ${request.url.split("?")[0]}; allowed: ${access.join(", ")}`,
  );
}

/** Who asks, on a route that somebody must be known for. */
export function actorOf(request: FastifyRequest): Actor {
  if (!request.actor) throw new GatewayError("not-authorised", "nobody is known here");
  return request.actor;
}

export function bearerOf(request: FastifyRequest): string | null {
  return /^Bearer +(\S{1,512})$/i.exec(request.headers.authorization ?? "")?.[1] ?? null;
}

/** Counts a failure against its address. Returns what to throw. */
export function refuseUnknown(
  { failed, clock, meter }: Omit<Doorkeeper, "isLocal">,
  request: FastifyRequest,
  why?: string,
) {
  const inTime = failed.note(request.ip, clock.now());
  meter.count("okc_http_refused_total", { why: inTime ? "unknown" : "too-many" });
  if (!inTime) return new GatewayError("too-many", "too many wrong tokens from this address; wait a minute");
  const given = request.headers.authorization !== undefined;
  const message = given
    ? "this token is not known here; make one with okc token create"
    : request.headers.cookie !== undefined
      ? "this session is over: log in again"
      : "send a token: Authorization: Bearer TOKEN (okc token create makes one)";
  return new GatewayError("not-authorised", why ?? message);
}

/**
 * Looks up, now and again later, who holds what a request showed: a token, or the session of a browser. Null: it showed
 * nothing. Throws `not-allowed` where a session would act for a page that is not ours.
 */
export function holderOf(door: Doorkeeper, request: FastifyRequest): (() => Actor | null) | null {
  const { desk } = door;
  if (request.headers.authorization !== undefined) {
    const token = bearerOf(request);
    return token === null ? null : () => desk.actorOf(token);
  }
  const secret = sessionOf(door, request);
  if (secret === null) return null;
  refuseForeignPage(request);
  return () => desk.logins.actorOf(secret);
}

function localActor(request: FastifyRequest): Actor {
  const header = request.headers[NAME_HEADER];
  if (header === undefined || header === "") return { name: LOCAL_NAME, role: "administrator" };
  const name = decodeName(String(header));
  if (name === null || name.length > NAME_MAX_CHARS)
    throw new GatewayError(
      "bad-input",
      `${NAME_HEADER}: a name of 1–${NAME_MAX_CHARS} characters, percent-encoded UTF-8`,
    );
  return { name, role: "administrator" };
}

function decodeName(text: string): string | null {
  try {
    const name = decodeURIComponent(text).trim();
    return name === "" || /\p{Cc}/u.test(name) ? null : name;
  } catch {
    return null;
  }
}

/** A peer on the loopback; one that a proxy on this machine speaks for is not. */
function isOfThisMachine({ ip, headers }: FastifyRequest): boolean {
  const loopback = ip === "::1" || /^(::ffff:)?127\./.test(ip);
  return loopback && headers["x-forwarded-for"] === undefined && headers["forwarded"] === undefined;
}
