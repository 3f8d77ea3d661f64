import type { Alarm, Offer } from "./alarm.ts";
import type { DeviceName } from "./definition.ts";
import type { Actor } from "./directory.ts";
import type { DutyAct } from "./duty-acts.ts";
import type { ErrorCode } from "./errors.ts";
import type { DirectoryEvent, Facilities } from "./events.ts";
import type { Answer, Outcome, Means } from "./kinds.ts";
import type { HeardBefore } from "./learn-events.ts";
import type { PlatformActName, PlatformAnswer, Rejection } from "./news-events.ts";
import type { Policy } from "./policy.ts";
import type { Report, SayOrder } from "./report.ts";
import type { DutyOverride, DutyPlan } from "./rota.ts";
import type { DurationMs, EpochMs } from "./units.ts";
import type { Word } from "./words.ts";

export const DEVICE_ACTS = ["test", "end-test", "checked", "suspend", "resume", "retire", "replace", "walk"] as const;
export type DeviceActName = (typeof DEVICE_ACTS)[number];

/** What a person does with a device. */
export interface DeviceAct {
  readonly type: "device-act";
  readonly act: DeviceActName;
  readonly device: string;
  readonly by: Actor;
  /** How long test mode lasts; absent: as long as is usual. */
  readonly forMs?: DurationMs;
  /** The device that takes the place of this one; `replace` only. */
  readonly with?: string;
}

export const ACTS = ["take", "release", "arrive", "verify-cancel", "note", "resolve", "close"] as const;
export type ActName = (typeof ACTS)[number];

/** What a person does with an alarm. */
export interface Act {
  readonly type: "act";
  readonly act: ActName;
  readonly alarm: string;
  /** The version the person saw. */
  readonly version: number;
  readonly by: Actor;
  readonly text?: string;
  readonly outcome?: Outcome;
}

/** What an operator of a city platform did with an alarm, as the platform tells it. */
export interface PlatformAct {
  readonly type: "platform-act";
  readonly platform: string;
  /** The platform's own id of its message: with it a repeat does nothing. */
  readonly id: string;
  readonly act: PlatformActName;
  readonly alarm: string;
  /** The version its operator saw; null: not told. */
  readonly version: number | null;
  /** The operator's name; null: not told. */
  readonly by: string | null;
  readonly text: string | null;
  readonly outcome: Outcome | null;
  readonly reason: Rejection | null;
}

/** Opens or closes the learn window. */
export interface LearnAct {
  readonly type: "learn";
  readonly act: "open" | "close";
  readonly by: Actor;
  readonly resident?: string;
  readonly means?: Means;
  readonly label?: string;
  readonly location?: string;
  readonly forMs?: DurationMs;
  /** Enrols one key of several, not the whole device. */
  readonly bindKey?: boolean;
  /** Enrols also what cannot be relied on. */
  readonly force?: boolean;
  /** The device whose place the new one takes once it is proved. */
  readonly replaces?: string;
  /** A device that is enrolled and only waits for the press that proves it. */
  readonly device?: string;
}

/** How lately the same press of a device without a counter was heard, and for how long without a pause. */
export interface Recurrence {
  readonly sinceMs: DurationMs;
  readonly runMs: DurationMs;
}

/** Everything that can happen to the core. */
export type Input =
  | {
      readonly type: "report";
      readonly report: Report;
      readonly silentAfterMs: DurationMs | null;
      /** How often it reports by itself; absent: not known. */
      readonly heartbeatEveryMs?: DurationMs;
      /** Absent: not heard before in this life of the gateway, or the device has a counter. */
      readonly recurrence?: Recurrence;
      /** What was heard of a stranger's code before; absent: nothing, or nobody is enrolling. */
      readonly before?: HeardBefore;
      /** By its definition each press of this device has another code; absent: it has not. */
      readonly isRolling?: boolean;
    }
  /** All devices that a bridge has, under its two names for each. */
  | { readonly type: "names"; readonly bridge: string; readonly names: readonly DeviceName[] }
  /** A bridge no longer has a device, or has not heard it for long. */
  | {
      readonly type: "device-lost";
      readonly bridge: string;
      readonly address: string;
      readonly how: "left" | "unavailable";
    }
  /** A report that a rule failed on: shown to staff as it came. */
  | { readonly type: "undecided"; readonly report: Report; readonly why: string }
  | Act
  | DeviceAct
  | DutyAct
  | LearnAct
  | PlatformAct
  | {
      readonly type: "answer";
      readonly offer: string;
      readonly version: number;
      readonly answer: Answer;
      /** The message it comes by, as `d12`: what was seen and answered proves that way; absent: not known. */
      readonly message?: string;
    }
  | {
      readonly type: "receipt";
      readonly key: string;
      readonly status: "sent" | "received" | "delivered" | "answered" | "failing" | "failed";
      readonly at: EpochMs;
      readonly sentAt: EpochMs | null;
      readonly detail: string | null;
    }
  | { readonly type: "said"; readonly order: SayOrder; readonly at: EpochMs }
  | { readonly type: "journaled"; readonly alarm: string; readonly at: EpochMs }
  | { readonly type: "not-logged"; readonly alarm: string }
  /** Runs what is due for one entry of the agenda (see `dueKeys`). */
  | { readonly type: "due"; readonly key: string }
  | {
      readonly type: "fault";
      readonly key: string;
      readonly code: string;
      readonly active: boolean;
      readonly detail: string;
    }
  | {
      readonly type: "session";
      readonly do: "open";
      readonly sha256: string;
      readonly login: string | null;
      readonly tokenSha256: string | null;
    }
  /** Makes the first administrator, unless there is or was one. */
  | { readonly type: "set-up"; readonly name: string; readonly passwordHash: string }
  | { readonly type: "session"; readonly do: "use" | "end"; readonly sha256: string }
  | { readonly type: "save"; readonly events: readonly DirectoryEvent[] }
  | {
      readonly type: "started";
      readonly version: string;
      readonly facilities: Facilities;
      readonly policies: readonly Policy[];
      /** Null, or absent: the site has no duty file. */
      readonly duty?: DutyPlan | null;
      /** How long no gateway listened before this start. */
      readonly awayMs: DurationMs;
    }
  /** A test of all contacts of a person, or of those on one channel. */
  | { readonly type: "test-contact"; readonly responder: string; readonly channel: string | null; readonly by: Actor }
  /** Its person touched the page of a contact's test. */
  | { readonly type: "contact-test-seen"; readonly test: string }
  /** What a person said on the channel's own way; see `ChannelAnswer` of ports/channel.ts. */
  | {
      readonly type: "channel-answer";
      readonly channel: string;
      readonly key: string | null;
      readonly address: string | null;
      readonly said: Answer | { readonly text: string };
    }
  /** The service of a channel says that this address is no more. */
  | {
      readonly type: "contact-gone";
      readonly channel: string;
      readonly responder: string;
      readonly address: string;
    }
  | { readonly type: "clock-stepped"; readonly byMs: number }
  | { readonly type: "public-url-proved"; readonly url: string }
  | { readonly type: "key-copy"; readonly mark: string; readonly by: string };

/** What the outside is to do once the events are durable. */
export type Effect =
  | { readonly do: "say"; readonly order: SayOrder; readonly alarm: string | null }
  /** What was said of progress is no longer true for this device. */
  | { readonly do: "hush"; readonly bridge: string; readonly address: string; readonly line: string }
  | { readonly do: "deliver"; readonly key: string }
  /** The gateway's own report has come to the end of the path. */
  | { readonly do: "canary"; readonly counter: number }
  | { readonly do: "withdraw"; readonly key: string }
  /** A personal reply (receiver, take, accept) proves that this alarm reached somebody. */
  | { readonly do: "reached"; readonly alarm: string };

/** The answer to a person or a program that asked for something. */
export type Reply =
  | {
      readonly ok: true;
      readonly alarm?: Alarm;
      readonly offer?: Offer;
      readonly changed: boolean;
      /** The change of the roster that was made. */
      readonly override?: DutyOverride;
      /** For the person who answered by a telephone. */
      readonly words?: Word;
      /** To a platform, as it was answered at first. */
      readonly answer?: PlatformAnswer;
    }
  | {
      readonly ok: false;
      readonly code: ErrorCode;
      readonly message: string;
      readonly alarm?: Alarm;
      readonly offer?: Offer;
      readonly words?: Word;
      readonly answer?: PlatformAnswer;
    };

/** How a report was taken. */
export type Heard =
  "counted" | "counted-before" | "unverified" | "suspended" | "unknown-device" | "learning" | "ignored";
