import type { Flag, OfferState } from "./alarm.ts";
import type { NewsChange, NewsType, Rejection } from "./news-events.ts";
import type { AlarmKind, AlarmState, Outcome, ResponderRole } from "./kinds.ts";

// docs/schemas/platform-*.schema.json are written from these types by `node scripts/platform-schema.mjs`.

/** The wearer's home. Health notes and the place of the key are in no message. */
export interface PlatformHome {
  readonly name: string;
  readonly building: string;
  readonly unit: string;
  readonly room: string;
  readonly phone: string;
}

/** Where its wearer was last, WGS 84. */
export interface PlatformPosition {
  readonly lat: number;
  readonly lon: number;
}

/** Somebody who was asked to go. */
export interface PlatformPerson {
  readonly id: string;
  /** Null: they are no longer known. */
  readonly role: ResponderRole | null;
  /** Null: the site does not disclose it. */
  readonly name: string | null;
  readonly state: OfferState;
}

/** An alarm as it stands when the message leaves. */
export interface PlatformAlarm {
  readonly id: string;
  /** Rises with what a person may want to know; an act that names an old one is refused. */
  readonly version: number;
  readonly kind: AlarmKind;
  readonly state: AlarmState;
  /** 1 is the most urgent. */
  readonly priority: number;
  readonly flags: readonly Flag[];
  readonly openedAt: string;
  /** Null: not known. */
  readonly pressedAt: string | null;
  /** How often it was pressed. */
  readonly presses: number;
  /** Who has it: a name, or a responder's id. Null: nobody. */
  readonly owner: string | null;
  /** Who is on the way or there. */
  readonly coming: readonly PlatformPerson[];
  /** The wearer asked to cancel; nothing stops until a person has verified it. */
  readonly cancelRequestedAt: string | null;
  readonly cancelVerifiedBy: string | null;
  readonly outcome: Outcome | null;
  /** The alarm that was resolved shortly before; null: none. */
  readonly linkedTo: string | null;
  /** Null: nobody enrolled the device. */
  readonly resident: PlatformHome | null;
  /** Null: no device told. */
  readonly position: PlatformPosition | null;
}

/** One step in the life of an alarm. */
export interface PlatformNews {
  readonly type: NewsType;
  /** The same at each try; also the Idempotency-Key. */
  readonly id: string;
  /** The name of the site. */
  readonly site: string;
  /** From 1, without a gap, for each alarm; none is sent before the one below it was taken. */
  readonly seq: number;
  readonly at: string;
  /** What else is new. */
  readonly changed: readonly NewsChange[];
  /** Who did it: a name, or a responder's id. Null: nobody in particular. */
  readonly by: string | null;
  readonly reason: string | null;
  /** Whom it is about: who was asked, declined, is on the way. */
  readonly people: readonly PlatformPerson[];
  readonly alarm: PlatformAlarm;
}

/** The site calls: an operator is to take this alarm. A report that nobody need take has no alarm. */
export interface PlatformCall {
  readonly type: "call";
  readonly id: string;
  readonly site: string;
  /** Contact ID (SIA DC-05). */
  readonly event: string;
  readonly report: "new" | "restore" | "still-present";
  /** The receiver's account and zone of the resident; null: none. */
  readonly account: string | null;
  readonly zone: string | null;
  readonly alarm: {
    readonly id: string;
    readonly priority: number;
    readonly kind: AlarmKind | null;
    readonly flags: readonly Flag[];
    readonly openedAt: string | null;
    readonly pressedAt: string | null;
    readonly resident: PlatformHome | null;
    readonly position: PlatformPosition | null;
  } | null;
  /** One glance: who, where, what. Empty: a report. */
  readonly text: string;
}

export type PlatformMessage = PlatformNews | PlatformCall;

interface OperatorAct<Name extends string> {
  /**
   * The platform's own id of this message: the same again is done once.
   * @minLength 1
   * @maxLength 100
   */
  readonly id: string;
  /**
   * The alarm's id.
   * @minLength 1
   * @maxLength 100
   */
  readonly alarm: string;
  readonly act: Name;
  /**
   * The version that the operator saw; left out: not told.
   * @minimum 1
   */
  readonly version?: number;
  /**
   * The operator's name; left out: the platform's own is shown.
   * @minLength 1
   * @maxLength 64
   */
  readonly by?: string;
}

interface WithText {
  /**
   * What is noted; kept sealed.
   * @minLength 1
   * @maxLength 2000
   */
  readonly text: string;
}

/** What an operator of the platform did. */
export type PlatformActMessage =
  | OperatorAct<"taken">
  | (OperatorAct<"dispatched"> & WithText)
  | (OperatorAct<"note"> & WithText)
  | (OperatorAct<"arrived"> & Partial<WithText>)
  | OperatorAct<"cancelled">
  | (OperatorAct<"closed"> & { readonly outcome: Outcome } & Partial<WithText>)
  | (OperatorAct<"rejected"> & { readonly reason: Rejection } & Partial<WithText>);

/** The body of a platform's 2xx. Left out as a whole, the message counts as sent only. */
export interface PlatformResponse {
  readonly received?: true;
  /** The id of the message that it answers. */
  readonly id?: string;
  /** What its operators did meanwhile: for gateways that the platform cannot reach. */
  readonly acts?: readonly PlatformActMessage[];
}

/** How an act was taken. */
export interface PlatformReply {
  readonly id: string;
  readonly done: boolean;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** How the alarm stood then; null: it is not known here. */
  readonly alarm: { readonly id: string; readonly version: number; readonly state: AlarmState } | null;
}
