import { takeOver } from "./acts.ts";
import { alarmOfKey, isAwaiting, isUnresolved, proofOf, type Alarm, type Delivery, type Offer } from "./alarm.ts";
import { tryNextWay } from "./chase.ts";
import { contactTestOfKey, takeContactTestReceipt } from "./contact-tests.ts";
import type { Draft } from "./draft.ts";
import { callMore, fallBack, policyOf, soundWhenAlone } from "./escalate.ts";
import { takeFaultReceipt } from "./fault-report.ts";
import { restoreAtHotline } from "./hotline-restore.ts";
import type { Input } from "./input.ts";
import { clearFault } from "./faults.ts";
import { settleProof } from "./learn-proof.ts";
import { newBatch, queueBatch } from "./messages.ts";
import { noticeOfKey, takeNoticeReceipt } from "./notices.ts";
import { takeNewsReceipt } from "./news.ts";
import { updateSaying } from "./saying.ts";
import { faultReportsOf } from "./site-report.ts";
import { takeTestReceipt } from "./test-run.ts";
import type { EpochMs } from "./units.ts";

/** The owner's name where an operator took it by telephone: nobody knows which one. */
const HOTLINE_NAME = "热线 hotline";

type Receipt = Extract<Input, { type: "receipt" }>;

/** What became of a message. A path that fails is answered at once by another one. */
export function takeReceipt(draft: Draft, receipt: Receipt): void {
  if (takeNewsReceipt(draft, receipt)) return;
  const id = alarmOfKey(receipt.key);
  const test = draft.tables.tests.get(id);
  if (test) {
    takeTestReceipt(draft, test, receipt);
    // Somebody was there and pressed it, and it works.
    if (draft.tables.tests.get(id)?.result === "passed") clearFault(draft, `tamper:${test.device}`, "test passed");
    return settleProof(draft, id);
  }
  const alarm = draft.tables.alarms.get(id);
  const reports = alarm ? null : faultReportsOf(draft.tables, id);
  if (reports) return takeFaultReceipt(draft, reports, id, receipt);
  const notice = noticeOfKey(draft, receipt.key);
  if (notice) return takeNoticeReceipt(draft, notice, receipt);
  const contactTest = contactTestOfKey(draft, receipt.key);
  if (contactTest) return takeContactTestReceipt(draft, contactTest, receipt);
  const delivery = alarm?.deliveries.find(({ key }) => key === receipt.key);
  if (!alarm || !delivery || !isNews(delivery, receipt)) return;
  const { key, status, detail } = receipt;
  const at = timeOf(receipt.at, delivery, draft.now);
  const sentAt = receipt.sentAt === null ? null : timeOf(receipt.sentAt, delivery, draft.now);
  // What was stopped stays stopped, or a restart would send it again; that it had left before is kept as its time.
  const kept = delivery.status === "stopped" && proofOf(status) < 2 ? "stopped" : status;
  draft.emit({
    kind: "delivery-changed",
    alarm: id,
    key,
    status: kept,
    sentAt: sentAt ?? (status === "sent" ? at : null),
    detail,
    at,
  });
  if (status === "received" || status === "answered") draft.act({ do: "reached", alarm: id });
  if (status === "received") restoreAtHotline(draft, id);
  if (status === "answered" && delivery.type === "hotline") takeForHotline(draft, id);
  if ((kept === "failing" || kept === "failed") && !alarm.owner) useAnotherWay(draft, id, delivery);
}

/** An operator took it through this very message. Who already has it keeps it; a second word of it changes nothing. */
function takeForHotline(draft: Draft, id: string): void {
  const alarm = draft.tables.alarms.get(id)!;
  if (alarm.owner || !isUnresolved(alarm)) return;
  takeOver(draft, alarm, { by: { name: HOTLINE_NAME, role: "operator" } });
  updateSaying(draft, id);
}

/** A clock that was stepped while it was under way: it left after it was queued, and not in the future. */
const timeOf = (at: EpochMs, { queuedAt }: Delivery, now: EpochMs): EpochMs => Math.min(Math.max(at, queuedAt), now);

function isNews(delivery: Delivery, { status, detail }: Receipt): boolean {
  if (proofOf(delivery.status) >= 2) return proofOf(status) > proofOf(delivery.status);
  if (delivery.status === "stopped") return proofOf(status) >= 2 || (status === "sent" && delivery.sentAt === null);
  if (delivery.status === "failing" && status === "sent" && delivery.type === "hotline") return false;
  return delivery.status !== status || delivery.detail !== detail;
}

function useAnotherWay(draft: Draft, id: string, delivery: Delivery): void {
  const alarm = draft.tables.alarms.get(id)!;
  if (alarm.state === "resolved" || alarm.state === "closed") return;
  if (delivery.type === "hotline" && delivery.status !== "failing")
    return fallBackOnce(draft, alarm, "the hotline cannot be reached");
  if (delivery.type !== "offer") return;
  const offer = alarm.offers.find((one) => one.id === delivery.offer);
  if (offer && isAwaiting(offer) && !tryNextWay(draft, alarm, offer, delivery.key))
    replaceUnreached(draft, alarm, offer);
  const current = draft.tables.alarms.get(id)!;
  const batch = newBatch(current);
  soundWhenAlone(draft, current, policyOf(draft.tables, current), batch);
  queueBatch(draft, current, batch, "nobody can be reached");
}

function fallBackOnce(draft: Draft, alarm: Alarm, why: string): void {
  const batch = newBatch(alarm);
  fallBack(draft, alarm, batch);
  queueBatch(draft, alarm, batch, why);
}

/** All of this person's ways refused the message: somebody else is asked. */
function replaceUnreached(draft: Draft, alarm: Alarm, { id: offer, leg, responder }: Offer): void {
  draft.emit({
    kind: "offer-changed",
    alarm: alarm.id,
    offer,
    state: "expired",
    reason: "not reachable",
    arriveBy: null,
    at: draft.now,
  });
  draft.emit({ kind: "alarm-flagged", alarm: alarm.id, flags: ["degraded"], at: draft.now });
  if (leg === "volunteers") callMore(draft, alarm.id, "volunteers", 1, `instead of ${responder}`);
}
