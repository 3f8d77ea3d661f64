import type { Alarm } from "./alarm.ts";
import { addFlags, bump, lessFlags, measured, withTimer } from "./alarm-change.ts";
import type { AlarmEvent } from "./events.ts";

/** What people do with an alarm. */
export type PersonEvent = Extract<
  AlarmEvent,
  {
    kind:
      | "alarm-taken"
      | "alarm-released"
      | "progress-made"
      | "arrived"
      | "cancel-requested"
      | "cancel-ended"
      | "cancel-overdue"
      | "cancel-verified"
      | "noted"
      | "alarm-resolved"
      | "review-overdue"
      | "alarm-closed";
  }
>;

export function byPerson(alarm: Alarm, event: PersonEvent): Alarm {
  switch (event.kind) {
    case "alarm-taken":
      return bump({
        ...alarm,
        state: alarm.state === "attending" ? "attending" : "owned",
        owner: { name: event.by, role: event.role, since: event.at },
        flags: lessFlags(alarm.flags, ["unanswered"]),
        timers: withTimer(withTimer(alarm.timers, "step", null), "progress", event.progressBy),
        times: measured(alarm.times, "answeredAt", event.at),
      });
    case "alarm-released":
      return bump({ ...alarm, owner: null, state: alarm.state === "owned" ? "alerting" : alarm.state });
    case "progress-made":
      return { ...alarm, timers: withTimer(alarm.timers, "progress", event.progressBy) };
    case "arrived":
      return bump({
        ...alarm,
        state: "attending",
        arrivals: [...alarm.arrivals, { by: event.by, at: event.at, evidence: event.evidence }],
        flags: lessFlags(alarm.flags, ["arrival-overdue"]),
        timers: event.progressBy === null ? alarm.timers : withTimer(alarm.timers, "progress", event.progressBy),
        times: measured(alarm.times, "arrivedAt", event.at),
      });
    case "cancel-requested":
      return bump({
        ...alarm,
        cancel: { requestedAt: event.at, verifiedBy: null },
        flags: addFlags(alarm.flags, ["cancel-requested"]),
        timers: withTimer(alarm.timers, "cancel", event.verifyBy),
      });
    case "cancel-ended":
      return bump({
        ...alarm,
        cancel: null,
        flags: lessFlags(alarm.flags, ["cancel-requested", "cancel-verified"]),
        timers: withTimer(alarm.timers, "cancel", null),
      });
    case "cancel-overdue":
      return { ...alarm, timers: withTimer(alarm.timers, "cancel", null) };
    case "cancel-verified":
      return bump({
        ...alarm,
        cancel: { requestedAt: alarm.cancel?.requestedAt ?? event.at, verifiedBy: event.by },
        flags: addFlags(lessFlags(alarm.flags, ["cancel-requested"]), ["cancel-verified"]),
        timers: withTimer(alarm.timers, "cancel", null),
      });
    case "noted":
      return bump({
        ...alarm,
        notes: [...alarm.notes, { at: event.at, by: event.by, text: event.personal?.data.text ?? "" }],
      });
    case "alarm-resolved":
      return bump({
        ...alarm,
        state: "resolved",
        outcome: event.outcome,
        resolvedBy: event.by,
        timers: { review: event.reviewBy },
        times: measured(alarm.times, "resolvedAt", event.at),
      });
    case "review-overdue":
      return {
        ...alarm,
        flags: addFlags(alarm.flags, ["review-overdue"]),
        timers: withTimer(alarm.timers, "review", event.reviewBy),
      };
    case "alarm-closed":
      return bump({ ...alarm, state: "closed", closedBy: event.by, timers: { forget: event.forgetAt } });
  }
}
