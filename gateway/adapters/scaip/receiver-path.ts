import type { DurationMs } from "../../core/units.ts";
import { formatDuration, minutes } from "../../core/units.ts";
import type { ChannelSink } from "../../ports/channel.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import { heartbeatRequest, referenceOf } from "./alarm-request.ts";
import { STATUS_NUMBERS } from "./scaip-codes.ts";
import type { Result, ScaipExchanges } from "./scaip-exchanges.ts";
import type { ScaipLimits } from "./scaip-limits.ts";
import type { ScaipReceiver } from "./scaip-receiver.ts";
import type { ScaipReply } from "./scaip-xml.ts";
import type { Sending } from "./sip-endpoint.ts";

export interface PathParts {
  readonly id: string;
  readonly receiver: ScaipReceiver;
  readonly clock: Clock;
  readonly limits: ScaipLimits;
  readonly sink: ChannelSink;
  readonly exchanges: ScaipExchanges;
  /** The receiver answers again, after it did not or for the first time. */
  readonly opened: () => void;
}

/** Whether the receiver lives: heartbeats, and what every reply proves. Unproved until the first one. */
export class ReceiverPath {
  readonly #parts: PathParts;
  #state: "unproved" | "up" | "down" = "unproved";
  #why = "";
  #lost: Timer | null = null;
  #next: Timer | null = null;
  #beat: Sending | null = null;
  #beats = 0;
  /** What the receiver asked for; null: it asked for nothing. */
  #wantedMs: DurationMs | null = null;

  constructor(parts: PathParts) {
    this.#parts = parts;
  }

  /** Why nothing can be sent there; null: it may be tried. */
  get trouble(): string | null {
    return this.#state === "down" ? this.#why : null;
  }

  start(): void {
    this.#expect();
    this.#send();
  }

  stop(): void {
    this.#lost?.cancel();
    this.#next?.cancel();
    this.#beat?.cancel();
  }

  /** The receiver has just answered as it should. */
  proved(): void {
    const { id, sink, opened } = this.#parts;
    this.#expect();
    sink.proved(id);
    if (this.#state === "up") return;
    this.#state = "up";
    sink.path(id, true, "the SCAIP receiver answers");
    opened();
  }

  /** It cannot be used, and why; it is asked again soon. */
  failed(why: string): void {
    const { id, sink } = this.#parts;
    if (this.#state === "down" && this.#why === why) return;
    this.#state = "down";
    this.#why = why;
    sink.path(id, false, `the SCAIP receiver ${why}; still trying`);
  }

  #expect(): void {
    const { clock, receiver } = this.#parts;
    this.#lost?.cancel();
    this.#lost = clock.after(receiver.lostAfterMs, () =>
      this.failed(`has given no reply for ${formatDuration(receiver.lostAfterMs)}`),
    );
  }

  #send(): void {
    const { receiver, limits, exchanges, clock } = this.#parts;
    // The reference must be unlike that of any alarm, and of the heartbeat before it.
    const ref = referenceOf(`heartbeat ${clock.wall()} ${++this.#beats}`, receiver);
    this.#beat = exchanges.send(heartbeatRequest(ref, receiver.controller), { done: (result) => this.#take(result) });
    this.#arm(limits.heartbeatReplyMs, () => {
      this.#beat?.cancel();
      exchanges.renew("a heartbeat had no answer");
      this.#again();
    });
  }

  #take(result: Result): void {
    if (result.type !== "reply") {
      if (result.type === "lost") this.failed(`cannot be reached (${result.why})`);
      else if (result.type === "unauthorised") this.failed(result.why);
      else if (result.type === "status") this.failed(`answers heartbeats by SIP ${result.status}`);
      return this.#again();
    }
    this.#takeReply(result.reply);
  }

  #takeReply({ status, heartbeatMin }: ScaipReply): void {
    const { verdict, words } = STATUS_NUMBERS[status] ?? STATUS_NUMBERS[99]!;
    if (heartbeatMin !== null) this.#wantedMs = minutes(heartbeatMin);
    if (verdict === "refused") {
      // It lives, and would refuse an alarm of ours like this.
      this.failed(`refuses heartbeats with ${status}: ${words}`);
      return this.#again();
    }
    this.proved();
    const { heartbeatMs } = this.#parts.receiver;
    // Never later than either side expects one.
    this.#arm(Math.min(heartbeatMs, this.#wantedMs ?? heartbeatMs), () => this.#send());
  }

  #again(): void {
    this.#arm(this.#parts.limits.heartbeatRetryMs, () => this.#send());
  }

  #arm(afterMs: DurationMs, run: () => void): void {
    this.#next?.cancel();
    this.#next = this.#parts.clock.after(afterMs, run);
  }
}
