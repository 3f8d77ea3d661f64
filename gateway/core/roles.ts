import { isAwaiting, isOnTheWay, type Alarm, type Offer, type Task } from "./alarm.ts";
import type { Responder } from "./directory.ts";
import type { Draft } from "./draft.ts";
import { policyOf } from "./escalate.ts";
import type { Leg, ResponderRole } from "./kinds.ts";
import { addOffer, newBatch, queueBatch, stopDeliveries } from "./messages.ts";
import type { Pool } from "./policy.ts";
import { ranked } from "./ranking.ts";
import type { Tables } from "./state.ts";
import { Ways } from "./walk.ts";

/** Who holds the key of this alarm's resident; undefined: nobody in particular, and whoever comes gets in without. */
export function keyHolderOf({ residents, responders }: Tables, { resident }: Alarm): Responder | undefined {
  const holder = resident === null ? undefined : residents.get(resident)?.keyHolder;
  return holder == null ? undefined : responders.get(holder);
}

const isGoing = (offer: Offer): boolean => isOnTheWay(offer) && offer.task !== "key";
const brings = ({ task }: Offer): boolean => task === "key" || task === "go-with-key";

/** The one who brings the key, or was asked to. */
export const keyBearerOf = ({ offers }: Alarm): Offer | undefined =>
  offers.find((one) => isOnTheWay(one) && brings(one)) ?? offers.find((one) => isAwaiting(one) && one.task === "key");

/** What somebody who says yes does: the first goes to the person, the key holder or a second one fetches the key. */
export function taskOf(tables: Tables, alarm: Alarm, offer: Offer): Task | undefined {
  const holder = keyHolderOf(tables, alarm);
  if (!holder) return undefined;
  const others = { ...alarm, offers: alarm.offers.filter(({ id }) => id !== offer.id) };
  const isSomebodyGoing = others.offers.some(isGoing);
  if (holder.id === offer.responder) return isSomebodyGoing ? "key" : "go-with-key";
  return isSomebodyGoing && !keyBearerOf(others) ? "key" : "go";
}

/** How many volunteers are still to be found, one for the key among them; staff do not stand in for a volunteer. */
export function volunteersMissing(tables: Tables, alarm: Alarm, { need }: Pool): number {
  const going = alarm.offers.filter((one) => isGoing(one) && one.leg !== "staff").length;
  const isKeyOpen = alarm.offers.some(isGoing) && keyHolderOf(tables, alarm) !== undefined && !keyBearerOf(alarm);
  return need - going + (isKeyOpen ? 1 : 0);
}

const LEG_OF: Readonly<Record<ResponderRole, Exclude<Leg, "hotline">>> = {
  volunteer: "volunteers",
  family: "family",
  staff: "staff",
  operator: "staff",
};

/** Somebody goes to the person: the key holder is asked to bring the key, unless they said no or somebody brings it. */
export function askForKey(draft: Draft, id: string): void {
  const { tables, now } = draft;
  const alarm = tables.alarms.get(id)!;
  const holder = keyHolderOf(tables, alarm);
  if (!holder || keyBearerOf(alarm) || !alarm.offers.some(isGoing)) return;
  const known = alarm.offers.find(({ responder }) => responder === holder.id);
  if (known?.state === "declined") return;
  // The message that asks for somebody to come is not what is wanted any more.
  stopDeliveries(draft, id, ({ type, offer }) => type === "offer" && known !== undefined && offer === known.id);
  const current = tables.alarms.get(id)!;
  const { pool } = policyOf(tables, alarm);
  const resident = alarm.resident === null ? undefined : tables.residents.get(alarm.resident);
  const ways = new Ways(resident, (building) => tables.buildings.get(building));
  const [candidate] = ranked(tables, [holder], ways, { alarm: id, now, pool, minute: null, groups: new Map() });
  const batch = newBatch(current);
  addOffer(draft, current, batch, candidate!, ways, {
    leg: LEG_OF[holder.role],
    pool,
    channels: null,
    onOwner: "continue",
    limit: 1,
    remind: false,
    again: "no",
    isRepeat: false,
    task: "key",
  });
  queueBatch(draft, current, batch, "somebody must bring the key");
}
