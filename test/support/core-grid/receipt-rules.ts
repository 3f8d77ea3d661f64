import assert from "node:assert/strict";
import { isAwaiting, type DeliveryStatus } from "../../../gateway/core/alarm.ts";
import { CELL_STATES } from "./cells.ts";
import { noNewAlarm, nothingStops, onlyTouches, queuedSince, sameStanding, type Happening } from "./facts.ts";
import type { Rule } from "./rule.ts";

type Status = "sent" | "received" | "failing" | "failed";

/** What a receipt makes of a hotline report. What was proved stays proved; what was stopped stays stopped. */
const HOTLINE_FATES: Readonly<Record<"queued" | "failing" | "received" | "stopped", Record<Status, DeliveryStatus>>> = {
  queued: { sent: "sent", received: "received", failing: "failing", failed: "failed" },
  failing: { sent: "failing", received: "received", failing: "failing", failed: "failed" },
  received: { sent: "received", received: "received", failing: "received", failed: "received" },
  stopped: { sent: "stopped", received: "received", failing: "stopped", failed: "stopped" },
};

const statusIn = ({ input }: Happening): Status => input.split(" ")[2] as Status;

/** What every receipt has in common: it never changes who has the alarm, and it never stops another message. */
function movesNothing(happening: Happening): void {
  const { before, after } = happening;
  sameStanding(happening);
  assert.equal(after.version, before.version);
  assert.equal(after.priority, before.priority);
  assert.deepEqual(after.timers, before.timers);
  assert.deepEqual(after.stoppedLegs, before.stoppedLegs);
  noNewAlarm(happening);
}

function checkHotline(happening: Happening): void {
  movesNothing(happening);
  const { cell, before, after, home } = happening;
  const status = statusIn(happening);
  if (cell.hotline === "none") return assert.deepEqual(happening.decision.events, []);
  const report = before.deliveries.findLast(({ type }) => type === "hotline")!;
  const now = after.deliveries.find(({ key }) => key === report.key)!;
  assert.equal(now.status, HOTLINE_FATES[cell.hotline][status]);
  onlyTouches(happening, ({ key }) => key === report.key);
  const isOver = cell.hotline === "received" || (cell.hotline === "stopped" && status.startsWith("fail"));
  if (isOver) assert.deepEqual(happening.decision.events, [], "nothing new is written down");
  if (status === "sent" && cell.hotline !== "received" && cell.hotline !== "failing")
    assert.equal(now.sentAt, home.now, "that it had left is kept");
  assert.equal(after.times.answeredAt, before.times.answeredAt, "a receiver never answers: it receives");
  const isNews = cell.hotline === "queued" && (status === "failing" || status === "failed");
  if (isNews) assert.ok(after.flags.includes("degraded"), "the failing leg is said");
}

function checkOffer(happening: Happening): void {
  movesNothing(happening);
  const { before, after } = happening;
  const status = statusIn(happening);
  const sent = before.deliveries.find(({ type, to }) => type === "offer" && to === "v4");
  onlyTouches(happening, ({ key }) => key === sent?.key);
  const offer = before.offers.find(({ responder }) => responder === "v4");
  const now = after.offers.find(({ responder }) => responder === "v4");
  const isOut = sent?.status === "stopped" || (sent?.status === "failed" && status === "failed");
  const lost = offer && isAwaiting(offer) && status.startsWith("fail") && !before.owner && !isOut;
  const ways = queuedSince(happening).flatMap(({ to, channel }) => (to === "v4" ? [channel] : []));
  assert.deepEqual(
    ways,
    lost ? ["voice"] : [],
    "what does not get through goes to the person's next way, and nothing else",
  );
  const further = status === "sent" && offer?.state === "queued" ? "sent" : offer?.state;
  assert.equal(now?.state, further, "no receipt ends an offer while its person has another way, and none is a *seen*");
  assert.equal(after.times.seenAt, before.times.seenAt);
}

export const RECEIPT_RULES: readonly Rule[] = [
  {
    inputs: /^receipt hotline /,
    states: CELL_STATES,
    says: "a receipt of the hotline reaches *received* at most, never *answered*, and changes no state",
    check: checkHotline,
  },
  {
    inputs: /^receipt offer /,
    states: CELL_STATES,
    says: "a receipt of a message proves nothing about the person, and changes no state",
    check: checkOffer,
  },
  {
    inputs: /^receipt siren /,
    states: CELL_STATES,
    says: "the siren's receipt changes nothing but the siren's row",
    check(happening) {
      movesNothing(happening);
      if (happening.cell.siren === "off") assert.deepEqual(happening.decision.events, []);
      else nothingStops(happening);
      onlyTouches(happening, ({ type }) => type === "siren");
    },
  },
];
