import type { Flag } from "../core/alarm.ts";
import type { AlarmKind, Answer, Means } from "../core/kinds.ts";
import type { Words } from "../core/message-words.ts";
import type { PlatformNews } from "../core/platform-message.ts";
import type { DurationMs, EpochMs } from "../core/units.ts";

/**
 * What became of a delivery, each word with its own proof. `sent`: left the gateway and the next machine took it, nothing
 * more (a push service's 201). `received`: the hotline's receiver acknowledged it. `delivered`: the person's own telephone
 * has it (a delivery report, a call that a phone answered). `answered`: a person replied through this very message, or an
 * operator took the alarm through it. `failing`: tried and not taken so far; it is still being tried. `failed`: will never be taken as it is
 * (the other side refuses it). *Seen* is no receipt: it comes from a person's touch on the page of the offer.
 */
export interface Receipt {
  readonly key: string;
  readonly status: "sent" | "received" | "delivered" | "answered" | "failing" | "failed";
  readonly at: EpochMs;
  /** When it first left, where `status` is more than sent. */
  readonly sentAt?: EpochMs;
  /** Kept in the journal: no name, address or number. */
  readonly detail?: string;
}

/** One way to the outside that lives or dies by itself: a receiver, a modem, a service. */
export interface PathSpec {
  /** `hotline:192.0.2.10:9999`, `sms:night`. Unlike that of any other path; never holds a secret. */
  readonly id: string;
  /** `dc09`, `scaip`, `voice`, `platform`, `sms`, `push` … */
  readonly kind: string;
  /**
   * It has a heartbeat of its own: without a proof for this long it is down. Null: it has none, and a proof a day old
   * counts no more (*unproved*).
   */
  readonly lostAfterMs: DurationMs | null;
}

/** What a person said on the channel's own way: a key of the telephone, a text. */
export interface ChannelAnswer {
  /** The delivery that it answers, where the way itself tells (a call); null: a text that came by itself. */
  readonly key: string | null;
  /** Who sent it, as contacts of this channel are written; null: the way does not tell. */
  readonly address: string | null;
  /** What the person meant, or the text as it came, for the rules to read. */
  readonly said: Answer | { readonly text: string };
}

/** What is told back to the person at once; null: nothing. */
export interface AnswerReply {
  readonly taken: boolean;
  readonly words: string | null;
}

/** What `app` offers to a channel. */
export interface ChannelSink {
  receipt(receipt: Receipt): void;
  /** The path to the other side works, or does not and why. Called on each change; not called means unproved. */
  path(path: string, up: boolean, why: string): void;
  /** The other side has just proved that it lives: an acknowledgement, a heartbeat's answer. Cheap; call it each time. */
  proved(path: string): void;
  /** The service says that this address of a person is no more: nobody is asked under it again. */
  gone(responder: string, address: string): void;
  /** A person's own answer. Resolves when it is journaled. */
  answer(answer: ChannelAnswer): Promise<AnswerReply>;
  /**
   * A fault that a technician should see, raised or over: `hotline-clock` when a receiver's clock differs. Of one path
   * of several it is `CODE:PATH`, as `sms-sim:sms:night`.
   */
  fault(fault: string, active: boolean, why: string): void;
}

/** Where messages leave. `deliver` never throws or rejects: what happens comes back as receipts, at least one. */
export interface Channel<Message extends { readonly key: string }> {
  readonly id: string;
  /** All of them, up or not. */
  readonly paths: readonly PathSpec[];
  start(sink: ChannelSink): Promise<void>;
  deliver(message: Message): void;
  /** Stops trying; nothing more leaves under this key. Unknown keys are ignored. */
  withdraw(key: string): void;
  stop(): Promise<void>;
}

/** An alarm, or a report of the site itself, for the hotline's receiver, by its Contact ID event (SIA DC-05): event code and qualifier. */
export interface HotlineMessage {
  readonly key: string;
  /** Null: a test or a technical report; it never goes before an alarm. */
  readonly alarm: string | null;
  /** 1 is the most urgent. */
  readonly priority: number;
  readonly event: string;
  /** 1 new, 3 restore, 6 still present. */
  readonly qualifier: 1 | 3 | 6;
  /** Null: the entry's own account, zone 000. */
  readonly account: string | null;
  readonly zone: string | null;
  /** What richer formats than a code can tell; null: a report of the site. */
  readonly details: HotlineDetails | null;
}

export interface HotlineDetails {
  readonly kind: AlarmKind;
  readonly flags: readonly Flag[];
  /** What was pressed; null: nobody enrolled it. */
  readonly means: Means | null;
  readonly openedAt: EpochMs;
  readonly pressedAt: EpochMs | null;
  readonly resident: {
    readonly name: string;
    readonly building: string;
    readonly unit: string;
    readonly room: string;
    readonly phone: string;
  } | null;
  /** Degrees of WGS 84. */
  readonly position: { readonly lat: number; readonly lon: number } | null;
  /** The alarm at the desk, for who may log in there; null: nothing proves that the desk can be opened from outside. */
  readonly link: string | null;
  /** The number or SIP address of the wearer's speaking unit; null: it has none. */
  readonly sip: string | null;
  readonly words: Words;
  /** The platforms that gave the alarm back; absent: none did. */
  readonly rejectedBy?: readonly string[];
}

/** What every message to a person has. Most channels need nothing else. */
interface ToPerson {
  readonly key: string;
  readonly responder: string;
  /** The contact's address on this channel; for a group, whom to mention. Empty: it was erased. */
  readonly address: string;
  /** 1 is the most urgent. */
  readonly priority: number;
  readonly words: Words;
  /** The page of this message, for its person; null: there is none, a group reads along, or nothing proves that it can be opened from outside. */
  readonly link: string | null;
  /** What a text answers with; null: it cannot be answered. */
  readonly code: string | null;
}

/** An offer to a responder, or its end. */
export interface OfferMessage extends ToPerson {
  readonly type: "offer" | "withdrawn";
  readonly offer: { readonly id: string; readonly version: number };
  readonly alarm: { readonly id: string; readonly kind: AlarmKind; readonly priority: number };
  /** Null also for a group. */
  readonly resident: {
    readonly name: string;
    readonly building: string;
    readonly unit: string;
    readonly room: string;
  } | null;
  readonly answer: { readonly url: string; readonly token: string; readonly expiresAt: string } | null;
  /** For a withdrawal: why, for the person ("taken by 王芳"). */
  readonly reason: string | null;
}

/** Something that is no call for help: a hand-over of duty, a fault, the monthly test of a contact. */
export interface NoticeMessage extends ToPerson {
  readonly type: "notice" | "contact-test";
}

export type PersonMessage = OfferMessage | NoticeMessage;

/** A step in the life of an alarm, for a city platform. */
export interface NewsMessage {
  readonly key: string;
  readonly priority: number;
  readonly news: Omit<PlatformNews, "site">;
}

/** The gateway's own siren. */
export interface SirenMessage {
  readonly key: string;
  readonly alarm: string;
}
