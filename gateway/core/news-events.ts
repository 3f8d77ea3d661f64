import type { ErrorCode } from "./errors.ts";
import type { AlarmState } from "./kinds.ts";
import type { EpochMs } from "./units.ts";

/** The life of an alarm in the words that a city platform is told, in order. */
export const NEWS_TYPES = [
  "raised",
  "accepted",
  "offered",
  "declined",
  "rejected",
  "dispatched",
  "arrived",
  "updated",
  "cancelled",
  "closed",
] as const;
export type NewsType = (typeof NEWS_TYPES)[number];

/** What is new about an alarm that is told as *updated*, or beside something else. */
export const NEWS_CHANGES = [
  "press",
  "priority",
  "position",
  "flags",
  "cancel-requested",
  "cancel-ended",
  "released",
  "left",
  "note",
  "reviewed",
  ...NEWS_TYPES,
] as const;
export type NewsChange = (typeof NEWS_CHANGES)[number];

/** One thing that happened. The alarm itself is shown as it stands when the message leaves. */
export interface News {
  readonly type: NewsType;
  readonly at: EpochMs;
  /** What else is new. */
  readonly changed?: readonly NewsChange[];
  /** Whose offers it is about. */
  readonly offers?: readonly string[];
  /** Who did it: a name, or @ and a responder's id. */
  readonly by?: string;
  readonly reason?: string;
}

export interface WaitingNews extends News {
  /** From 1, without a gap, for each alarm and platform. */
  readonly seq: number;
}

/** What one platform was told of one alarm, and what it is still to be told. */
export interface NewsLine {
  readonly platform: string;
  /** The newest number that was given out, and the newest that the platform took or refused. */
  readonly given: number;
  readonly told: number;
  readonly toldAt: EpochMs | null;
  /** What became of the last try. `sent`: the platform answered 2xx. `received`: it said so in words. */
  readonly status: "queued" | "sent" | "received" | "failing" | "failed";
  readonly detail: string | null;
  /** Oldest first. Only the first is on its way, so that nothing overtakes what happened before it. */
  readonly waiting: readonly WaitingNews[];
}

export const PLATFORM_ACTS = ["taken", "dispatched", "note", "arrived", "cancelled", "closed", "rejected"] as const;
export type PlatformActName = (typeof PLATFORM_ACTS)[number];

export const REJECTIONS = ["not-ours", "wrong-place", "duplicate", "cannot-help", "other"] as const;
export type Rejection = (typeof REJECTIONS)[number];

/** What a platform was answered; the same message gets the same answer again. */
export interface PlatformAnswer {
  readonly platform: string;
  /** The platform's own id of its message. */
  readonly id: string;
  readonly at: EpochMs;
  /** Null: done. */
  readonly code: ErrorCode | null;
  readonly message: string | null;
  /** How the alarm stood then. */
  readonly version: number;
  readonly state: AlarmState;
}

type Fact<Kind extends string, Fields> = {
  readonly kind: Kind;
  readonly alarm: string;
  readonly at: EpochMs;
} & Fields;

/** What passes between an alarm and the city platforms. */
export type PlatformEvent =
  | Fact<"news-queued", { readonly platforms: readonly string[]; readonly items: readonly News[] }>
  | Fact<
      "news-changed",
      {
        readonly platform: string;
        readonly seq: number;
        readonly status: "sent" | "received" | "failing" | "failed";
        readonly detail: string | null;
      }
    >
  /** Closed for long, but a platform is still to be told of it. */
  | Fact<"alarm-kept", { readonly forgetAt: EpochMs; readonly why: string }>
  /** A platform's message, and how it was answered: done where `code` is null. */
  | Fact<
      "platform-heard",
      {
        readonly platform: string;
        readonly id: string;
        readonly act: PlatformActName;
        readonly code: ErrorCode | null;
        readonly message: string | null;
      }
    >
  /** The platform gave the alarm back: it is nobody's there. */
  | Fact<"platform-rejected", { readonly platform: string; readonly by: string; readonly reason: Rejection }>;
