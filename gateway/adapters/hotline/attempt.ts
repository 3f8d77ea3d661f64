import { PERIODIC_TEST_EVENT } from "../../core/contact-id.ts";
import type { DurationMs, EpochMs } from "../../core/units.ts";
import { frameData, type FrameData } from "./dc09-data.ts";
import { buildFrame, type Frame } from "./dc09-frame.ts";
import type { Receiver } from "./dc09-limits.ts";
import type { Reply } from "./dc09-reply.ts";
import type { Delivery } from "./delivery-queue.ts";
import type { Sign } from "./signs-of-life.ts";

/** One frame on one wire, until its reply. */
export interface Attempt {
  /** What is carried: a message, or a question whether the receiver lives. */
  readonly carries: Delivery | Sign;
  readonly sequence: number;
  readonly token: Frame["token"];
  readonly content: FrameData;
  /** Null: it is not encrypted. */
  readonly key: Buffer | null;
  readonly trial: boolean;
  readonly replyMs: DurationMs;
  offsetMs: DurationMs;
  bytes: Buffer;
  writtenAt: EpochMs;
  /** No reply by then is none. */
  deadline: EpochMs;
  /** When it is written again, on a wire that may lose it; the wait doubles. */
  repeatMs: DurationMs;
  repeatAt: EpochMs;
  /** The receiver's time from the NAK that led to a repetition. */
  clockNak: EpochMs | null;
  /** Whether a copy of that NAK was let pass: some receivers write it twice. */
  copySeen: boolean;
}

/** The periodic test, as a message of the receiver's own account. */
const PERIODIC_TEST = {
  alarm: null,
  event: PERIODIC_TEST_EVENT,
  qualifier: 1,
  account: null,
  zone: null,
  details: null,
} as const;

export interface AttemptParts {
  readonly carries: Delivery | Sign;
  readonly sequence: number;
  readonly receiver: Receiver;
  readonly key: Buffer | null;
  readonly trial: boolean;
  readonly replyMs: DurationMs;
  readonly offsetMs: DurationMs;
}

export function newAttempt({ carries, receiver, key, ...parts }: AttemptParts): Attempt {
  const isNull = carries === "plain" || carries === "encrypted";
  const { mac } = receiver.extended;
  const content = isNull
    ? { account: receiver.account.toUpperCase(), data: "", extended: mac === null ? "" : `[M${mac}]` }
    : frameData(carries === "test" ? PERIODIC_TEST : carries.message, receiver);
  return {
    ...parts,
    carries,
    token: isNull ? "NULL" : receiver.format === "sia-dcs" ? "SIA-DCS" : "ADM-CID",
    content,
    key: carries === "plain" ? null : key,
    bytes: Buffer.alloc(0),
    writtenAt: 0,
    deadline: 0,
    repeatMs: 0,
    repeatAt: Infinity,
    clockNak: null,
    copySeen: false,
  };
}

/** Its bytes with the time that is now. */
export function bytesOf(attempt: Attempt, { receiverNumber, lineNumber }: Receiver, at: EpochMs): Buffer {
  const { sequence, token, content, key } = attempt;
  return buildFrame({ token, sequence, ...content, at, receiverNumber, lineNumber, key });
}

/**
 * Whether a reply speaks of this frame. A refusal often carries number 0 and no account, or one of zeros. What answers an
 * encrypted frame in clear text proves nothing: anybody on the way could have written it.
 */
export function answers(reply: Reply, attempt: Attempt): boolean {
  const isForIt =
    reply.sequence === attempt.sequence && (reply.account === null || reply.account === attempt.content.account);
  if (reply.type === "ack") return isForIt && (attempt.key === null || reply.isSecret);
  return isForIt || isVague(reply);
}

/** A refusal that does not tell which frame it is for. */
export const isVague = ({ type, sequence }: Reply): boolean => type !== "ack" && (sequence === null || sequence === 0);

/** An acknowledgement of this frame that should have been encrypted with our key and was not. */
export const isUnproved = (reply: Reply, attempt: Attempt): boolean =>
  reply.type === "ack" && attempt.key !== null && !reply.isSecret && reply.sequence === attempt.sequence;
