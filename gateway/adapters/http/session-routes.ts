import type { FastifyReply } from "fastify";
import { GatewayError } from "../../core/errors.ts";
import type { OpenedSession } from "../../ports/logins.ts";
import { ADMINISTRATORS, refuseUnknown, type Doorkeeper } from "./access.ts";
import { ChangedPassword, FirstAdministrator, LoginName, NewLogin, NewSession } from "./schemas.ts";
import { giveSession, refuseForeignPage, sessionOf, takeSessionBack } from "./session-cookie.ts";
import type { Web } from "./web.ts";

/** Logging in and out, the first administrator, and who may log in. */
export function addSessionRoutes(web: Web, door: Doorkeeper): void {
  const { logins } = door.desk;
  const open = { config: { access: "open" as const } };
  const welcome = (reply: FastifyReply, { secret, actor }: OpenedSession): FastifyReply => {
    giveSession(door, reply, secret);
    return reply.send({ you: actor });
  };
  web.post("/api/session", { ...open, schema: { body: NewSession } }, async (request, reply) => {
    refuseForeignPage(request);
    const { token, name, password } = request.body;
    if (token !== undefined) {
      const opened = await logins.exchange(token);
      if (!opened) throw refuseUnknown(door, request, "this token is not known here; make one with okc token create");
      return welcome(reply, opened);
    }
    if (name === undefined || password === undefined)
      throw new GatewayError("bad-input", "send name and password, or a token");
    return welcome(reply, await logins.logIn(name, password, request.ip));
  });
  web.post("/api/session/end", open, async (request, reply) => {
    refuseForeignPage(request);
    const secret = sessionOf(door, request);
    if (secret !== null) await logins.logOut(secret);
    takeSessionBack(door, reply);
    return reply.send({ you: null });
  });
  web.post("/api/setup", { ...open, schema: { body: FirstAdministrator } }, async (request, reply) => {
    refuseForeignPage(request);
    return welcome(reply, await logins.setUp(request.body, request.ip));
  });
  addLoginRoutes(web, door);
}

function addLoginRoutes(web: Web, { desk, isLocal }: Doorkeeper): void {
  const { logins } = desk;
  const config = { access: ADMINISTRATORS };
  web.get("/api/setup-code", { config }, (request, reply) => {
    if (!isLocal(request))
      throw new GatewayError("not-allowed", "the set-up code is shown on the gateway's own machine only");
    return reply.send({ code: logins.setupCode });
  });
  web.get("/api/logins", { config }, (_, reply) => reply.send({ logins: logins.list() }));
  web.post("/api/logins", { config, schema: { body: NewLogin } }, async (request, reply) => {
    const { name, role, password } = request.body;
    await logins.add(name, role, password);
    return reply.send({ logins: logins.list() });
  });
  web.post("/api/logins/password", { config, schema: { body: ChangedPassword } }, async (request, reply) => {
    await logins.changePassword(request.body.name, request.body.password);
    return reply.send({ logins: logins.list() });
  });
  web.post("/api/logins/remove", { config, schema: { body: LoginName } }, async (request, reply) => {
    await logins.remove(request.body.name);
    return reply.send({ logins: logins.list() });
  });
}
