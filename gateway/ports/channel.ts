import type { AlarmKind } from "../core/kinds.ts";
import type { EpochMs } from "../core/units.ts";

/**
 * What became of a delivery. `sent`: left the gateway and the next machine took it, nothing more. `received`: the
 * hotline's receiver acknowledged it. `failing`: tried and not taken so far; it is still being tried.
 * `failed`: will never be taken as it is (the other side refuses it).
 */
export interface Receipt {
  readonly key: string;
  readonly status: "sent" | "received" | "failing" | "failed";
  readonly at: EpochMs;
  /** When it first left, where `status` is received. */
  readonly sentAt?: EpochMs;
  readonly detail?: string;
}

/** What `app` offers to a channel. */
export interface ChannelSink {
  receipt(receipt: Receipt): void;
  /** The path to the other side works, or does not and why. Called on each change; not called means unproved. */
  path(path: string, up: boolean, why: string): void;
  /** A fault that a technician should see, raised or over: `hotline-clock` when a receiver's clock differs. */
  fault(fault: string, active: boolean, why: string): void;
}

/** Where messages leave. `deliver` never throws or rejects: what happens comes back as receipts, at least one. */
export interface Channel<Message extends { readonly key: string }> {
  readonly id: string;
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
}

/** An offer to a responder, or its end. */
export interface OfferMessage {
  readonly key: string;
  readonly type: "offer" | "withdrawn";
  readonly offer: { readonly id: string; readonly version: number };
  readonly alarm: { readonly id: string; readonly kind: AlarmKind; readonly priority: number };
  readonly responder: string;
  /** The contact's address on this channel. */
  readonly address: string;
  readonly resident: {
    readonly name: string;
    readonly building: string;
    readonly unit: string;
    readonly room: string;
  } | null;
  /** The page of this offer, for its person; null while nothing proves that it can be opened from outside. */
  readonly link: string | null;
  /** `expiresAt`: the token is good at least until then. */
  readonly answer: { readonly url: string; readonly token: string; readonly expiresAt: string } | null;
  /** For a withdrawal: why, for the person ("taken by 王芳"). */
  readonly reason: string | null;
}

/** The gateway's own siren. */
export interface SirenMessage {
  readonly key: string;
  readonly alarm: string;
}
