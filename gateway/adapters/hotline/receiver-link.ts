import type { DurationMs, EpochMs } from "../../core/units.ts";
import { formatDuration } from "../../core/units.ts";
import { answers, bytesOf, isUnproved, isVague, newAttempt, type Attempt } from "./attempt.ts";
import { SEQUENCE_MAX } from "./dc09-frame.ts";
import { parseReply, type Reply } from "./dc09-reply.ts";
import type { Receiver } from "./dc09-limits.ts";
import { Delivery } from "./delivery-queue.ts";
import type { LinkParts } from "./link-listener.ts";
import type { LossCause, ReceiverWire } from "./receiver-wire.ts";
import { ReplyReader } from "./reply-reader.ts";
import { ReplyWatch } from "./reply-watch.ts";
import { SIGN_WORDS, SignsOfLife, supervisionOf, type Sign } from "./signs-of-life.ts";
import { TcpConnection } from "./tcp-connection.ts";
import { UdpConnection } from "./udp-connection.ts";

const NO_REPLY = "no reply";

/** The exchange with one receiver: one frame in flight, its number, its time-out, the receiver's clock. */
export class ReceiverLink {
  /** Its place in the order of preference. */
  readonly index: number;
  readonly id: string;
  readonly receiver: Receiver;
  /** Without a proof for this long it is lost; null: nothing asks it. */
  readonly lostAfterMs: DurationMs | null;
  /** It was lost and has answered nothing since. */
  suspect = false;
  readonly #parts: LinkParts;
  readonly #key: Buffer | null;
  readonly #wire: ReceiverWire;
  readonly #reader = new ReplyReader();
  readonly #signs: SignsOfLife;
  readonly #watch: ReplyWatch;
  #pending: Attempt | null = null;
  /** The last frame of this connection: its acknowledgement counts even after a refusal. */
  #last: Attempt | null = null;
  /** A question whether it lives that a message did not wait for: its reply may still come. */
  #overtaken: Attempt | null = null;
  #sequence = 0;
  /** The number of a periodic test until it is acknowledged. */
  #testSequence: number | null = null;
  #offsetMs: DurationMs = 0;
  #provedAt: EpochMs | null = null;
  /** What the receiver is known to have said in place of a reply to the frame in flight. */
  #instead = NO_REPLY;
  /** Bytes since the last readable reply of this connection. */
  #noiseBytes = 0;
  #replyMs: DurationMs;
  #lastReplyTookMs: DurationMs = 0;

  constructor(parts: LinkParts) {
    const { receiver, clock, limits, listener } = parts;
    const { everyMs, lostAfterMs } = supervisionOf(receiver, limits, parts.isOneOfSeveral);
    const { style } = receiver.supervision;
    this.#parts = parts;
    this.receiver = receiver;
    this.index = parts.index;
    this.id = parts.id;
    this.lostAfterMs = lostAfterMs;
    this.#key = receiver.key === null ? null : Buffer.from(receiver.key, "hex");
    this.#replyMs = limits.replyMs;
    this.#watch = new ReplyWatch(clock, () => this.#look());
    const due = (): void => this.#ask();
    this.#signs = new SignsOfLife({ clock, style, everyMs, periodicTestMs: receiver.periodicTestMs, due });
    const Wire = receiver.transport === "udp" ? UdpConnection : TcpConnection;
    this.#wire = new Wire({
      receiver,
      clock,
      limits,
      listener: {
        opened: () => {
          listener.opened(this);
          this.#ask();
        },
        data: (chunk, whole) => this.#hear(chunk, whole),
        lost: (cause, why) => this.#lost(cause, why),
        awaiting: () => this.#pending !== null,
      },
    });
  }

  get state(): "connecting" | "up" | "down" {
    return this.#wire.state;
  }

  /** A message is in flight; a question whether it lives keeps none waiting. */
  get busy(): boolean {
    return this.carried !== null;
  }

  /** What is in flight. */
  get carried(): Delivery | null {
    return this.#pending?.carries instanceof Delivery ? this.#pending.carries : null;
  }

  start(): void {
    this.#wire.start();
  }

  hurry(): void {
    this.#wire.hurry();
  }

  async stop(): Promise<void> {
    this.#watch.stop();
    this.#signs.stop();
    this.#pending = this.#last = null;
    await this.#wire.stop();
  }

  /** Writes the delivery's frame. `trial`: another receiver works, so do not wait long for this one. */
  send(delivery: Delivery, trial: boolean): void {
    const known = delivery.sequences.get(this.index) ?? this.#nextSequence();
    delivery.sequences.set(this.index, known);
    this.#begin(delivery, known, trial);
  }

  /** Asks whether it lives, when that is due and nothing else is in flight. */
  #ask(): void {
    if (this.state !== "up" || this.#pending) return;
    const sign = this.#signs.next();
    if (sign === null) return;
    this.#signs.asked(sign);
    if (sign === "test") this.#testSequence ??= this.#nextSequence();
    this.#begin(sign, sign === "test" ? this.#testSequence! : 0, false);
  }

  #nextSequence(): number {
    return (this.#sequence = (this.#sequence % SEQUENCE_MAX) + 1);
  }

  #begin(carries: Delivery | Sign, sequence: number, trial: boolean): void {
    const { limits, receiver } = this.#parts;
    const trialMs = Math.min(Math.max(limits.trialReplyMs, 2 * this.#lastReplyTookMs), limits.replyMs);
    const replyMs = trial ? trialMs : this.#replyMs;
    if (this.#pending) this.#overtaken = this.#pending;
    const [key, offsetMs] = [this.#key, this.#offsetMs];
    this.#pending = this.#last = newAttempt({ carries, sequence, trial, replyMs, receiver, key, offsetMs });
    this.#instead = NO_REPLY;
    this.#write(this.#pending);
  }

  #write(attempt: Attempt): void {
    const { clock, limits, receiver } = this.#parts;
    attempt.bytes = bytesOf(attempt, receiver, clock.wall() + attempt.offsetMs);
    attempt.writtenAt = clock.now();
    if (attempt.carries instanceof Delivery) attempt.carries.firstWriteAt ??= attempt.writtenAt;
    attempt.repeatMs = limits.udpRepeatMs;
    attempt.deadline = attempt.writtenAt + attempt.replyMs;
    this.#put(attempt);
  }

  /** The same bytes again do not move the deadline. */
  #put(attempt: Attempt): void {
    const { clock, meter } = this.#parts;
    if (this.#wire.repeats) attempt.repeatAt = clock.now() + attempt.repeatMs;
    attempt.repeatMs *= 2;
    this.#wire.write(attempt.bytes);
    meter.count("okc_hotline_frames_total", { receiver: this.id });
    // A wire that breaks in the middle of a write has settled it already.
    if (this.#pending === attempt) this.#watch.over(attempt);
  }

  #look(): void {
    if (!this.#pending) return;
    if (!this.#watch.isOverdue(this.#pending)) {
      if (this.#parts.clock.now() >= this.#pending.repeatAt) return this.#put(this.#pending);
      return this.#watch.over(this.#pending);
    }
    const rest = this.#reader.flush();
    if (rest) this.#settle([rest]);
    // What was left may have settled it, or led to a repetition with a deadline of its own.
    if (!this.#pending || !this.#watch.isOverdue(this.#pending)) return;
    const { trial, replyMs } = this.#pending;
    if (!trial) this.#replyMs = Math.min(this.#replyMs * 2, this.#parts.limits.replyMaxMs);
    this.#count("none");
    this.#wire.drop("exchange", `${this.#instead} within ${formatDuration(replyMs)}`);
  }

  #lost(cause: LossCause, why: string): void {
    const { carried } = this;
    const asked = [this.#pending, this.#overtaken].map((one) => one?.carries);
    this.#signs.lost(asked.includes("test") ? "test" : null);
    this.#pending = this.#last = this.#overtaken = null;
    this.#noiseBytes = 0;
    this.#reader.flush();
    this.suspect = true;
    this.#parts.listener.lost(this, carried, cause, why);
  }

  /** A receiver that pours out what is no reply must not keep the machine busy with it. */
  #hear(chunk: Buffer, whole: boolean): void {
    this.#noiseBytes += chunk.length;
    const rest = this.#reader.push(chunk);
    const last = whole ? this.#reader.flush() : null;
    this.#settle(last ? [...rest, last] : rest);
    if (this.#noiseBytes > this.#parts.limits.noiseBytesMax)
      this.#wire.drop("exchange", "sends what is no reply, without end");
  }

  /** Takes all replies of one read together: none of them can answer a frame that is written because of another. */
  #settle(chunks: readonly Buffer[]): void {
    const replies: Reply[] = [];
    for (const chunk of chunks) {
      const reply = parseReply(chunk, this.#key);
      if (reply) replies.push(reply);
      else this.#noteUnreadable("no readable reply");
    }
    if (replies.length > 0) this.#noiseBytes = 0;
    this.#takeReplies(replies);
    this.#ask();
  }

  #takeReplies(replies: readonly Reply[]): void {
    const left = this.#withoutOvertaken(replies);
    const [last, pending] = [this.#last, this.#pending];
    if (last && left.some((reply) => reply.type === "ack" && answers(reply, last))) return this.#acknowledge(last);
    const refusal = pending && left.find((reply) => reply.type !== "ack" && answers(reply, pending));
    if (refusal) return this.#refuse(pending, refusal);
    if (pending && left.some((reply) => isUnproved(reply, pending)))
      return this.#noteUnreadable("only a reply that our key does not open (check it on both sides)");
    if (left.length > 0) this.#count("stray");
  }

  /** The first that may answer what a message did not wait for is taken for its answer. */
  #withoutOvertaken(replies: readonly Reply[]): readonly Reply[] {
    const overtaken = this.#overtaken;
    const its = overtaken && replies.find((reply) => answers(reply, overtaken));
    if (!its || (isVague(its) && overtaken.sequence !== 0)) return replies;
    this.#overtaken = null;
    if (its.type === "ack") this.#proved(overtaken);
    else this.#count(its.type);
    return replies.filter((reply) => reply !== its);
  }

  #noteUnreadable(instead: string): void {
    this.#instead = instead;
    this.#count("unreadable");
  }

  #acknowledge(attempt: Attempt): void {
    const { clock, limits } = this.#parts;
    if (this.#pending === attempt) this.#pending = null;
    this.#last = null;
    this.#lastReplyTookMs = clock.now() - attempt.writtenAt;
    this.#replyMs = Math.min(Math.max(limits.replyMs, 2 * this.#lastReplyTookMs), limits.replyMaxMs);
    this.#proved(attempt);
  }

  #proved(attempt: Attempt): void {
    const { clock, meter, listener } = this.#parts;
    this.suspect = false;
    this.#provedAt = clock.now();
    if (attempt.carries === "test") this.#testSequence = null;
    this.#signs.proved();
    this.#wire.useful();
    this.#count("ack");
    meter.observe("okc_hotline_reply_seconds", (clock.now() - attempt.writtenAt) / 1_000, { receiver: this.id });
    if (this.#offsetMs === 0) listener.clockOffset(this, 0);
    listener.acknowledged(this, attempt.carries instanceof Delivery ? attempt.carries : null);
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
    const { carries } = attempt;
    const type = reply.type === "duh" ? "duh" : "nak";
    if (carries instanceof Delivery) this.#parts.listener.refused(this, carries, type);
    else this.#signRefused(carries, type);
  }

  /** It answers, so messages may be tried on it; but it has proved nothing. */
  #signRefused(sign: Sign, reply: "nak" | "duh"): void {
    const { clock, listener } = this.#parts;
    this.suspect = false;
    if (this.lostAfterMs === null) return;
    if (this.#provedAt !== null && clock.now() - this.#provedAt < this.lostAfterMs) return;
    listener.unproved(this, `answers ${reply.toUpperCase()} to ${SIGN_WORDS[sign]}; choose another supervision.style`);
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
