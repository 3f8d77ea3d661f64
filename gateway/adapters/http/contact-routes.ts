import { ERROR_CODES } from "../../core/errors.ts";
import { actorOf, bearerOf, DEVICE_READERS, refuseUnknown, type Doorkeeper } from "./access.ts";
import { ContactToTest, OfferId, ResponderId } from "./schemas.ts";
import type { Web } from "./web.ts";

/** Tests of contacts: asked for by the desk, passed by a touch of the page behind the link of the test's message. */
export function addContactRoutes(web: Web, door: Doorkeeper): void {
  const { desk } = door;
  const test = { params: ResponderId, body: ContactToTest };
  web.post("/api/responders/:id/test", { config: { access: DEVICE_READERS }, schema: test }, async (request, reply) => {
    const { channel = null } = request.body;
    const by = actorOf(request);
    const said = await desk.submit({ type: "test-contact", responder: request.params.id, channel, by });
    if (said.ok) return reply.send({ responder: request.params.id, testing: true });
    const { code, message } = said;
    return reply.code(ERROR_CODES[code].status).send({ error: { code, message } });
  });
  const pass = { config: { access: "open" as const }, schema: { params: OfferId } };
  web.post("/api/contact-tests/:id", pass, async (request, reply) => {
    const { id } = request.params;
    const given = bearerOf(request);
    if (!given || !desk.isOfferToken(id, given))
      throw refuseUnknown(door, request, "a test is passed with the token that came with it");
    await desk.submit({ type: "contact-test-seen", test: id });
    return reply.send({ passed: true });
  });
}
