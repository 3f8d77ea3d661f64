import { alarmOfKey, expiryOf, isAwaiting, isOnTheWay, type Alarm, type Offer } from "../../core/alarm.ts";
import { ERROR_CODES, GatewayError } from "../../core/errors.ts";
import { ANSWERS } from "../../core/kinds.ts";
import type { State } from "../../core/state.ts";
import { bearerOf, refuseUnknown, type Doorkeeper } from "./access.ts";
import { OfferAnswer, OfferId, RESPONSES } from "./schemas.ts";
import type { Web } from "./web.ts";

const PATH = "/api/offers/:id/answer";

/** How a volunteer, relative or staff member answers: with the token of that offer and nothing else. */
export function addOfferRoutes(web: Web, door: Doorkeeper): void {
  const { desk } = door;
  // Messengers fetch links to preview them: that must not answer anything.
  web.get(PATH, { config: { access: "open" }, schema: { params: OfferId } }, (_, reply) =>
    reply.send({ method: "POST", body: { version: "the offer's version", answer: ANSWERS.join(" | ") } }),
  );
  const schema = { params: OfferId, body: OfferAnswer, response: RESPONSES.offer };
  web.post(PATH, { config: { access: "open" }, schema }, async (request, reply) => {
    const { id } = request.params;
    const { version, answer, token } = request.body;
    const given = bearerOf(request) ?? token;
    if (!given || !desk.isOfferToken(id, given))
      throw refuseUnknown(door, request, "this offer is answered with the token that came with it");
    const { offer } = findOffer(desk.state, id, door.clock.now());
    const said = await desk.submit({ type: "answer", offer: id, version, answer });
    if (!said.ok) {
      const error = { code: said.code, message: said.message };
      return reply.code(ERROR_CODES[said.code].status).send({ error, offer: viewOffer(said.offer ?? offer) });
    }
    const { alarm, offer: now } = findOffer(desk.state, id, null);
    return reply.send(viewAnswered(desk.state, alarm, now));
  });
}

/** Throws `expired` once nothing can be answered any more. `now` null: whenever. */
function findOffer(state: State, id: string, now: number | null): { alarm: Alarm; offer: Offer } {
  const alarm = state.alarms.get(alarmOfKey(id));
  const offer = alarm?.offers.find((one) => one.id === id);
  // Its token was good, so there was such an offer.
  if (!alarm || !offer) throw new GatewayError("expired", `the alarm of offer ${id} is over: nothing is left to do`);
  if (now !== null && now >= expiryOf(offer)) throw new GatewayError("expired", `offer ${id} has expired`);
  return { alarm, offer };
}

const viewOffer = ({ id, version, responder, leg, state, at, changedAt }: Offer) => ({
  id,
  version,
  responder,
  leg,
  state,
  at: new Date(at).toISOString(),
  changedAt: new Date(changedAt).toISOString(),
});

/** Name and house while the person is asked or helping; notes and key place only once they have accepted. */
function viewAnswered(state: State, alarm: Alarm, offer: Offer) {
  const { id, kind, priority } = alarm;
  const resident = alarm.resident === null ? undefined : state.residents.get(alarm.resident);
  const body = { offer: viewOffer(offer), alarm: { id, kind, state: alarm.state, priority } };
  if (!resident || !(isAwaiting(offer) || isOnTheWay(offer))) return body;
  const { name, building, unit, room, notes, keyPlace } = resident;
  return {
    ...body,
    resident: { name, building, unit, room, ...(isOnTheWay(offer) && { notes, keyPlace }) },
  };
}
