import type { DurationMs } from "../../core/units.ts";
import type { HotlineEventName } from "../../core/contact-id.ts";
import { seconds } from "../../core/units.ts";

/** How a receiver is asked whether it lives. */
export type SupervisionStyle =
  /** NULL without encryption. Some receivers answer NAK to it. */
  | "plain"
  /** NULL, encrypted with the receiver's key. */
  | "encrypted"
  /** A periodic test (602) in the place of NULL: for receivers that know no NULL; each is an event there. */
  | "test"
  /** Not at all: only alarms show whether it lives. */
  | "off";

/** One alarm receiver, as the configuration names it. */
export interface Receiver {
  readonly host: string;
  readonly port: number;
  /** Hex digits; serves messages that name no account. */
  readonly account: string;
  /** Names the path in logs and metrics; `host:port` when left out (`host:port#account` where two share that). */
  readonly id?: string;
  readonly transport: "tcp" | "udp";
  readonly format: "adm-cid" | "sia-dcs";
  /** 32, 48 or 64 hex digits: AES-128, 192 or 256; null: nothing is encrypted. */
  readonly key: string | null;
  readonly receiverNumber: string;
  readonly lineNumber: string;
  readonly supervision: {
    readonly style: SupervisionStyle;
    /** Without a proof of life for this long it is asked; null: as `Dc09Limits` has it. */
    readonly everyMs: DurationMs | null;
  };
  /** A periodic test (602) is sent this often, whatever else is; null: none. */
  readonly periodicTestMs: DurationMs | null;
  /** It is told the end of alarms (qualifier 3) when they are resolved. */
  readonly restore: boolean;
  /** Codes of its own in its format; SIA: new and restored, `QA/QH`. */
  readonly events: Readonly<Partial<Record<HotlineEventName, string>>>;
  /** What stands behind the event; `mac`: 12 hex digits, or null. */
  readonly extended: { readonly position: boolean; readonly link: boolean; readonly mac: string | null };
}

/** Every bound of the hotline, with what happens at it. */
export interface Dc09Limits {
  /** A reply that takes longer counts as none: the connection is given up, the next receiver is tried. */
  readonly replyMs: DurationMs;
  /** The reply time-out doubles up to this for a receiver that stays silent, so that a slow one is heard in the end. */
  readonly replyMaxMs: DurationMs;
  /**
   * How long a message waits behind the one in flight at a slow receiver. Past that it takes the next receiver that is
   * free, and where none is, it is told as `failing`: people are called in the hotline's place.
   */
  readonly waitMs: DurationMs;
  /** The reply time-out of a receiver that failed and is tried again while another one works. */
  readonly trialReplyMs: DurationMs;
  /** Bytes without a readable reply among them, after which a connection is given up. */
  readonly noiseBytesMax: number;
  /** On UDP a frame is written again after this long without a reply, then after twice as long, until the reply time-out. */
  readonly udpRepeatMs: DurationMs;
  /** A connection that is not up by then counts as refused. */
  readonly connectMs: DurationMs;
  /** The first wait before connecting again, and before repeating what was answered NAK; it doubles … */
  readonly backoffFirstMs: DurationMs;
  /** … up to this. */
  readonly backoffMaxMs: DurationMs;
  /** How long a message rests when every receiver answered DUH (cannot process). */
  readonly unprocessableRetryMs: DurationMs;
  /** After this many rounds over all receivers a message lets the others go first, so that one cannot block them. */
  readonly roundsBeforeYielding: number;
  /** Messages kept. At the bound the least urgent, newest one is given up: `failed`, logged and counted. */
  readonly queueMax: number;
  /** A receiver's clock nearer than this to ours is not the reason for a NAK. */
  readonly clockToleranceMs: DurationMs;
  /** How often a receiver is asked whether it lives, where there are several, … */
  readonly superviseSeveralMs: DurationMs;
  /** … and where it is the only one. */
  readonly superviseOneMs: DurationMs;
  /**
   * A receiver is lost when it has proved nothing for its interval and this much more, or twice the interval where that is
   * less: several are known to be lost within 90 s, a single one within 2 min.
   */
  readonly lostAfterMoreMs: DurationMs;
  /** Idle time before TCP probes the connection, which also keeps a router's table entry alive. */
  readonly keepAliveMs: DurationMs;
}

export const DC09_LIMITS: Dc09Limits = {
  replyMs: seconds(4),
  replyMaxMs: seconds(32),
  waitMs: seconds(4),
  trialReplyMs: seconds(1),
  noiseBytesMax: 64 * 1024,
  udpRepeatMs: seconds(1),
  connectMs: seconds(4),
  backoffFirstMs: 500,
  backoffMaxMs: seconds(30),
  unprocessableRetryMs: seconds(30),
  roundsBeforeYielding: 3,
  queueMax: 10_000,
  clockToleranceMs: seconds(2),
  superviseSeveralMs: seconds(30),
  superviseOneMs: seconds(60),
  lostAfterMoreMs: seconds(60),
  keepAliveMs: seconds(30),
};

/** The wait before attempt number `step` + 2: first, doubled each time, at most the maximum. */
export const backoffMs = (limits: Dc09Limits, step: number): DurationMs =>
  Math.min(limits.backoffFirstMs * 2 ** Math.min(step, 20), limits.backoffMaxMs);
