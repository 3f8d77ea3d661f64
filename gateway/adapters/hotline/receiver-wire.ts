import type { Clock } from "../../ports/clock.ts";
import type { Dc09Limits, Receiver } from "./dc09-limits.ts";

/** `connection`: it could not be made; `exchange`: it broke, or the receiver kept silent. */
export type LossCause = "connection" | "exchange";

export interface WireListener {
  opened(): void;
  /** `whole`: nothing that belongs to these bytes is to come. */
  data(chunk: Buffer, whole: boolean): void;
  /** Not called for a close that is no failure: between two frames, by a receiver that works. */
  lost(cause: LossCause, why: string): void;
  /** Whether a frame waits for its reply. */
  awaiting(): boolean;
}

export interface WireParts {
  readonly receiver: Receiver;
  readonly clock: Clock;
  readonly limits: Dc09Limits;
  readonly listener: WireListener;
}

/** What carries frames to one receiver. It is made anew with back-off when it fails, for ever. */
export interface ReceiverWire {
  /** `connecting`: no reason yet to think that it will not work. */
  readonly state: "connecting" | "up" | "down";
  /** What is written may be lost unseen: it is written again until its reply comes. */
  readonly repeats: boolean;
  start(): void;
  /** Resolves when the socket is closed. Nothing is told afterwards. */
  stop(): Promise<void>;
  write(bytes: Buffer): void;
  /** Something urgent is to be sent: the back-off is not waited for any longer, unless it has only just begun. */
  hurry(): void;
  /** The receiver acknowledged something: back-off starts over, and a close from now on is no failure. */
  useful(): void;
  /** Gives this socket up and makes another after the back-off. */
  drop(cause: LossCause, why: string): void;
}
