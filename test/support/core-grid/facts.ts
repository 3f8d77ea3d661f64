import assert from "node:assert/strict";
import {
  alarmOfKey,
  isAwaiting,
  isOnTheWay,
  isUnresolved,
  type Alarm,
  type Delivery,
} from "../../../gateway/core/alarm.ts";
import { isLive } from "../../../gateway/core/messages.ts";
import { siteReportOf } from "../../../gateway/core/site-report.ts";
import { writeState } from "../../../gateway/core/state.ts";
import type { Decision } from "../../../gateway/core/step.ts";
import type { Cell } from "./cells.ts";
import type { CoreHome } from "../core-home.ts";

/** One cell before and after one input. */
export interface Happening {
  readonly cell: Cell;
  readonly input: string;
  readonly home: CoreHome;
  readonly before: Alarm;
  /** Gone once a closed alarm was forgotten. */
  readonly gone: Alarm | undefined;
  /** The alarm under test afterwards; the one before, where it is gone. */
  readonly after: Alarm;
  readonly decision: Decision;
  /** Alarms that the input opened. */
  readonly opened: readonly Alarm[];
}

/** The alarm is as it was: nothing about it was written. */
export function untouched({ before, after }: Happening): void {
  assert.deepEqual(after, before);
}

export function noNewAlarm({ opened }: Happening): void {
  assert.deepEqual(opened, []);
}

export function sameStanding({ before, after }: Happening): void {
  assert.equal(after.state, before.state);
  assert.deepEqual(after.owner, before.owner);
}

const liveKeys = (alarm: Alarm): string[] => alarm.deliveries.filter(isLive).map(({ key }) => key);

/** No leg stops, nobody is told to stand down, nothing is delayed. */
export function nothingStops({ before, after, decision }: Happening): void {
  const live = liveKeys(after);
  const proved = (key: string): boolean => after.deliveries.some((one) => one.key === key && one.status !== "stopped");
  for (const key of liveKeys(before)) assert.ok(live.includes(key) || proved(key), `${key} was stopped`);
  assert.deepEqual(
    decision.effects.filter((effect) => effect.do === "withdraw"),
    [],
    "nothing is called back",
  );
  assert.deepEqual(after.stoppedLegs, before.stoppedLegs);
  for (const offer of before.offers)
    if (isAwaiting(offer)) {
      const state = after.offers.find(({ id }) => id === offer.id)?.state;
      assert.notEqual(state, "withdrawn", `${offer.responder} was told to stand down`);
    }
  if (before.timers.step !== undefined) assert.ok(after.timers.step! <= before.timers.step, "the next step is delayed");
}

/** Only what `which` names may change among the deliveries that were there. */
export function onlyTouches({ before, after }: Happening, which: (delivery: Delivery) => boolean): void {
  for (const delivery of before.deliveries) {
    if (which(delivery)) continue;
    assert.deepEqual(
      after.deliveries.find(({ key }) => key === delivery.key),
      delivery,
      `${delivery.key} was touched`,
    );
  }
}

/** Every notice still pending has stopped: nobody is asked, nothing but withdrawals and a cancel is on its way. */
export function allStopped({ after }: Happening): void {
  assert.deepEqual(after.offers.filter(isAwaiting), [], "offers still stand");
  const pending = after.deliveries.filter((one) => isLive(one) && one.type !== "withdrawn" && one.event !== "406");
  assert.deepEqual(pending, [], "notices are still pending");
}

export function queuedSince({ before, after }: Happening): readonly Delivery[] {
  return after.deliveries.filter(({ key }) => !before.deliveries.some((one) => one.key === key));
}

export function refused(happening: Happening, code: string): void {
  const { reply, events, effects } = happening.decision;
  assert.ok(reply && !reply.ok, "it must be refused");
  assert.equal(reply.code, code);
  assert.ok(reply.message.length > 10, "a refusal says why");
  assert.deepEqual(events, []);
  assert.deepEqual(effects, []);
  untouched(happening);
}

export function noOp(happening: Happening): void {
  const { reply, events, effects } = happening.decision;
  assert.ok(reply?.ok, "a repeat is no error");
  assert.equal(reply.changed, false);
  assert.deepEqual(events, []);
  assert.deepEqual(effects, []);
  untouched(happening);
}

const OWNING =
  /^(act take|platform taken|act verify-cancel when asked|act release|answer staff (accept|enroute|arrive)|due)$/;

/** The rules that hold over all of it, after every input on every cell. */
export function alwaysHolds(happening: Happening): void {
  const { input, home, before, after, gone, decision } = happening;
  for (const alarm of home.alarms) {
    if (!isUnresolved(alarm)) continue;
    const due = alarm.timers.step ?? alarm.timers.progress;
    assert.ok(due !== undefined && Number.isFinite(due), `${alarm.id} is unresolved and has no next step`);
    assert.equal(alarm.timers.progress !== undefined, alarm.owner !== null, "an owner has a time to show progress");
    assert.ok(home.state.agenda.next()! <= due, "the agenda does not know of it");
    if (alarm.said === "coming")
      assert.ok(alarm.offers.some(isOnTheWay) || alarm.arrivals.length > 0, "coming, and nobody is");
  }
  if (isUnresolved(before))
    assert.ok(isUnresolved(after) || /^(act resolve|platform closed)$/.test(input), "it ended without a person");
  if (!gone) assert.equal(before.state, "closed", "only a closed alarm leaves the state");
  if (!OWNING.test(input)) assert.deepEqual(after.owner?.name, before.owner?.name, "the owner changed");
  assert.ok(after.version >= before.version, "the version went down");
  assert.ok(after.priority <= before.priority, "automation lowered the priority");
  assert.deepEqual(
    after.presses.slice(0, before.presses.length).map(({ counter }) => counter),
    before.presses.map(({ counter }) => counter),
  );
  for (const effect of decision.effects)
    if (effect.do === "deliver" && !input.startsWith("started"))
      assert.ok(
        siteReportOf(home.state, alarmOfKey(effect.key)) !== null ||
          home.alarms.some(({ deliveries }) =>
            deliveries.some(({ key, status }) => key === effect.key && status === "queued"),
          ),
        `${effect.key} left and is neither a queued message nor a report of the site`,
      );
  const people = after.offers.map(({ responder }) => responder);
  assert.equal(new Set(people).size, people.length, "one offer for each responder");
  assert.equal(writeState(home.state), writeState(home.folded), "the fold of the events is not the state");
}
