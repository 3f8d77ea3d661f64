import { isAwaiting, isOnTheWay, type Alarm, type Offer } from "./alarm.ts";
import { viewPosition } from "./alarm-view.ts";
import { nameOf, reasonParts, responderRef } from "./by-whom.ts";
import type { Resident } from "./directory.ts";
import { keyBearerOf } from "./roles.ts";
import type { Tables } from "./state.ts";
import type { EpochMs } from "./units.ts";

const iso = (at: EpochMs): string => new Date(at).toISOString();

/** The offer itself. Times are ISO 8601 in UTC. */
export const viewOffer = ({ id, version, responder, leg, state, at, changedAt, task }: Offer) => ({
  id,
  version,
  responder,
  leg,
  state,
  at: iso(at),
  changedAt: iso(changedAt),
  ...(task && { task }),
});

/**
 * What the person who holds an offer's token may see: the call, who else comes, and what is needed of the wearer.
 * Where the wearer's device is comes with a yes, as the key's place does. `now` is the gateway's time, so that a phone with a wrong clock counts rightly.
 */
export function viewCall(tables: Tables, alarm: Alarm, offer: Offer, now: EpochMs) {
  const { id, kind, state, priority, owner, resolvedBy } = alarm;
  const home = viewHome(tables, alarm, offer);
  return {
    now: iso(now),
    offer: viewOffer(offer),
    alarm: {
      id,
      kind,
      state,
      priority,
      pressedAt: iso(alarm.times.pressedAt ?? alarm.openedAt),
      presses: alarm.presses.length,
      owner: owner && nameOf(tables, owner.name),
      resolvedBy: resolvedBy === null ? null : nameOf(tables, resolvedBy),
    },
    withdrawn: withdrawnBy(tables, alarm, offer),
    coming: alarm.offers
      .filter((other) => other.id !== offer.id && isOnTheWay(other))
      .map(({ responder, state: how, changedAt, task }) => ({
        name: nameOf(tables, responderRef(responder)),
        role: tables.responders.get(responder)?.role ?? "volunteer",
        state: how,
        since: iso(changedAt),
        ...(task && { task }),
      })),
    ...(home && { resident: home }),
    ...(isOnTheWay(offer) && alarm.state !== "closed" && viewPosition(alarm)),
  };
}

export type CallView = ReturnType<typeof viewCall>;

/** Who made this offer needless, and how; null where it stands, or nobody in particular did. */
function withdrawnBy(tables: Tables, alarm: Alarm, { id, state }: Offer) {
  if (state !== "withdrawn") return null;
  const reason = alarm.deliveries.findLast((one) => one.type === "withdrawn" && one.offer === id)?.reason;
  return reason == null ? null : reasonParts(tables, reason);
}

type Home = Pick<Resident, "name" | "building" | "unit" | "room"> &
  Partial<Pick<Resident, "phone" | "notes" | "keyPlace">>;

/**
 * Name and house while the person is asked, or may still be under way; phone, notes and key place only while they have
 * accepted. Nothing once the alarm is closed.
 */
function viewHome(tables: Tables, alarm: Alarm, offer: Offer): Home | null {
  const resident = alarm.resident === null ? undefined : tables.residents.get(alarm.resident);
  const isAsked = isAwaiting(offer) || isOnTheWay(offer) || offer.state === "expired";
  if (!resident || !isAsked || alarm.state === "closed") return null;
  const { name, building, unit, room, phone, notes, keyPlace } = resident;
  if (!isOnTheWay(offer)) return { name, building, unit, room };
  const bearer = keyBearerOf(alarm);
  // Where the key is concerns whoever fetches it; the others are told who brings it.
  const isBrought = bearer !== undefined && bearer.id !== offer.id && isOnTheWay(bearer);
  return { name, building, unit, room, phone, notes, ...(!isBrought && { keyPlace }) };
}
