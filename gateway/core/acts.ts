import { isUnresolved, type Alarm } from "./alarm.ts";
import { CANCEL_EVENT } from "./contact-id.ts";
import type { Draft } from "./draft.ts";
import { alertAgain, policyOf } from "./escalate.ts";
import { restoreAtHotline } from "./hotline-restore.ts";
import type { Act, ActName, Reply } from "./input.ts";
import { addDelivery, newBatch, queueBatch, standDown, stopAll } from "./messages.ts";
import { hushAll, updateSaying } from "./saying.ts";
import { hours } from "./units.ts";

/** A closed alarm, and the links of its offers, stay at hand for this long; afterwards only the journal has it. */
export const FORGET_AFTER_MS = hours(24);

/** What a person does with an alarm: a repeat changes nothing, a stale version is refused with what is true now. */
export function takeAct(draft: Draft, act: Act): Reply {
  const alarm = draft.tables.alarms.get(act.alarm);
  if (!alarm)
    return { ok: false, code: "not-found", message: `no alarm ${act.alarm} is open, resolved or just closed` };
  if (isRepeat(alarm, act)) return { ok: true, alarm, changed: false };
  if (act.version !== alarm.version)
    return {
      ok: false,
      code: "stale",
      message: `alarm ${alarm.id} is at version ${alarm.version}, not ${act.version}: look at it and decide again`,
      alarm,
    };
  const refusal = refuse(alarm, act);
  if (refusal) return { ok: false, code: refusal.code, message: refusal.message, alarm };
  DOERS[act.act](draft, alarm, act);
  updateSaying(draft, alarm.id);
  return { ok: true, alarm: draft.tables.alarms.get(alarm.id)!, changed: true };
}

function isRepeat(alarm: Alarm, { act, by, text, outcome }: Act): boolean {
  switch (act) {
    case "take":
      return alarm.owner?.name === by.name && isUnresolved(alarm);
    case "release":
      return !alarm.owner && isUnresolved(alarm);
    case "arrive":
      return alarm.arrivals.some((arrival) => arrival.by === by.name);
    case "verify-cancel":
      return alarm.cancel?.verifiedBy === by.name;
    case "note": {
      const last = alarm.notes.at(-1);
      return last?.by === by.name && last.text === text;
    }
    case "resolve":
      return alarm.state === "resolved" && alarm.resolvedBy === by.name && alarm.outcome === outcome;
    case "close":
      return alarm.state === "closed" && alarm.closedBy === by.name;
  }
}

type Refusal = { readonly code: "not-now" | "bad-input"; readonly message: string };

function refuse(alarm: Alarm, { act, text, outcome }: Act): Refusal | null {
  const notNow = (message: string): Refusal => ({ code: "not-now", message: `alarm ${alarm.id} ${message}` });
  if (act === "note") return text ? null : { code: "bad-input", message: "a note needs a text: send it as `text`" };
  if (act === "close")
    return alarm.state === "resolved" ? null : notNow(`is ${alarm.state}: only a resolved alarm can be closed`);
  if (!isUnresolved(alarm)) return notNow(`is ${alarm.state}: nothing is left to ${act}`);
  if (act === "resolve" && !outcome)
    return { code: "bad-input", message: "an alarm is resolved with an outcome code: send it as `outcome`" };
  if (act === "verify-cancel" && !alarm.cancel) return notNow("has no request to cancel: resolve it with an outcome");
  if (act === "verify-cancel" && alarm.cancel?.verifiedBy)
    return notNow(`has its cancel verified by ${alarm.cancel.verifiedBy}: resolve it with an outcome`);
  return null;
}

type Doer = (draft: Draft, alarm: Alarm, act: Act) => void;

const DOERS: Readonly<Record<ActName, Doer>> = {
  take: (draft, alarm, act) => takeOver(draft, alarm, act),
  release(draft, { id }, { by }) {
    draft.emit({ kind: "alarm-released", alarm: id, by: by.name, reason: "released", at: draft.now });
    alertAgain(draft, id, `released by ${by.name}`);
  },
  arrive(draft, alarm, { by }) {
    const progressBy = alarm.owner ? progressTime(draft, { ...alarm, state: "attending" }) : null;
    draft.emit({ kind: "arrived", alarm: alarm.id, by: by.name, evidence: "staff", progressBy, at: draft.now });
  },
  "verify-cancel": verifyCancel,
  note(draft, alarm, { by, text }) {
    const personal = { person: alarm.resident ?? `alarm:${alarm.id}`, data: { text: text! } };
    draft.emit({ kind: "noted", alarm: alarm.id, by: by.name, role: by.role, personal, at: draft.now });
    showProgress(draft, alarm.id);
  },
  resolve(draft, alarm, { by, outcome, text }) {
    if (text) DOERS.note(draft, alarm, { type: "act", act: "note", alarm: alarm.id, version: alarm.version, by, text });
    const reviewBy = draft.now + policyOf(draft.tables, alarm).resolveReminderMs;
    standDown(draft, alarm.id, `resolved by ${by.name}`);
    hushAll(draft, alarm);
    draft.emit({
      kind: "alarm-resolved",
      alarm: alarm.id,
      by: by.name,
      role: by.role,
      outcome: outcome!,
      reviewBy,
      at: draft.now,
    });
    restoreAtHotline(draft, alarm.id);
  },
  close(draft, { id }, { by }) {
    const forgetAt = draft.now + FORGET_AFTER_MS;
    draft.emit({ kind: "alarm-closed", alarm: id, by: by.name, role: by.role, forgetAt, at: draft.now });
  },
};

/** An operator or staff member has it: all legs stop. Also how their acceptance of an offer counts. */
export function takeOver(draft: Draft, alarm: Alarm, { by }: Pick<Act, "by">): void {
  draft.emit({
    kind: "alarm-taken",
    alarm: alarm.id,
    by: by.name,
    role: by.role,
    progressBy: progressTime(draft, alarm),
    at: draft.now,
  });
  stopAll(draft, alarm.id, `taken by ${by.name}`);
  draft.act({ do: "reached", alarm: alarm.id });
}

function verifyCancel(draft: Draft, alarm: Alarm, act: Act): void {
  const { id } = alarm;
  draft.emit({ kind: "cancel-verified", alarm: id, by: act.by.name, role: act.by.role, at: draft.now });
  const wasReported = alarm.deliveries.some(({ type, event }) => type === "hotline" && event !== CANCEL_EVENT);
  if (alarm.owner?.name !== act.by.name) takeOver(draft, alarm, act);
  // Staff may have been called since, because the request was not verified in time.
  else stopAll(draft, id, `cancel verified by ${act.by.name}`);
  if (!wasReported) return;
  const batch = newBatch(draft.tables.alarms.get(id)!);
  const hotline = { type: "hotline", leg: "hotline", channel: "hotline", to: "hotline" } as const;
  addDelivery(draft, alarm, batch, { ...hotline, event: CANCEL_EVENT, qualifier: 1 });
  queueBatch(draft, alarm, batch, `cancel verified by ${act.by.name}`);
}

/** Somebody at the wearer's side needs longer between signs of life than somebody at the desk. */
function progressTime(draft: Draft, alarm: Alarm): number {
  const { ackTimeoutMs, arriveByMs } = policyOf(draft.tables, alarm);
  return draft.now + (alarm.state === "attending" ? Math.max(ackTimeoutMs, arriveByMs) : ackTimeoutMs);
}

/** Any sign that the alarm moves on: the owner keeps it. */
export function showProgress(draft: Draft, id: string): void {
  const alarm = draft.tables.alarms.get(id)!;
  if (!alarm.owner || !isUnresolved(alarm)) return;
  draft.emit({ kind: "progress-made", alarm: id, progressBy: progressTime(draft, alarm), at: draft.now });
}
