import { proofOf, type Alarm, type Delivery, type Offer, type Timers } from "./alarm.ts";
import { bump, measured, withTimer } from "./alarm-change.ts";
import type { DeliveryChanged, OfferChanged } from "./events.ts";

/** Finished deliveries beyond this many leave the state; the journal keeps them. */
export const DELIVERIES_MAX = 120;

export function queued(alarm: Alarm, offers: readonly Offer[], deliveries: readonly Delivery[]): Alarm {
  const renewed = new Map(offers.map((offer) => [offer.id, offer]));
  const kept = alarm.offers.map((offer) => renewed.get(offer.id) ?? offer);
  const added = offers.filter((offer) => !alarm.offers.some((known) => known.id === offer.id));
  return {
    ...alarm,
    offers: added.length + renewed.size > 0 ? [...kept, ...added] : alarm.offers,
    deliveries: pruned([...alarm.deliveries, ...deliveries]),
    deliveryCount: alarm.deliveryCount + deliveries.length,
    timers: deliveries.reduce(chased, alarm.timers),
  };
}

const chased = (timers: Timers, { type, offer, chaseAt }: Delivery): Timers =>
  type === "offer" && offer !== null ? withTimer(timers, `chase:${offer}`, chaseAt ?? null) : timers;

const isFinished = (delivery: Delivery): boolean => delivery.status !== "queued" && delivery.status !== "failing";

function pruned(deliveries: readonly Delivery[]): readonly Delivery[] {
  let excess = deliveries.length - DELIVERIES_MAX;
  if (excess <= 0) return deliveries;
  return deliveries.filter((delivery) => !(excess > 0 && isFinished(delivery) && excess-- > 0));
}

/** Says that the message is out: sent, received without a word before, or stopped when it had left already. */
export const hasLeft = ({ status, sentAt }: DeliveryChanged): boolean =>
  proofOf(status) > 0 || (status === "stopped" && sentAt !== null);

export function deliveryChanged(alarm: Alarm, event: DeliveryChanged): Alarm {
  const delivery = alarm.deliveries.find(({ key }) => key === event.key);
  if (!delivery) return alarm;
  const next: Delivery = {
    ...delivery,
    status: event.status,
    sentAt: delivery.sentAt ?? event.sentAt,
    provenAt: proofOf(event.status) >= 2 ? event.at : delivery.provenAt,
    detail: event.detail,
  };
  let times = alarm.times;
  if (delivery.type === "hotline" && delivery.event !== "406") {
    if (next.sentAt !== null) times = measured(times, "hotlineSentAt", next.sentAt);
    if (proofOf(event.status) >= 2) times = measured(times, "hotlineReceivedAt", event.at);
  }
  if (delivery.type === "offer" && hasLeft(event)) times = measured(times, "firstNotifiedAt", event.at);
  if (delivery.type === "offer" && proofOf(event.status) >= 2) times = measured(times, "deliveredAt", event.at);
  const offers =
    delivery.type === "offer" && proofOf(event.status) > 0
      ? alarm.offers.map((offer) => (offer.id === delivery.offer ? proved(offer, event) : offer))
      : alarm.offers;
  return { ...alarm, times, offers, deliveries: alarm.deliveries.map((known) => (known === delivery ? next : known)) };
}

/** The offer is as far as its messages prove; a person's own word is more than any of them. */
function proved(offer: Offer, { status }: DeliveryChanged): Offer {
  const isDelivered = status === "delivered" || status === "answered";
  if (offer.state === "queued") return { ...offer, state: isDelivered ? "delivered" : "sent" };
  return offer.state === "sent" && isDelivered ? { ...offer, state: "delivered" } : offer;
}

export function offerChanged(alarm: Alarm, event: OfferChanged): Alarm {
  const byGateway = event.state === "withdrawn" || event.state === "expired";
  const offers = alarm.offers.map((offer) =>
    offer.id === event.offer
      ? {
          ...offer,
          state: event.state,
          changedAt: event.at,
          ...(event.task && { task: event.task }),
          version: offer.version + (event.state === "withdrawn" ? 1 : 0),
        }
      : offer,
  );
  let times = alarm.times;
  if (event.state === "seen") times = measured(times, "seenAt", event.at);
  if (event.state === "accepted") times = measured(times, "acceptedAt", event.at);
  const arriving = withTimer(alarm.timers, `arrive:${event.offer}`, event.arriveBy);
  // Whoever saw it may still be asked for an answer by another way; any other word ends the chase.
  const timers = event.state === "seen" ? arriving : withTimer(arriving, `chase:${event.offer}`, null);
  const next = { ...alarm, offers, times, timers };
  return event.state === "seen" || byGateway ? next : bump(next);
}
