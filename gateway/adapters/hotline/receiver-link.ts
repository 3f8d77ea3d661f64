import type { Clock, Timer } from "../../ports/clock.ts";
import type { Meter } from "../../ports/log.ts";
import type { DurationMs, EpochMs } from "../../core/units.ts";
import { formatDuration } from "../../core/units.ts";
import { buildFrame, parseReply, SEQUENCE_MAX } from "./dc09-frame.ts";
import type { Reply } from "./dc09-frame.ts";
import type { Dc09Limits, Receiver } from "./dc09-limits.ts";
import type { Delivery } from "./delivery-queue.ts";
import { ReceiverConnection } from "./receiver-connection.ts";
import type { LossCause } from "./receiver-connection.ts";
import { ReplyReader } from "./reply-reader.ts";

/** One frame on one connection, until its reply. */
interface Attempt {
  readonly delivery: Delivery;
  readonly sequence: number;
  readonly account: string;
  readonly trial: boolean;
  readonly replyMs: DurationMs;
  offsetMs: DurationMs;
  writtenAt: EpochMs;
  /** The receiver's time from the NAK that led to a repetition. */
  clockNak: EpochMs | null;
  /** Whether a copy of that NAK was let pass: some receivers write it twice. */
  copySeen: boolean;
}

/** What a link tells the hotline. `link.state` and `link.busy` are already true to what is told. */
export interface LinkListener {
  opened(link: ReceiverLink): void;
  acknowledged(link: ReceiverLink, delivery: Delivery): void;
  /** The receiver answered and would not have it. */
  refused(link: ReceiverLink, delivery: Delivery, reply: "nak" | "duh"): void;
  /** `delivery` is what was in flight. */
  lost(link: ReceiverLink, delivery: Delivery | null, cause: LossCause, why: string): void;
  /** The receiver's clock is that much ahead of ours and later frames carry its time; 0: ours was accepted. */
  clockOffset(link: ReceiverLink, offsetMs: DurationMs): void;
}

export interface LinkParts {
  readonly index: number;
  /** Names it in receipts, paths and metrics; unlike that of any other link. */
  readonly id: string;
  readonly receiver: Receiver;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly limits: Dc09Limits;
  readonly listener: LinkListener;
}

/** The exchange with one receiver: one frame in flight, its number, its time-out, the receiver's clock. */
export class ReceiverLink {
  /** Its place in the order of preference. */
  readonly index: number;
  readonly id: string;
  /** It was lost and has acknowledged nothing since. */
  suspect = false;
  readonly #parts: LinkParts;
  readonly #labels: Readonly<Record<string, string>>;
  readonly #connection: ReceiverConnection;
  readonly #reader = new ReplyReader();
  #pending: Attempt | null = null;
  /** The last frame of this connection: its acknowledgement counts even after a refusal. */
  #last: Attempt | null = null;
  #sequence = 0;
  #offsetMs: DurationMs = 0;
  #unreadable = false;
  /** Bytes since the last readable reply of this connection. */
  #noiseBytes = 0;
  #replyMs: DurationMs;
  #lastReplyTookMs: DurationMs = 0;
  /** One timer serves all frames: when it fires it looks whether the present one is overdue. */
  #watch: { readonly timer: Timer; readonly at: EpochMs } | null = null;
  #deadline: EpochMs = 0;

  constructor(parts: LinkParts) {
    const { receiver, clock, limits, listener } = parts;
    this.#parts = parts;
    this.index = parts.index;
    this.id = parts.id;
    this.#labels = { receiver: this.id };
    this.#replyMs = limits.replyMs;
    this.#connection = new ReceiverConnection({
      receiver,
      clock,
      limits,
      listener: {
        opened: () => listener.opened(this),
        data: (chunk) => this.#hear(chunk),
        lost: (cause, why) => this.#lost(cause, why),
        awaiting: () => this.busy,
      },
    });
  }

  get state(): "connecting" | "up" | "down" {
    return this.#connection.state;
  }

  get busy(): boolean {
    return this.#pending !== null;
  }

  /** What is in flight. */
  get carried(): Delivery | null {
    return this.#pending?.delivery ?? null;
  }

  start(): void {
    this.#connection.start();
  }

  async stop(): Promise<void> {
    this.#watch?.timer.cancel();
    this.#watch = this.#pending = this.#last = null;
    await this.#connection.stop();
  }

  /** Writes the delivery's frame. `trial`: another receiver works, so do not wait long for this one. */
  send(delivery: Delivery, trial: boolean): void {
    const { limits, receiver } = this.#parts;
    const trialMs = Math.min(Math.max(limits.trialReplyMs, 2 * this.#lastReplyTookMs), limits.replyMs);
    const attempt: Attempt = {
      delivery,
      sequence: this.#sequenceOf(delivery),
      account: (delivery.message.account ?? receiver.account).toUpperCase(),
      trial,
      replyMs: trial ? trialMs : this.#replyMs,
      offsetMs: this.#offsetMs,
      writtenAt: 0,
      clockNak: null,
      copySeen: false,
    };
    this.#pending = this.#last = attempt;
    this.#unreadable = false;
    this.#write(attempt);
  }

  #sequenceOf(delivery: Delivery): number {
    const known = delivery.sequences.get(this.index);
    if (known !== undefined) return known;
    this.#sequence = (this.#sequence % SEQUENCE_MAX) + 1;
    delivery.sequences.set(this.index, this.#sequence);
    return this.#sequence;
  }

  #write(attempt: Attempt): void {
    const { clock, meter } = this.#parts;
    const { event, qualifier, account, zone } = attempt.delivery.message;
    const frame = buildFrame({
      sequence: attempt.sequence,
      account: attempt.account,
      event,
      qualifier,
      zone: account === null ? "000" : (zone ?? "000"),
      at: clock.wall() + attempt.offsetMs,
    });
    attempt.writtenAt = clock.now();
    attempt.delivery.firstWriteAt ??= attempt.writtenAt;
    this.#connection.write(frame);
    this.#expectReplyBy(attempt.writtenAt + attempt.replyMs);
    meter.count("okc_hotline_frames_total", this.#labels);
  }

  #expectReplyBy(deadline: EpochMs): void {
    this.#deadline = deadline;
    if (this.#watch && this.#watch.at <= deadline) return;
    this.#watch?.timer.cancel();
    const timer = this.#parts.clock.after(deadline - this.#parts.clock.now(), () => this.#checkDeadline());
    this.#watch = { timer, at: deadline };
  }

  #checkDeadline(): void {
    this.#watch = null;
    if (!this.#pending) return;
    if (!this.#overdue()) return this.#expectReplyBy(this.#deadline);
    const rest = this.#reader.flush();
    if (rest) this.#settle([rest]);
    // What was left may have settled it, or led to a repetition with a deadline of its own.
    if (!this.#pending || !this.#overdue()) return;
    const { trial, replyMs } = this.#pending;
    if (!trial) this.#replyMs = Math.min(this.#replyMs * 2, this.#parts.limits.replyMaxMs);
    const waited = formatDuration(replyMs);
    this.#count("none");
    const why = this.#unreadable ? `no readable reply within ${waited}` : `no reply within ${waited}`;
    this.#connection.drop("exchange", why);
  }

  /** A clock that was set back since the frame left does not say how long it has waited: too long, then. */
  #overdue(): boolean {
    const now = this.#parts.clock.now();
    return now >= this.#deadline || (this.#pending !== null && now < this.#pending.writtenAt);
  }

  #lost(cause: LossCause, why: string): void {
    const delivery = this.#pending?.delivery ?? null;
    this.#pending = this.#last = null;
    this.#noiseBytes = 0;
    this.#reader.flush();
    this.suspect = true;
    this.#parts.listener.lost(this, delivery, cause, why);
  }

  /** A receiver that pours out what is no reply must not keep the machine busy with it. */
  #hear(chunk: Buffer): void {
    this.#noiseBytes += chunk.length;
    this.#settle(this.#reader.push(chunk));
    if (this.#noiseBytes > this.#parts.limits.noiseBytesMax)
      this.#connection.drop("exchange", "sends what is no reply, without end");
  }

  /** Takes all replies of one read together: none of them can answer a frame that is written because of another. */
  #settle(chunks: readonly Buffer[]): void {
    const replies: Reply[] = [];
    for (const chunk of chunks) {
      const reply = parseReply(chunk);
      if (reply) replies.push(reply);
      else this.#noteUnreadable();
    }
    if (replies.length > 0) this.#noiseBytes = 0;
    const [last, pending] = [this.#last, this.#pending];
    if (last && replies.some((reply) => reply.type === "ack" && answers(reply, last))) return this.#acknowledge(last);
    const refusal = pending && replies.find((reply) => reply.type !== "ack" && answers(reply, pending));
    if (refusal) return this.#refuse(pending, refusal);
    if (replies.length > 0) this.#count("stray");
  }

  #noteUnreadable(): void {
    this.#unreadable = true;
    this.#count("unreadable");
  }

  #acknowledge(attempt: Attempt): void {
    const { clock, limits, meter, listener } = this.#parts;
    if (this.#pending === attempt) this.#pending = null;
    this.#last = null;
    this.suspect = false;
    this.#connection.useful();
    this.#lastReplyTookMs = clock.now() - attempt.writtenAt;
    this.#replyMs = Math.min(Math.max(limits.replyMs, 2 * this.#lastReplyTookMs), limits.replyMaxMs);
    this.#count("ack");
    meter.observe("okc_hotline_reply_seconds", this.#lastReplyTookMs / 1_000, this.#labels);
    if (this.#offsetMs === 0) listener.clockOffset(this, 0);
    listener.acknowledged(this, attempt.delivery);
  }

  #refuse(attempt: Attempt, reply: Reply): void {
    this.#count(reply.type);
    if (reply.type === "nak" && reply.time !== undefined) {
      if (attempt.clockNak === null) return this.#repeatInTimeOf(attempt, reply.time);
      if (attempt.clockNak === reply.time && !attempt.copySeen) {
        attempt.copySeen = true;
        return;
      }
    }
    this.#pending = null;
    this.#parts.listener.refused(this, attempt.delivery, reply.type === "duh" ? "duh" : "nak");
  }

  #repeatInTimeOf(attempt: Attempt, receiverTime: EpochMs): void {
    attempt.clockNak = receiverTime;
    attempt.offsetMs = receiverTime - this.#parts.clock.wall();
    const differs = Math.abs(attempt.offsetMs) >= this.#parts.limits.clockToleranceMs;
    this.#offsetMs = differs ? attempt.offsetMs : 0;
    if (differs) this.#parts.listener.clockOffset(this, this.#offsetMs);
    this.#write(attempt);
  }

  #count(reply: string): void {
    this.#parts.meter.count("okc_hotline_replies_total", { receiver: this.id, reply });
  }
}

/** Whether a reply speaks of this frame. A refusal often carries number 0 and no account, or one of zeros. */
function answers(reply: Reply, attempt: Attempt): boolean {
  if (reply.type === "ack") {
    return reply.sequence === attempt.sequence && (reply.account === null || reply.account === attempt.account);
  }
  if (reply.sequence === null || reply.sequence === 0) return true;
  return reply.sequence === attempt.sequence && (reply.account === null || reply.account === attempt.account);
}
