import {
  alarmOfKey,
  isAwaiting,
  isOnTheWay,
  isUnresolved,
  proofOf,
  type Alarm,
  type Delivery,
  type Offer,
  type Task,
} from "./alarm.ts";
import { showProgress, takeOver } from "./acts.ts";
import { responderRef } from "./by-whom.ts";
import type { Responder } from "./directory.ts";
import type { Draft } from "./draft.ts";
import { alertAgain, callMore, policyOf } from "./escalate.ts";
import type { Input, Reply } from "./input.ts";
import type { Answer } from "./kinds.ts";
import { stopDeliveries, withdrawOffers } from "./messages.ts";
import { askForKey, taskOf, volunteersMissing } from "./roles.ts";
import { updateSaying } from "./saying.ts";

type AnswerInput = Extract<Input, { type: "answer" }>;

/** What a volunteer, relative or staff member says to an offer. */
export function takeAnswer(draft: Draft, input: AnswerInput): Reply {
  const alarm = draft.tables.alarms.get(alarmOfKey(input.offer));
  const offer = alarm?.offers.find(({ id }) => id === input.offer);
  if (!alarm || !offer) return { ok: false, code: "not-found", message: `no offer ${input.offer}` };
  if (input.version !== offer.version)
    return {
      ok: false,
      code: "stale",
      message: `offer ${offer.id} is ${offer.state}, version ${offer.version}, not ${input.version}`,
      offer,
    };
  const events = draft.events.length;
  if (!answer(draft, alarm, offer, input.answer))
    return {
      ok: false,
      code: "not-now",
      message: `offer ${offer.id} is ${offer.state}: too late to ${input.answer}`,
      offer,
    };
  const changed = draft.events.length > events;
  if (changed) {
    // Who answers has the message, whatever became of its receipt: it is not sent again.
    stopDeliveries(draft, alarm.id, (delivery) => delivery.type === "offer" && delivery.offer === offer.id);
    showProgress(draft, alarm.id);
  }
  proveWay(draft, alarm.id, offer.id, input);
  updateSaying(draft, alarm.id);
  const current = draft.tables.alarms.get(alarm.id)!;
  return {
    ok: true,
    alarm: current,
    offer: current.offers.find(({ id }) => id === offer.id)!,
    changed,
  };
}

/** Whoever touched the page of a message, or answered on it, has had that message. */
function proveWay(draft: Draft, id: string, offer: string, { message, answer: said }: AnswerInput): void {
  const { deliveries } = draft.tables.alarms.get(id)!;
  const delivery = deliveries.find((one) => one.key === `${id}.${message}` && one.offer === offer);
  if (delivery) proveDelivery(draft, id, delivery, said === "seen" ? "seen" : "answered");
}

/** A person's own word on a message, by its page or by the channel's own way; what proved more stays. */
export function proveDelivery(draft: Draft, id: string, delivery: Delivery, status: "seen" | "answered"): void {
  const { key, sentAt } = delivery;
  if (proofOf(delivery.status) >= proofOf(status)) return;
  draft.emit({ kind: "delivery-changed", alarm: id, key, status, sentAt, detail: null, at: draft.now });
}

/** False: not possible any more. A repeat is possible and changes nothing. */
function answer(draft: Draft, alarm: Alarm, offer: Offer, said: Answer): boolean {
  if (!isUnresolved(alarm)) return answerLate(draft, alarm, offer, said);
  const responder = draft.tables.responders.get(offer.responder);
  switch (said) {
    case "seen":
      if (isAwaiting(offer) && offer.state !== "seen") change(draft, alarm, offer, "seen");
      return true;
    case "accept":
      return isOnTheWay(offer) || accept(draft, alarm, offer, responder);
    case "decline":
      return offer.state === "declined" || decline(draft, alarm, offer);
    case "enroute":
      if (offer.state === "enroute" || offer.state === "arrived") return true;
      if (offer.state !== "accepted" && !accept(draft, alarm, offer, responder)) return false;
      change(draft, alarm, offer, "enroute");
      return true;
    case "arrive":
      if (offer.state === "arrived") return true;
      if (!isOnTheWay(offer) && !accept(draft, alarm, offer, responder)) return false;
      arrive(draft, alarm, offer);
      return true;
    case "done":
      if (offer.state === "left") return true;
      if (!isOnTheWay(offer)) return false;
      change(draft, alarm, offer, "left");
      return true;
  }
}

/** Whoever is still there when it is over may say that they leave; a closed alarm changes no more. */
function answerLate(draft: Draft, alarm: Alarm, offer: Offer, said: Answer): boolean {
  if (said === "done" && alarm.state === "resolved" && isOnTheWay(offer)) change(draft, alarm, offer, "left");
  return said === "done" || said === "seen";
}

function change(draft: Draft, alarm: Alarm, offer: Offer, state: Offer["state"], task?: Task): void {
  const onWay = state === "accepted" || state === "enroute";
  const known = draft.tables.alarms.get(alarm.id)!.timers[`arrive:${offer.id}`];
  const arriveBy = onWay ? (known ?? draft.now + policyOf(draft.tables, alarm).arriveByMs) : null;
  const open = { alarm: alarm.id, offer: offer.id, state, reason: null, arriveBy, ...(task && { task }) };
  draft.emit({ kind: "offer-changed", ...open, at: draft.now });
}

function accept(draft: Draft, alarm: Alarm, offer: Offer, responder: Responder | undefined): boolean {
  // Somebody who declined, or was no longer counted on, may still come.
  if (!isAwaiting(offer) && offer.state !== "declined" && offer.state !== "expired") return false;
  change(draft, alarm, offer, "accepted", taskOf(draft.tables, alarm, offer));
  draft.act({ do: "reached", alarm: alarm.id });
  const name = responderRef(offer.responder);
  const role = responder?.role;
  const takes = offer.onOwner === "stopAll" && (role === "staff" || role === "operator");
  // Before the others stand down: who holds the key is needed yet.
  if (!takes) askForKey(draft, alarm.id);
  if (takes) {
    if (!alarm.owner) takeOver(draft, alarm, { by: { name, role } });
    askForKey(draft, alarm.id);
  } else if (offer.onOwner !== "continue" || offer.task === "key") stopVolunteers(draft, alarm.id, name);
  return true;
}

/** Enough are coming: the other volunteers are told to stand down, by name. No other leg is touched. */
function stopVolunteers(draft: Draft, id: string, name: string): void {
  const alarm = draft.tables.alarms.get(id)!;
  const { pool } = policyOf(draft.tables, alarm);
  if (volunteersMissing(draft.tables, alarm, pool) > 0 || alarm.stoppedLegs.includes("volunteers")) return;
  draft.emit({ kind: "leg-stopped", alarm: id, leg: "volunteers", reason: `accepted by ${name}`, at: draft.now });
  withdrawOffers(
    draft,
    id,
    (one) => one.leg === "volunteers" && isAwaiting(one) && one.task !== "key",
    `accepted by ${name}`,
  );
}

function decline(draft: Draft, alarm: Alarm, offer: Offer): boolean {
  const was = isOnTheWay(offer);
  if (!was && !isAwaiting(offer)) return false;
  change(draft, alarm, offer, "declined");
  // Whoever was to bring the key is missed as much as whoever was on the way.
  const isMissed = was || offer.task === "key";
  if (isMissed) reopenVolunteers(draft, alarm.id, "nobody is on the way any more");
  const name = responderRef(offer.responder);
  if (was && offer.leg === "staff" && alarm.owner?.name === name) {
    const reason = `declined by ${name}`;
    draft.emit({ kind: "alarm-released", alarm: alarm.id, by: name, reason, at: draft.now });
    alertAgain(draft, alarm.id, reason);
  }
  const { replaceOnDecline } = policyOf(draft.tables, alarm).pool;
  // Whoever was counted on stood the volunteers down: they are asked now, not at the next step.
  const replace =
    offer.leg === "volunteers" ? isMissed || replaceOnDecline : isMissed && (offer.leg === "family" || !was);
  const current = draft.tables.alarms.get(alarm.id)!;
  if (replace && !current.owner) callMore(draft, alarm.id, "volunteers", 1, `instead of ${offer.responder}`);
  return true;
}

/** Volunteers may be asked again, unless somebody else is still coming. */
export function reopenVolunteers(draft: Draft, id: string, reason: string): void {
  const alarm = draft.tables.alarms.get(id)!;
  const { pool } = policyOf(draft.tables, alarm);
  if (!alarm.stoppedLegs.includes("volunteers") || volunteersMissing(draft.tables, alarm, pool) <= 0) return;
  draft.emit({ kind: "leg-reopened", alarm: id, leg: "volunteers", reason, at: draft.now });
}

function arrive(draft: Draft, alarm: Alarm, offer: Offer): void {
  change(draft, alarm, offer, "arrived");
  const { ackTimeoutMs, arriveByMs } = policyOf(draft.tables, alarm);
  const { owner } = draft.tables.alarms.get(alarm.id)!;
  draft.emit({
    kind: "arrived",
    alarm: alarm.id,
    by: responderRef(offer.responder),
    evidence: "answer",
    progressBy: owner ? draft.now + Math.max(ackTimeoutMs, arriveByMs) : null,
    at: draft.now,
  });
}
