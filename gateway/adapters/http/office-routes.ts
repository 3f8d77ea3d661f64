import { isAbsolute } from "node:path";
import { viewFaults } from "../../core/fault-view.ts";
import { GatewayError } from "../../core/errors.ts";
import { actorOf, ADMINISTRATORS, EVERY_ROLE, HELPERS, TECHNICIANS } from "./access.ts";
import { DeskAlive, KeyCopy, NewBackup } from "./schemas.ts";
import type { Web, WebParts } from "./web.ts";

const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** The gateway itself: is it well, what is wrong, what does it count. */
export function addOfficeRoutes(web: Web, { desk, clock, isLocal }: WebParts): void {
  web.get("/healthz", { config: { access: "open" } }, (_, reply) => {
    // Throws while the journal is not read.
    void desk.state;
    return reply.send({ status: "ok" });
  });
  web.get("/metrics", { config: { access: "machine" } }, async (_, reply) =>
    reply.type(METRICS_TYPE).send(await desk.metrics()),
  );
  // DEMO has to stand on a page before anybody has shown a token; the version is nobody's business before.
  web.get("/api/site", { config: { access: "open" } }, (request, reply) => {
    const { name, timezone, language } = desk.site;
    const known = request.actor && { version: desk.version, you: request.actor };
    const isSetUp = desk.logins.setupCode === null;
    return reply.send({ name, demo: desk.demo, language, timezone, isSetUp, now: iso(clock.now()), ...known });
  });
  web.get("/api/faults", { config: { access: EVERY_ROLE } }, (_, reply) =>
    reply.send({ faults: viewFaults(desk.state, clock.now()) }),
  );
  web.get("/api/paths", { config: { access: EVERY_ROLE } }, (_, reply) => reply.send({ paths: desk.paths() }));
  web.get("/api/policies/check", { config: { access: TECHNICIANS } }, (_, reply) => reply.send(desk.checkPolicies()));
  web.get("/api/doctor", { config: { access: TECHNICIANS } }, async (_, reply) =>
    reply.send({ findings: await desk.doctor() }),
  );
  web.post("/api/desk/alive", { config: { access: HELPERS }, schema: { body: DeskAlive } }, (request, reply) => {
    const { page, sound, visible } = request.body;
    return reply.send(desk.proveDesk({ page, sound: sound as "on" | "locked", visible }));
  });
  web.get("/api/openapi.json", { config: { access: EVERY_ROLE } }, (_, reply) => reply.send(web.swagger()));
  web.post(
    "/api/key-copy",
    { config: { access: ADMINISTRATORS }, schema: { body: KeyCopy } },
    async (request, reply) => {
      await desk.confirmKeyCopy(request.body.mark, actorOf(request));
      return reply.send({ confirmed: true });
    },
  );
  const schema = { body: NewBackup };
  web.post("/api/backup", { config: { access: ADMINISTRATORS }, schema }, async (request, reply) => {
    const { file = null } = request.body;
    if (file !== null && !isLocal(request))
      throw new GatewayError("not-allowed", "file: where a backup goes is chosen on the gateway's own machine only");
    if (file !== null && !isAbsolute(file))
      throw new GatewayError("bad-input", `file: ${file} is not an absolute path`);
    return reply.send(await desk.backup(file));
  });
}

const iso = (at: number): string => new Date(at).toISOString();
