import { isAwaiting, isOnTheWay, proofOf, type Alarm, type Delivery, type Flag, type Offer } from "./alarm.ts";
import { byTurn, reachOf, waysTo, type Again, type Way } from "./candidates.ts";
import { channelKindOf } from "./channel-kinds.ts";
import { chaseTimes } from "./chase-times.ts";
import { CodeGiver } from "./codes.ts";
import { whyOf, type Candidate } from "./ranking.ts";
import { CANCEL_EVENT, EVENT_OF_KIND, LOG_LOST_EVENT } from "./contact-id.ts";
import type { Contact, Responder } from "./directory.ts";
import type { Draft } from "./draft.ts";
import type { Leg } from "./kinds.ts";
import type { OnOwner, Pool } from "./policy.ts";
import { siteOf } from "./state.ts";
import { Ways } from "./walk.ts";
import { whoToAsk } from "./who.ts";

/** What one call for help would queue: collected first, written as one event. */
export interface Batch {
  readonly offers: Offer[];
  readonly deliveries: Delivery[];
  readonly flags: Set<Flag>;
  /** How many deliveries the alarm had before. */
  readonly from: number;
  /** Made when the first new offer needs a code. */
  codes: CodeGiver | null;
}

export const newBatch = (alarm: Alarm): Batch => ({
  offers: [],
  deliveries: [],
  flags: new Set(),
  from: alarm.deliveryCount,
  codes: null,
});

type DeliveryFields = Pick<Delivery, "type" | "leg" | "channel" | "to"> & Partial<Delivery>;

export function addDelivery(draft: Draft, alarm: Alarm, batch: Batch, fields: DeliveryFields): void {
  batch.deliveries.push({
    key: `${alarm.id}.d${batch.from + batch.deliveries.length + 1}`,
    contact: null,
    offer: null,
    event: null,
    qualifier: null,
    reason: null,
    status: "queued",
    queuedAt: draft.now,
    sentAt: null,
    provenAt: null,
    detail: null,
    ...fields,
  });
}

/** Writes a batch outside a policy step, and lets it leave. */
export function queueBatch(draft: Draft, alarm: Alarm, batch: Batch, why: string): void {
  if (batch.flags.size > 0)
    draft.emit({ kind: "alarm-flagged", alarm: alarm.id, flags: [...batch.flags], at: draft.now });
  if (batch.deliveries.length === 0) return;
  const { offers, deliveries } = batch;
  draft.emit({ kind: "messages-queued", alarm: alarm.id, offers, deliveries, why, at: draft.now });
  for (const { key } of deliveries) draft.act({ do: "deliver", key });
}

const isStillTried = (delivery: Delivery): boolean =>
  delivery.type === "hotline" && (delivery.status === "queued" || delivery.status === "failing");

/** The hotline's report: new at first, then *still present*; one that is still being tried is not doubled. */
export function addHotline(draft: Draft, alarm: Alarm, batch: Batch): "queued" | "missing" | "not-for-it" {
  const event = alarm.flags.includes("rows-lost") ? LOG_LOST_EVENT : EVENT_OF_KIND[alarm.kind];
  if (event === null) return "not-for-it";
  if (!siteOf(draft.tables).facilities.hotline) return "missing";
  if (alarm.deliveries.some((delivery) => isStillTried(delivery) && delivery.event === event)) return "queued";
  // *Still present* of an event that the receiver never had would not alarm anybody there.
  const sinceCancel = alarm.deliveries.slice(alarm.deliveries.findLastIndex((one) => one.event === CANCEL_EVENT) + 1);
  const isKnown = sinceCancel.some(({ type, status }) => type === "hotline" && proofOf(status) >= 2);
  const qualifier = isKnown ? 6 : 1;
  addDelivery(draft, alarm, batch, {
    type: "hotline",
    leg: "hotline",
    channel: "hotline",
    to: "hotline",
    event,
    qualifier,
  });
  return "queued";
}

export function addSiren(draft: Draft, alarm: Alarm, batch: Batch): "queued" | "missing" {
  if (!siteOf(draft.tables).facilities.siren) return "missing";
  const sounding = [...alarm.deliveries, ...batch.deliveries].some(
    ({ type, status }) => type === "siren" && status !== "stopped" && status !== "failed",
  );
  if (!sounding) addDelivery(draft, alarm, batch, { type: "siren", leg: null, channel: "siren", to: "siren" });
  return "queued";
}

export interface Call {
  readonly leg: Exclude<Leg, "hotline">;
  readonly pool: Pool;
  readonly channels: readonly string[] | null;
  readonly onOwner: OnOwner | null;
  /** New people at most; null: all. `roster`: those on duty, and at each further call `widenBy` more that stand by. */
  readonly limit: number | null | "roster";
  /** Ask those again who have not answered yet. */
  readonly remind: boolean;
  /** Ask those again who declined. */
  readonly again: Again;
  /** The list has come to the step that repeats. */
  readonly isRepeat: boolean;
  /** What is asked for; absent: to come. */
  readonly task?: "key";
}

/** Offers the alarm to people of a leg. `nobody`: there is none; `no-channel`: none of them can be reached. */
export function addOffers(draft: Draft, alarm: Alarm, batch: Batch, call: Call): "queued" | "nobody" | "no-channel" {
  const { tables } = draft;
  const resident = alarm.resident === null ? undefined : tables.residents.get(alarm.resident);
  const ways = new Ways(resident, (building) => tables.buildings.get(building));
  const { people, first, isNobodyOnDuty } = whoToAsk(draft, alarm, call.leg, ways, call.pool, call.isRepeat);
  if (people.length === 0) return "nobody";
  if (isNobodyOnDuty) batch.flags.add("nobody-to-ask");
  const pending = people.filter(({ responder }) => isToRemind(draft, alarm, batch, responder, call));
  const asked = new Set(batch.offers.map(({ responder }) => responder));
  const next = byTurn(alarm, people, call.again, draft.now).filter(({ responder: { id } }) => !asked.has(id));
  let left = (call.limit === "roster" ? rosterWanted(alarm, call, first) : call.limit) ?? next.length;
  let unreached = 0;
  for (const candidate of [...pending, ...next]) {
    const isNew = !pending.includes(candidate);
    if (isNew && left === 0) break;
    if (!addOffer(draft, alarm, batch, candidate, ways, call)) unreached++;
    else if (isNew) left--;
  }
  const reachesSome = batch.offers.length > asked.size || alarm.offers.some(({ leg }) => leg === call.leg);
  return unreached > 0 && !reachesSome ? "no-channel" : "queued";
}

/** Those on duty at first, then `widenBy` more at a time; null: no roster says who, so everybody. */
function rosterWanted({ offers }: Alarm, { leg, pool }: Call, first: number | null): number | null {
  const isAsked = offers.some((one) => one.leg === leg && one.state !== "withdrawn" && one.state !== "expired");
  return first !== null && !isAsked ? Math.min(first, pool.first) : first && pool.widenBy;
}

/** The best way to somebody on which no message of this offer is still being tried: a dead channel must not pile them up. */
function freeWay(draft: Draft, alarm: Alarm, responder: Responder, channels: readonly string[] | null): Way | null {
  const offer = alarm.offers.find((one) => one.responder === responder.id);
  const live = alarm.deliveries.filter((one) => one.type === "offer" && one.offer === offer?.id && isLive(one));
  const isFree = ({ contact: { channel, order } }: Way): boolean =>
    !live.some((one) => one.channel === channel && one.contact === order);
  return waysTo(draft.tables, responder, channels).find(isFree) ?? null;
}

/** Somebody who was asked and has not answered is asked again: by a reminder, or by a channel not yet tried. */
function isToRemind(draft: Draft, alarm: Alarm, batch: Batch, responder: Responder, call: Call): boolean {
  const offer = alarm.offers.find((one) => one.responder === responder.id);
  if (!offer || !isAwaiting(offer)) return false;
  const sent = alarm.deliveries.filter((one) => one.type === "offer" && one.offer === offer.id);
  const isNewWay = call.channels !== null && !sent.some(({ channel }) => call.channels!.includes(channel));
  if (!call.remind && !isNewWay) return false;
  if (reachOf(draft.tables, responder, call.channels)?.wanted === false) batch.flags.add("degraded");
  return freeWay(draft, alarm, responder, call.channels) !== null;
}

/** The how manieth of their leg it is. */
const turnOf = (alarm: Alarm, batch: Batch, of: Leg): number =>
  new Set([...alarm.offers, ...batch.offers].flatMap(({ id, leg }) => (leg === of ? [id] : []))).size + 1;

/** False: there is no way to reach them. */
export function addOffer(
  draft: Draft,
  alarm: Alarm,
  batch: Batch,
  candidate: Candidate,
  ways: Ways,
  call: Call,
): boolean {
  const { responder } = candidate;
  const way = freeWay(draft, alarm, responder, call.channels);
  if (!way) return false;
  if (!way.wanted) batch.flags.add("degraded");
  const known = alarm.offers.find((offer) => offer.responder === responder.id);
  const isStaff = responder.role === "staff" || responder.role === "operator";
  const task = call.task ?? (known && isAwaiting(known) ? known.task : undefined);
  const offer: Offer = {
    id:
      known?.id ??
      `${alarm.id}.o${(alarm.offersFrom ?? 0) + alarm.offers.length + batch.offers.filter((o) => !alarm.offers.some((k) => k.id === o.id)).length + 1}`,
    version: known && !isAwaiting(known) ? known.version + 1 : (known?.version ?? 1),
    responder: responder.id,
    leg: call.leg,
    state: known && isAwaiting(known) ? known.state : "queued",
    onOwner: task === "key" ? "continue" : (call.onOwner ?? (isStaff ? "stopAll" : "stopThisLeg")),
    at: known && isAwaiting(known) ? known.at : draft.now,
    changedAt: draft.now,
    code: known?.code ?? (batch.codes ??= new CodeGiver(draft.tables, draft.now)).next(),
    ...(task && { task }),
    // Only where some are asked before others.
    ...((call.leg === "volunteers" || candidate.group !== null) && {
      why: known?.why ?? whyOf(candidate, ways, turnOf(alarm, batch, call.leg)),
    }),
  };
  batch.offers.push(offer);
  addOfferDelivery(draft, alarm, batch, offer, way.contact);
  return true;
}

/** The same offer by another way of its person: the `chase`th, counted from 0. */
export function addChased(
  draft: Draft,
  alarm: Alarm,
  batch: Batch,
  offer: Offer,
  contact: Contact,
  chase: number,
): void {
  addOfferDelivery(draft, alarm, batch, offer, contact, { chase });
}

function addOfferDelivery(
  draft: Draft,
  alarm: Alarm,
  batch: Batch,
  { id: offer, leg, responder: to }: Offer,
  contact: Contact,
  more: Pick<Delivery, "chase"> = {},
): void {
  const { channel, order } = contact;
  const { facilities, publicProof } = siteOf(draft.tables);
  const { chase } = draft.tables.policies.get(alarm.policy) ?? {};
  const times = chaseTimes(chase, contact, channelKindOf(facilities, channel), publicProof !== null);
  const chaseAt = draft.now + Math.min(...times.map(({ afterMs }) => afterMs));
  const due = times.length > 0 ? { chaseAt } : {};
  addDelivery(draft, alarm, batch, { type: "offer", leg, channel, to, contact: order, offer, ...more, ...due });
}

/** Takes back offers that `which` names; the people are told why. Messages that have not left never leave. */
export function withdrawOffers(draft: Draft, id: string, which: (offer: Offer) => boolean, reason: string): void {
  const alarm = draft.tables.alarms.get(id)!;
  const offers = alarm.offers.filter(which);
  if (offers.length === 0) return;
  for (const { id: offer } of offers)
    draft.emit({ kind: "offer-changed", alarm: id, offer, state: "withdrawn", reason, arriveBy: null, at: draft.now });
  const ids = new Set(offers.map((offer) => offer.id));
  stopDeliveries(
    draft,
    id,
    (delivery) => delivery.offer !== null && ids.has(delivery.offer) && delivery.type === "offer",
  );
  const current = draft.tables.alarms.get(id)!;
  const batch = newBatch(current);
  for (const { id: offer, leg, responder: to } of offers)
    for (const { channel, contact } of messagedWays(alarm, offer))
      addDelivery(draft, current, batch, { type: "withdrawn", leg, channel, to, contact, offer, reason });
  queueBatch(draft, current, batch, reason);
}

/** Every way that somebody had this offer by since they were last told that it is needless, each once. */
function messagedWays({ deliveries }: Alarm, offer: string): readonly Delivery[] {
  const own = deliveries.filter((one) => one.offer === offer);
  const since = own.slice(own.findLastIndex(({ type }) => type === "withdrawn") + 1);
  const sent = since.filter(({ type, status }) => type === "offer" && status !== "failed");
  return sent.filter(
    ({ channel, contact }, index) =>
      sent.findIndex((one) => one.channel === channel && one.contact === contact) === index,
  );
}

/** Stops what is still being tried, and the siren. */
export function stopDeliveries(draft: Draft, id: string, which: (delivery: Delivery) => boolean): void {
  const alarm = draft.tables.alarms.get(id)!;
  const keys = alarm.deliveries.filter((delivery) => which(delivery) && isLive(delivery)).map(({ key }) => key);
  if (keys.length === 0) return;
  draft.emit({ kind: "deliveries-stopped", alarm: id, keys, at: draft.now });
  for (const key of keys) draft.act({ do: "withdraw", key });
}

/** Still being tried, sent to a receiver without its answer, ringing or sounding. */
export const isLive = ({ type, status }: Delivery): boolean =>
  status === "queued" || status === "failing" || (status === "sent" && type !== "offer" && type !== "withdrawn");

/** Calls for whoever hears or answers them; a cancel request is the hotline's to know. */
const isForAnybody = ({ type, event }: Delivery): boolean =>
  type === "siren" || type === "duty-phone" || (type === "hotline" && event !== CANCEL_EVENT);

/** A person of the desk has it: every notice still pending stops; people on their way go on. */
export function stopAll(draft: Draft, id: string, reason: string): void {
  withdrawOffers(draft, id, isAwaiting, reason);
  stopDeliveries(draft, id, isForAnybody);
}

/** It is over: people on their way are called back too. */
export function standDown(draft: Draft, id: string, reason: string): void {
  withdrawOffers(draft, id, (offer) => isAwaiting(offer) || (isOnTheWay(offer) && offer.state !== "arrived"), reason);
  stopDeliveries(draft, id, isForAnybody);
}
