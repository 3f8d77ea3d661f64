import { alarmOfKey, type Alarm, type Offer } from "../../core/alarm.ts";
import { ERROR_CODES, GatewayError } from "../../core/errors.ts";
import { ANSWERS } from "../../core/kinds.ts";
import { viewCall, viewOffer } from "../../core/offer-view.ts";
import { siteOf, type State } from "../../core/state.ts";
import { bearerOf, refuseUnknown, type Doorkeeper } from "./access.ts";
import { OfferAnswer, OfferId, RESPONSES } from "./schemas.ts";
import type { Web } from "./web.ts";

const PATH = "/api/offers/:id/answer";
export const WRONG_TOKEN = "this offer is answered with the token that came with it";

/** How a volunteer, relative or staff member looks and answers: with the token of that offer and nothing else. */
export function addOfferRoutes(web: Web, door: Doorkeeper): void {
  const { desk, clock } = door;
  const look = (id: string) => {
    const { alarm, offer } = findOffer(desk.state, id);
    return {
      ...viewCall(desk.state, alarm, offer, clock.now()),
      desk: { name: desk.site.name, phone: desk.site.phone },
    };
  };
  const read = { params: OfferId, response: RESPONSES.offer };
  web.get("/api/offers/:id", { config: { access: "open" }, schema: read }, (request, reply) => {
    const { id } = request.params;
    const given = bearerOf(request);
    if (!given || !desk.isOfferToken(id, given)) throw refuseUnknown(door, request, WRONG_TOKEN);
    return reply.send(look(id));
  });
  // Messengers fetch links to preview them: that must not answer anything.
  web.get(PATH, { config: { access: "open" }, schema: { params: OfferId } }, (_, reply) =>
    reply.send({ method: "POST", body: { version: "the offer's version", answer: ANSWERS.join(" | ") } }),
  );
  const schema = { params: OfferId, body: OfferAnswer, response: RESPONSES.offer };
  web.post(PATH, { config: { access: "open" }, schema }, async (request, reply) => {
    const { id } = request.params;
    const { version, answer, token, message } = request.body;
    const given = bearerOf(request) ?? token;
    if (!given || !desk.isOfferToken(id, given)) throw refuseUnknown(door, request, WRONG_TOKEN);
    const { offer } = findOffer(desk.state, id);
    const said = await desk.submit({ type: "answer", offer: id, version, answer, ...(message && { message }) });
    if (said.ok) return reply.send(look(id));
    const error = { code: said.code, message: said.message };
    return reply.code(ERROR_CODES[said.code].status).send({ error, offer: viewOffer(said.offer ?? offer) });
  });
}

/** Throws `expired` once its alarm was closed for a day; `not-found` where this journal never had it. */
export function findOffer(state: State, id: string): { alarm: Alarm; offer: Offer } {
  const key = alarmOfKey(id);
  const alarm = state.alarms.get(key);
  const offer = alarm?.offers.find((one) => one.id === id);
  if (alarm && offer) return { alarm, offer };
  // Its token was good, so there was such an offer; but a journal that was lost or put back must not say that it is over.
  if (!alarm && key.slice(0, key.lastIndexOf("-")) === siteOf(state).gatewayId)
    throw new GatewayError("expired", `the alarm of offer ${id} is over: nothing is left to do`);
  throw new GatewayError("not-found", `the gateway has no record of offer ${id} any more; telephone the community`);
}
