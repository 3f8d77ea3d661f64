import type { DurationMs } from "../../core/units.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Meter } from "../../ports/log.ts";
import type { Dc09Limits, Receiver } from "./dc09-limits.ts";
import type { Delivery } from "./delivery-queue.ts";
import type { ReceiverLink } from "./receiver-link.ts";
import type { LossCause } from "./receiver-wire.ts";

/** What a link tells the hotline. `link.state` and `link.busy` are already true to what is told. */
export interface LinkListener {
  opened(link: ReceiverLink): void;
  /** The receiver acknowledged a frame: a message, or (null) a question whether it lives. */
  acknowledged(link: ReceiverLink, delivery: Delivery | null): void;
  /** The receiver answered and would not have it. */
  refused(link: ReceiverLink, delivery: Delivery, reply: "nak" | "duh"): void;
  /** It refuses to be asked whether it lives, and nothing else has proved it for too long. */
  unproved(link: ReceiverLink, why: string): void;
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
  /** Another receiver could stand in for it. */
  readonly isOneOfSeveral: boolean;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly limits: Dc09Limits;
  readonly listener: LinkListener;
}
