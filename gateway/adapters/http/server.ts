import { readFileSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createSecureContext } from "node:tls";
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import swagger from "@fastify/swagger";
import { fastify } from "fastify";
import { GatewayError } from "../../core/errors.ts";
import { admit, type Doorkeeper } from "./access.ts";
import { addAlarmRoutes } from "./alarm-routes.ts";
import { FailedAttempts } from "./failed-attempts.ts";
import { BODY_MAX_BYTES, REQUEST_MAX_MS } from "./limits.ts";
import { addConsoleRoutes } from "./console-routes.ts";
import { addDeskPage } from "./desk-page.ts";
import { addDutyRoutes } from "./duty-routes.ts";
import { addOfferPage } from "./offer-page.ts";
import { addContactRoutes } from "./contact-routes.ts";
import { addOfferRoutes } from "./offer-routes.ts";
import { addDeviceRoutes } from "./device-routes.ts";
import { addOfficeRoutes } from "./office-routes.ts";
import { addPeopleRoutes } from "./people-routes.ts";
import { addPlatformRoutes } from "./platform-routes.ts";
import { addProofRoutes } from "./proof-routes.ts";
import { describeFaults, refusal, refusalOf } from "./refusals.ts";
import { addSessionRoutes } from "./session-routes.ts";
import { addPushRoutes } from "./push-routes.ts";
import { addReportRoutes } from "./report-routes.ts";
import { addStreamRoute } from "./stream-route.ts";
import type { Web, WebParts } from "./web.ts";

/** The schemas are ours: checking them against the schema of schemas would cost more than all the rest of a start. */
const QUICK = { meta: false, validateSchema: false, code: { optimize: false } } as const;

/** The routes, ready to be asked, not listening yet. Throws GatewayError where certificate or key cannot be read. */
export async function buildWeb(parts: WebParts): Promise<Web> {
  const { tls } = parts;
  const web = fastify({
    logger: false,
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: REQUEST_MAX_MS,
    exposeHeadRoutes: false,
    // Bodies are JSON written by programs: "1" is not 1, and whoever sends it should hear so.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true, verbose: true, ...QUICK } },
    schemaErrorFormatter: describeFaults,
    ...(tls && { https: { ...readTls(tls), minVersion: "TLSv1.2" } }),
  } as object) as unknown as Web;
  // Responses are written as they are: their schemas describe, they do not filter.
  web.setSerializerCompiler(() => (data) => JSON.stringify(data));
  addErrors(web, parts);
  await addProtection(web, parts);
  const door: Doorkeeper = { ...parts, failed: new FailedAttempts() };
  web.decorateRequest("actor", null);
  web.addHook("onRequest", (request, reply, done) => {
    if (request.url.startsWith("/api/")) void reply.header("cache-control", "no-store");
    if (!request.is404) admit(door, request);
    done();
  });
  await nextTurn();
  addAlarmRoutes(web, parts.desk);
  addOfferRoutes(web, door);
  addPushRoutes(web, door);
  addContactRoutes(web, door);
  addSessionRoutes(web, door);
  addStreamRoute(web, parts, door);
  addPeopleRoutes(web, parts.desk);
  addDeviceRoutes(web, parts);
  addOfficeRoutes(web, parts);
  addDutyRoutes(web, parts.desk);
  addReportRoutes(web, parts.desk);
  addProofRoutes(web, door);
  await addPlatformRoutes(web, door, parts.desk.platforms);
  const pages = addConsoleRoutes(web);
  addOfferPage(web, pages);
  addDeskPage(web, pages);
  await nextTurn();
  await web.ready();
  return web;
}

function addErrors(web: Web, { log, meter }: WebParts): void {
  web.setErrorHandler((error, request, reply) => {
    const { status, body } = refusalOf(error);
    const where = `${request.method} ${request.routeOptions.url ?? "?"}`;
    if (body.error.code === "broken")
      log.error(`${where} failed; please report this with the log`, { error: inside(error) });
    return reply.code(status).send(body);
  });
  web.setNotFoundHandler((request, reply) => {
    const { status, body } = refusal(
      "not-found",
      `no ${request.method} ${request.url.split("?")[0]!.slice(0, 200)} here`,
    );
    return reply.code(status).send(body);
  });
  web.addHook("onResponse", (request, reply, done) => {
    const route = request.is404 ? "unknown" : (request.routeOptions.url ?? "unknown");
    meter.count("okc_http_requests_total", { route, status: String(reply.statusCode) });
    done();
  });
}

const inside = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/** What browsers are told to refuse, and the description of the routes. */
async function addProtection(web: Web, { tls, desk }: WebParts): Promise<void> {
  const self = ["'self'"];
  const none = ["'none'"];
  await web.register(cookie);
  await web.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: none,
        scriptSrc: self,
        styleSrc: self,
        imgSrc: self,
        manifestSrc: self,
        connectSrc: self,
        baseUri: none,
        formAction: none,
        frameAncestors: none,
      },
    },
    strictTransportSecurity: tls !== null,
    referrerPolicy: { policy: "no-referrer" },
    xFrameOptions: { action: "deny" },
  });
  await web.register(swagger, {
    openapi: {
      info: { title: "One-Key Call 一键通", version: desk.version, license: { name: "Apache-2.0" } },
      components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
      security: [{ bearer: [] }],
    },
  });
}

function readTls({ cert, key }: { readonly cert: string; readonly key: string }): { cert: Buffer; key: Buffer } {
  try {
    const files = { cert: readFileSync(cert), key: readFileSync(key) };
    createSecureContext(files);
    return files;
  } catch (error) {
    const why = (error as Error).message;
    throw new GatewayError("configuration", `http.tls: ${cert} and ${key} cannot be used (${why})`, { cause: error });
  }
}
