import type { FastifyRequest } from "fastify";
import { GatewayError } from "../../core/errors.ts";
import type { Role } from "../../core/kinds.ts";
import type { PushDesk } from "../../ports/push.ts";
import { bearerOf, refuseUnknown, type Doorkeeper } from "./access.ts";
import { findOffer, WRONG_TOKEN } from "./offer-routes.ts";
import { OfferId, PushLink, ResponderId, Subscription } from "./schemas.ts";
import type { Web } from "./web.ts";

/** Who invites people to switch notifications on. */
const HOSTS: readonly Role[] = ["administrator", "supervisor", "technician"];

/** How people make their own browser a contact: with the token of an offer to them, or with a link made for them. */
export function addPushRoutes(web: Web, door: Doorkeeper): void {
  const { desk } = door;
  const push = (): PushDesk => {
    if (desk.push) return desk.push;
    throw new GatewayError("not-found", "okc.yaml has no entry with channel push: browsers cannot be notified");
  };
  const ofOffer = (request: FastifyRequest, id: string): string => {
    const given = bearerOf(request);
    if (!given || !desk.isOfferToken(id, given)) throw refuseUnknown(door, request, WRONG_TOKEN);
    return findOffer(desk.state, id).offer.responder;
  };
  const ofLink = (request: FastifyRequest, link: string): string => {
    const given = bearerOf(request);
    const holder = given === null ? null : push().holderOf(link, given);
    if (holder === null)
      throw refuseUnknown(door, request, "this link is no longer good; okc push-link makes a new one");
    return holder;
  };
  const view = (responder: string) => ({
    publicKey: desk.push?.publicKey ?? null,
    subscribed: desk.push?.isSubscribed(responder) ?? false,
    name: desk.state.responders.get(responder)?.name ?? null,
  });
  const open = { config: { access: "open" } } as const;
  web.get("/api/offers/:id/push", { ...open, schema: { params: OfferId } }, (request, reply) =>
    reply.send(view(ofOffer(request, request.params.id))),
  );
  web.get("/api/push/:link", { ...open, schema: { params: PushLink } }, (request, reply) =>
    reply.send(view(ofLink(request, request.params.link))),
  );
  web.post(
    "/api/offers/:id/push",
    { ...open, schema: { params: OfferId, body: Subscription } },
    async (request, reply) => {
      const responder = ofOffer(request, request.params.id);
      await push().subscribe(responder, request.body);
      return reply.send(view(responder));
    },
  );
  web.post("/api/push/:link", { ...open, schema: { params: PushLink, body: Subscription } }, async (request, reply) => {
    const responder = ofLink(request, request.params.link);
    await push().subscribe(responder, request.body);
    return reply.send(view(responder));
  });
  web.post(
    "/api/responders/:id/push-link",
    { config: { access: HOSTS }, schema: { params: ResponderId } },
    (request, reply) => {
      const { link, expiresAt } = push().invite(request.params.id);
      return reply.send({ link, expiresAt: new Date(expiresAt).toISOString() });
    },
  );
}
