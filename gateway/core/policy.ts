import type { AlarmKind } from "./kinds.ts";
import { seconds, type DurationMs } from "./units.ts";

export const TARGETS = ["hotline", "volunteers", "family", "staffOnDuty", "desk", "siren"] as const;
/** Whom a step calls. `desk` is the alarm tone of the open pages; it is a path only while one of them proves life. */
export type Target = (typeof TARGETS)[number];

export const ON_OWNER = ["stopAll", "stopThisLeg", "continue"] as const;
/** What the acceptance of somebody called by this step stops. */
export type OnOwner = (typeof ON_OWNER)[number];

/** Local time of the site, `from` inclusive, `to` exclusive, over midnight when `to` is earlier. Minutes since 00:00. */
export interface TimeWindow {
  readonly fromMin: number;
  readonly toMin: number;
}

export interface Step {
  /** After the alarm began to alert (or alerted again). */
  readonly afterMs: DurationMs;
  readonly targets: readonly Target[];
  /** The channels to use, in order of preference; null: the contact's own order. */
  readonly channels: readonly string[] | null;
  readonly onlyIf: {
    readonly noOwner: boolean;
    readonly noArrival: boolean;
    readonly timeWindow: TimeWindow | null;
  };
  /** Null: staff and operators stop all, everyone else their own leg. */
  readonly onOwner: OnOwner | null;
  /** Nobody to reach is then no reason to call the alarm degraded. */
  readonly optional: boolean;
}

/**
 * How people are chosen: `first` at once, `widenBy` more at each further step that names them, or `widenAfterMs` after
 * the last were asked. Quiet hours and rest put somebody behind the others; see ranking.ts.
 */
export interface Pool {
  readonly first: number;
  /** How many must have accepted before the others are told to stand down. */
  readonly need: number;
  readonly widenBy: number;
  /** Different people asked for one alarm; past it the same people are asked again. */
  readonly maxOffers: number;
  readonly replaceOnDecline: boolean;
  /** More volunteers are asked so long after the last, without waiting for a step; null: steps alone ask. */
  readonly widenAfterMs: DurationMs | null;
  /** Volunteers within so many metres on foot are asked before all others; null: expected arrival alone decides. */
  readonly radiusM: number | null;
  /** Of those who have none of their own; null: none. */
  readonly quietHours: TimeWindow | null;
  /** After another alarm, of those who have none of their own. */
  readonly minRestMs: DurationMs;
}

/** What a pool of an earlier gateway lacks. */
export const POOL_SINCE = { widenAfterMs: null, radiusM: null, quietHours: null, minRestMs: 0 } as const;

/** How long the rules wait for a proof before they try the person's next way; null: not chased for it. */
export interface Chase {
  /** Nothing proves that the telephone has it. Only where the way can prove that. */
  readonly notDeliveredMs: DurationMs | null;
  /** The page of the message was not touched. Only where the message has a link. */
  readonly notSeenMs: DurationMs | null;
  /** No answer. */
  readonly noReplyMs: DurationMs | null;
}

/** Push and text come within seconds or not at all; somebody who has seen it needs a moment to decide. */
export const DEFAULT_CHASE: Chase = { notDeliveredMs: seconds(20), notSeenMs: seconds(30), noReplyMs: seconds(60) };

/** The rules one alarm runs under (reference: docs/architecture.md, policies). */
export interface Policy {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly appliesTo: {
    readonly kinds: readonly PolicyKind[];
    readonly priorities: readonly number[] | null;
    readonly residents: readonly string[] | null;
  };
  /** 1 is the most urgent, 5 the least. */
  readonly priority: number;
  readonly steps: readonly Step[];
  /** Index into `steps`: after the last step the alarm goes on from here, for ever. */
  readonly repeatFromStep: number;
  readonly repeatEveryMs: DurationMs;
  /** An owner without progress for this long loses the alarm to *alerting*. */
  readonly ackTimeoutMs: DurationMs;
  /** From acceptance to arrival. */
  readonly arriveByMs: DurationMs;
  /** From *resolved* to the supervisor's reminder. */
  readonly resolveReminderMs: DurationMs;
  readonly presses: { readonly mergeWhileOpen: boolean; readonly bumpAgainAfterMs: DurationMs };
  readonly cancel: { readonly verifyWithinMs: DurationMs };
  /** What sounds when nobody can be reached. */
  readonly deadEnd: { readonly siren: boolean; readonly dutyPhone: string | null };
  readonly pool: Pool;
  /** Absent in older journals: the usual times. */
  readonly chase?: Chase;
}

/** What a policy may apply to: the kinds of alarm, and presses that nothing proves. */
export type PolicyKind = AlarmKind | "unverified" | "technical" | "test";

export const POLICY_KINDS: readonly PolicyKind[] = [
  "emergency",
  "fall",
  "inactivity",
  "service",
  "unverified",
  "technical",
  "test",
];

const URGENT_PRIORITY_MAX = 2;

/** Somebody may be in danger: a roster and sleep come second. Priorities behind it are service and technical. */
export const isUrgent = ({ priority }: { readonly priority: number }): boolean => priority <= URGENT_PRIORITY_MAX;

/** How a policy is named inside an alarm: saving it anew makes a new name, so an open alarm keeps its own. */
export const policyKey = (policy: Pick<Policy, "id" | "version">): string => `${policy.id}@${policy.version}`;

/** The first policy that fits; specific ones (residents, priorities) come before general ones. */
export function choosePolicy(
  policies: Iterable<Policy>,
  kind: PolicyKind,
  resident: string | null,
  priority: number | null,
): Policy | null {
  let best: Policy | null = null;
  let bestScore = -1;
  for (const policy of policies) {
    const { kinds, residents, priorities } = policy.appliesTo;
    if (!kinds.includes(kind)) continue;
    if (residents && (resident === null || !residents.includes(resident))) continue;
    if (priorities && (priority === null || !priorities.includes(priority))) continue;
    const score = (residents ? 2 : 0) + (priorities ? 1 : 0);
    if (score > bestScore) [best, bestScore] = [policy, score];
  }
  return best;
}
