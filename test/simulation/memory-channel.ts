import type { DurationMs } from "../../gateway/core/units.ts";
import { seconds } from "../../gateway/core/units.ts";
import type { Channel, ChannelSink, PathSpec } from "../../gateway/ports/channel.ts";
import type { ProcessClock } from "./virtual-clock.ts";

const RETRY_MS = seconds(5);
const RETRY_MAX_MS = seconds(60);

/** What the other side does with one attempt. */
export type Taken =
  /** Taken; the reply comes after `replyMs` and proves `proves`. */
  | { readonly fate: "taken"; readonly proves: "sent" | "received"; readonly replyMs: DurationMs }
  | { readonly fate: "refused" }
  | { readonly fate: "unreachable" };

/** The machine that messages go to: a receiver, a webhook's service, a siren. It outlives every run of the gateway. */
export interface OtherSide<Message> {
  take(message: Message): Taken;
  /** Nothing more is wanted under this key. */
  end(key: string): void;
}

interface Pending<Message> {
  readonly message: Message;
  failures: number;
  sentAt: number | null;
}

/** One run's end of a channel: tries again until it is taken, withdrawn, or the process dies. */
export class MemoryChannel<Message extends { readonly key: string }> implements Channel<Message> {
  readonly id: string;
  readonly paths: readonly PathSpec[];
  readonly #clock: ProcessClock;
  readonly #other: OtherSide<Message>;
  readonly #leaves: (message: Message) => void;
  readonly #pending = new Map<string, Pending<Message>>();
  #sink: ChannelSink | null = null;
  #isUp: boolean | null = null;

  constructor(id: string, clock: ProcessClock, other: OtherSide<Message>, leaves: (message: Message) => void) {
    this.id = id;
    this.paths = [{ id, kind: "memory", lostAfterMs: null }];
    this.#clock = clock;
    this.#other = other;
    this.#leaves = leaves;
  }

  start(sink: ChannelSink): Promise<void> {
    this.#sink = sink;
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.kill();
    return Promise.resolve();
  }

  /** The process is gone: nothing leaves and nothing comes back. */
  kill(): void {
    this.#sink = null;
    this.#pending.clear();
  }

  deliver(message: Message): void {
    if (!this.#sink) return;
    this.#leaves(message);
    const pending = { message, failures: 0, sentAt: null };
    this.#pending.set(message.key, pending);
    this.#clock.after(20, () => this.#attempt(pending));
  }

  withdraw(key: string): void {
    if (!this.#sink) return;
    this.#pending.delete(key);
    this.#other.end(key);
  }

  #attempt(pending: Pending<Message>): void {
    const { key } = pending.message;
    if (this.#pending.get(key) !== pending) return;
    const taken = this.#other.take(pending.message);
    if (taken.fate === "unreachable") return this.#fail(pending);
    pending.sentAt ??= this.#clock.now();
    if (taken.fate === "refused") {
      this.#pending.delete(key);
      return this.#sink?.receipt({ key, status: "failed", at: this.#clock.now(), detail: "refused" });
    }
    this.#path(true, "answers");
    const { proves, replyMs } = taken;
    if (proves === "received" && replyMs > seconds(2)) this.#receipt(key, "sent", pending.sentAt);
    this.#clock.after(replyMs, () => this.#replied(pending, proves));
  }

  /** A reply counts even when the message was withdrawn meanwhile: the other side has it. */
  #replied({ message: { key }, sentAt }: Pending<Message>, proves: "sent" | "received"): void {
    this.#pending.delete(key);
    this.#receipt(key, proves, sentAt!);
  }

  #fail(pending: Pending<Message>): void {
    const { key } = pending.message;
    pending.failures++;
    this.#sink?.receipt({ key, status: "failing", at: this.#clock.now(), detail: "no answer" });
    this.#path(false, "no answer");
    const waitMs = Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** (pending.failures - 1));
    this.#clock.after(waitMs, () => this.#attempt(pending));
  }

  #receipt(key: string, status: "sent" | "received", sentAt: number): void {
    this.#sink?.receipt({ key, status, at: this.#clock.now(), sentAt });
  }

  #path(isUp: boolean, why: string): void {
    if (this.#isUp === isUp) return;
    this.#isUp = isUp;
    this.#sink?.path(this.id, isUp, why);
  }
}
