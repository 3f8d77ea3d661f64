import type { AlarmKind, AlarmState, Leg, Outcome, ReportKind, Say } from "./kinds.ts";
import type { NewsLine, PlatformAnswer } from "./news-events.ts";
import type { OnOwner } from "./policy.ts";
import type { OfferWhy } from "./ranking.ts";
import type { Position } from "./report.ts";
import type { EpochMs } from "./units.ts";

export const FLAGS = [
  /** Nobody took it by the end of the list. */
  "unanswered",
  /** A channel is missing or down; another one is used. */
  "degraded",
  /** No page of the desk proved life and sound: others were called in its place. */
  "desk-asleep",
  /** Effects left before the journal had them. */
  "notLogged",
  /** The press was kept somewhere during an outage. */
  "late",
  /** A wrong tag or an old counter: nothing proves that the device sent it. */
  "unverified",
  /** Its device was suspended or retired. */
  "suspended-device",
  /** Nobody enrolled this device. */
  "unknown-device",
  /** Pressed again at the highest priority. */
  "again",
  /** The wearer asked to cancel; nothing stops until a person has verified it. */
  "cancel-requested",
  "cancel-verified",
  /** A step found nobody to ask. */
  "nobody-to-ask",
  /** Somebody was asked by every way they have, and nothing proves that any of it reached them. */
  "unreached",
  /** Fewer volunteers come than the policy needs, and there is nobody left to ask. */
  "understaffed",
  /** Somebody accepted and has not arrived in time. */
  "arrival-overdue",
  /** A rule failed; the press is shown as it came. */
  "undecided",
  /** Its device sent an alarm without saying which: nobody knows yet whether somebody needs help. */
  "unclear-cause",
  /** Resolved for a day and not reviewed. */
  "review-overdue",
  /** A city platform gave it back: nobody there has it. */
  "rejected",
  /** The journal was damaged: what could be read of this alarm was saved, and it was alerted anew. */
  "salvaged",
  /** Entries of a damaged journal could not be read: somebody must check with those who may have pressed. */
  "rows-lost",
] as const;
export type Flag = (typeof FLAGS)[number];

export interface Press {
  readonly at: EpochMs;
  readonly receivedAt: EpochMs;
  readonly device: string;
  readonly kind: ReportKind;
  readonly counter: number | null;
  readonly ageMs: number | null;
  /** The age field was full: `ageMs` is the least it can be. Absent in older journals. */
  readonly ageAtLeast?: boolean;
  readonly transport: string;
  readonly line: string;
  readonly late: boolean;
  readonly unverified: boolean;
  /** The message as it came, where nothing proves it or nobody enrolled the device. */
  readonly raw: string | null;
  /** How strongly it was heard, in dBm; absent: its bridge does not say. */
  readonly rssiDbm?: number;
  /** A quality of the link without a unit, 0–255; absent: its bridge does not say. */
  readonly linkQuality?: number;
  /** An alarm whose cause the device did not tell, as it came; absent: it told. */
  readonly unclear?: string;
  /** Where the device was. Kept under the key of its person, and never in a plain row. */
  readonly position?: Position;
}

/** Where somebody who needs help was last, by which device. */
export interface AlarmPosition extends Position {
  readonly at: EpochMs;
  readonly device: string;
}

/**
 * When it was pressed, as far as that is known: by the device's age where the report proved itself and its age is exact;
 * by the receipt where the protocol has no age. Null: not known.
 */
export const pressedAtOf = (press: Press): EpochMs | null =>
  press.unverified || press.ageAtLeast === true ? null : press.at;

export const OFFER_STATES = [
  "queued",
  "sent",
  "delivered",
  "seen",
  "accepted",
  "declined",
  "expired",
  "withdrawn",
  "enroute",
  "arrived",
  "left",
] as const;
export type OfferState = (typeof OFFER_STATES)[number];

/** What somebody does who comes, where the resident's key is with somebody: go, fetch the key, or both. */
export const TASKS = ["go", "key", "go-with-key"] as const;
export type Task = (typeof TASKS)[number];

/** One alarm offered to one responder 派单. */
export interface Offer {
  readonly id: string;
  /** Changes when the gateway takes the offer back or makes it anew, not with the person's own answers. */
  readonly version: number;
  readonly responder: string;
  readonly leg: Leg;
  readonly state: OfferState;
  readonly onOwner: OnOwner;
  readonly at: EpochMs;
  readonly changedAt: EpochMs;
  /** What a text answers with: digits; absent in older journals. */
  readonly code?: string;
  /** Why this volunteer was asked when they were; absent for others, who are asked all at once. */
  readonly why?: OfferWhy;
  /** Absent: the resident's key is with nobody in particular, or nobody has said yes yet. */
  readonly task?: Task;
}

/**
 * How far a message is, each word with its own proof; see `Receipt` of ports/channel.ts. `seen`: a person touched the
 * page that this very message links to.
 */
export type DeliveryStatus =
  "queued" | "sent" | "received" | "delivered" | "seen" | "answered" | "failing" | "failed" | "stopped";

const PROOF: Readonly<Partial<Record<DeliveryStatus, number>>> = {
  sent: 1,
  received: 2,
  delivered: 2,
  seen: 3,
  answered: 4,
};

/** How much a status proves: 0 nothing, 1 the next machine has it, 2 the other side has it, 3 a person saw it, 4 answered. */
export const proofOf = (status: DeliveryStatus): number => PROOF[status] ?? 0;

/** One message on one channel 投递. Queued ones are the outbox: after a restart they are sent again under their key. */
export interface Delivery {
  readonly key: string;
  readonly type: "hotline" | "offer" | "withdrawn" | "siren" | "duty-phone";
  readonly leg: Leg | null;
  readonly channel: string;
  /** The responder or the hotline's account. */
  readonly to: string;
  /** Which of the responder's contacts on this channel: its `order`. The address itself is personal and stays there. */
  readonly contact: number | null;
  readonly offer: string | null;
  /** Contact ID event and qualifier, hotline only. */
  readonly event: string | null;
  readonly qualifier: 1 | 3 | 6 | null;
  readonly reason: string | null;
  readonly status: DeliveryStatus;
  /** The how manieth of the person's ways it is; absent: the first, by a step or a reminder. See chase.ts. */
  readonly chase?: number;
  /** When this person is looked after again, if nothing is proved until then; absent: in older journals, or never. */
  readonly chaseAt?: EpochMs;
  readonly queuedAt: EpochMs;
  readonly sentAt: EpochMs | null;
  readonly provenAt: EpochMs | null;
  readonly detail: string | null;
}

/** First time of each; null: not measured. */
export interface Times {
  readonly pressedAt: EpochMs | null;
  readonly heardAt: EpochMs | null;
  readonly journaledAt: EpochMs | null;
  readonly hotlineSentAt: EpochMs | null;
  readonly hotlineReceivedAt: EpochMs | null;
  /** The first message to a person left: nothing proves that anybody has it. */
  readonly firstNotifiedAt: EpochMs | null;
  /** The first person's own telephone had it. Absent in older journals. */
  readonly deliveredAt?: EpochMs | null;
  readonly seenAt: EpochMs | null;
  readonly acceptedAt: EpochMs | null;
  readonly answeredAt: EpochMs | null;
  readonly arrivedAt: EpochMs | null;
  readonly resolvedAt: EpochMs | null;
}

export const NO_TIMES: Times = {
  pressedAt: null,
  heardAt: null,
  journaledAt: null,
  hotlineSentAt: null,
  hotlineReceivedAt: null,
  firstNotifiedAt: null,
  deliveredAt: null,
  seenAt: null,
  acceptedAt: null,
  answeredAt: null,
  arrivedAt: null,
  resolvedAt: null,
};

export interface Note {
  readonly at: EpochMs;
  readonly by: string;
  readonly text: string;
}

/**
 * What an alarm waits for, each with its due time. `step`: the next step of the policy; `progress`: the owner's time to
 * show progress; `cancel`: a person must have verified; `review`: resolved, to be reviewed; `arrive:<offer>`: arrival;
 * `widen`: more volunteers are asked, or those who declined again; `chase:<offer>`: a proof that its person has it, else
 * their next way is tried; `forget`: closed, leaves the state (the journal keeps it).
 */
export type TimerName =
  "step" | "widen" | "progress" | "cancel" | "review" | "forget" | `arrive:${string}` | `chase:${string}`;
export type Timers = Readonly<Partial<Record<TimerName, EpochMs>>>;

/** An alarm 警情. Never changed in place. */
export interface Alarm {
  readonly id: string;
  /** Rises with everything a person may want to know before acting; not with receipts. */
  readonly version: number;
  readonly kind: AlarmKind;
  readonly state: AlarmState;
  readonly priority: number;
  readonly flags: readonly Flag[];
  readonly resident: string | null;
  readonly device: string;
  readonly policy: string;
  readonly openedAt: EpochMs;
  readonly linkedTo: string | null;
  readonly presses: readonly Press[];
  readonly owner: { readonly name: string; readonly role: string; readonly since: EpochMs } | null;
  readonly cancel: { readonly requestedAt: EpochMs; readonly verifiedBy: string | null } | null;
  readonly offers: readonly Offer[];
  readonly deliveries: readonly Delivery[];
  /** How many deliveries there were; old finished ones leave the list. */
  readonly deliveryCount: number;
  /** New offers are numbered from above this: those of a damaged journal may have had the numbers below. */
  readonly offersFrom?: number;
  readonly stoppedLegs: readonly Leg[];
  /** The step that `timers.step` will run, and how often the list has been gone through. */
  readonly nextStep: number;
  readonly round: number;
  readonly alertedAt: EpochMs;
  readonly timers: Timers;
  readonly times: Times;
  readonly said: Say;
  readonly arrivals: readonly { readonly by: string; readonly at: EpochMs; readonly evidence: string }[];
  readonly notes: readonly Note[];
  /** Absent: not known. */
  readonly position?: AlarmPosition;
  /** What each city platform was told; absent: there is none. */
  readonly news?: readonly NewsLine[];
  /** What platforms were answered lately. */
  readonly heard?: readonly PlatformAnswer[];
  /** The platforms that gave it back. */
  readonly rejectedBy?: readonly string[];
  readonly outcome: Outcome | null;
  readonly resolvedBy: string | null;
  readonly closedBy: string | null;
}

export const isUnresolved = (alarm: Alarm): boolean => alarm.state !== "resolved" && alarm.state !== "closed";

/** The states in which the pendant may be told that somebody is coming. */
const ON_THE_WAY: readonly OfferState[] = ["accepted", "enroute", "arrived"];
export const isOnTheWay = (offer: Pick<Offer, "state">): boolean => ON_THE_WAY.includes(offer.state);

const AWAITING: readonly OfferState[] = ["queued", "sent", "delivered", "seen"];
export const isAwaiting = (offer: Offer): boolean => AWAITING.includes(offer.state);

/** When something is next due for this alarm; null only when closed. */
export function nextDue(alarm: Alarm): EpochMs | null {
  let due: EpochMs | null = null;
  for (const at of Object.values(alarm.timers)) if (at !== undefined && (due === null || at < due)) due = at;
  return due;
}

/** The alarm that a key of an offer or a delivery belongs to: `7gk2qx9d-17.d3` → `7gk2qx9d-17`. */
export const alarmOfKey = (key: string): string => key.slice(0, Math.max(0, key.indexOf(".")));
