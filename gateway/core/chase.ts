import { isAwaiting, proofOf, type Alarm, type Delivery, type Offer } from "./alarm.ts";
import { waysTo } from "./candidates.ts";
import { channelKindOf } from "./channel-kinds.ts";
import type { Contact } from "./directory.ts";
import type { Draft } from "./draft.ts";
import { callMore, policyOf } from "./escalate.ts";
import { addChased, newBatch, queueBatch } from "./messages.ts";
import { chaseTimes, type Unproved } from "./chase-times.ts";
import { siteOf, type Tables } from "./state.ts";
import type { EpochMs } from "./units.ts";

const WHY: Readonly<Record<Unproved, string>> = {
  notDelivered: "not delivered",
  notSeen: "not seen",
  noReply: "no answer",
};

/** The messages of the present try, the oldest first: from the last that a step or a reminder sent. */
function triesOf({ deliveries }: Alarm, { id }: Offer): readonly Delivery[] {
  const own = deliveries.filter((one) => one.type === "offer" && one.offer === id);
  return own.slice(
    Math.max(
      0,
      own.findLastIndex(({ chase }) => chase === undefined),
    ),
  );
}

const contactOf = (tables: Tables, { to, channel, contact }: Delivery): Contact | undefined =>
  (tables.contacts.get(to) ?? []).find((one) => one.channel === channel && one.order === contact);

/** The person's best way that was not tried yet. */
function nextWay(tables: Tables, offer: Offer, tries: readonly Delivery[]): Contact | null {
  const person = tables.responders.get(offer.responder);
  if (!person) return null;
  const isTried = ({ channel, order }: Contact): boolean =>
    tries.some((one) => one.channel === channel && one.contact === order);
  return waysTo(tables, person, null).find(({ contact }) => !isTried(contact))?.contact ?? null;
}

/** Looks after one offer: without the proof that its newest message should have by now, the person's next way is tried. */
export function runChase(draft: Draft, alarm: Alarm, id: string): void {
  const offer = alarm.offers.find((one) => one.id === id);
  const tries = offer ? triesOf(alarm, offer) : [];
  const last = tries.at(-1);
  if (!offer || !last || !isAwaiting(offer)) return checked(draft, alarm, id, null);
  const { tables, now } = draft;
  const missing = missingOf(tables, alarm, offer, last);
  const [due] = missing.filter(({ at }) => at <= now);
  if (!due) return checked(draft, alarm, id, missing.length > 0 ? Math.min(...missing.map(({ at }) => at)) : null);
  const next = nextWay(tables, offer, tries);
  if (next) return tryNext(draft, alarm, offer, tries, next, WHY[due.what]);
  // The last way has its time to be answered too, before it is said that none of them reached anybody.
  const later = missing.filter(({ at }) => at > now);
  if (later.length > 0) return checked(draft, alarm, id, Math.min(...later.map(({ at }) => at)));
  checked(draft, alarm, id, null);
  giveUp(draft, alarm, offer, tries);
}

/** What is not proved of this message, and from when on that counts; the order is that of what is said about it. */
function missingOf(tables: Tables, alarm: Alarm, offer: Offer, last: Delivery) {
  const { facilities, publicProof } = siteOf(tables);
  const kind = channelKindOf(facilities, last.channel);
  const { chase } = policyOf(tables, alarm);
  const times = chaseTimes(chase, contactOf(tables, last), kind, publicProof !== null);
  const isMissing: Readonly<Record<Unproved, boolean>> = {
    notDelivered: proofOf(last.status) < 2,
    notSeen: offer.state !== "seen" && proofOf(last.status) < 3,
    noReply: true,
  };
  return times
    .filter(({ what }) => isMissing[what])
    .map(({ what, afterMs }) => ({ what, at: last.queuedAt + afterMs }));
}

function checked(draft: Draft, alarm: Alarm, offer: string, nextAt: EpochMs | null): void {
  draft.emit({ kind: "chase-checked", alarm: alarm.id, offer, nextAt, at: draft.now });
}

function tryNext(
  draft: Draft,
  alarm: Alarm,
  offer: Offer,
  tries: readonly Delivery[],
  contact: Contact,
  why: string,
): void {
  const batch = newBatch(alarm);
  addChased(draft, alarm, batch, offer, contact, tries.length);
  queueBatch(draft, alarm, batch, why);
}

/**
 * A message that does not get through: the same person's next way at once. Of an earlier one it is no news: a later one
 * is under way. False: none of this person's messages can reach them any more.
 */
export function tryNextWay(draft: Draft, alarm: Alarm, offer: Offer, key: string): boolean {
  const tries = triesOf(alarm, offer);
  const next = tries.at(-1)?.key === key ? nextWay(draft.tables, offer, tries) : null;
  if (next) tryNext(draft, alarm, offer, tries, next, "it does not get through");
  return next !== null || tries.some(({ status }) => status !== "failed" && status !== "stopped");
}

/** All ways were tried: unless one of them is proved to have reached the person, it is said, and the next one is asked. */
function giveUp(draft: Draft, alarm: Alarm, offer: Offer, tries: readonly Delivery[]): void {
  const { facilities } = siteOf(draft.tables);
  const isReached = offer.state === "seen" || tries.some(({ status }) => proofOf(status) >= 2);
  // Taken by a service that cannot say more: it may well have reached them.
  const mayBe = tries.some(
    ({ channel, status }) => proofOf(status) === 1 && channelKindOf(facilities, channel).proves === "sent",
  );
  if (isReached || mayBe) return;
  if (!alarm.flags.includes("unreached"))
    draft.emit({ kind: "alarm-flagged", alarm: alarm.id, flags: ["unreached"], at: draft.now });
  const { pool } = policyOf(draft.tables, alarm);
  const asked = alarm.offers.filter(({ leg }) => leg === "volunteers").length;
  if (offer.leg === "volunteers" && !alarm.owner && asked < pool.maxOffers)
    callMore(draft, alarm.id, "volunteers", 1, `nothing proves that ${offer.responder} was reached`);
}
