import type { DurationMs } from "../../core/units.ts";
import { minutes, seconds } from "../../core/units.ts";

/** Times of SIP (RFC 3261, section 17 and table 4) and the bounds of its tables. */
export interface SipLimits {
  /** An estimate of the round trip: the first retransmission over UDP; a transaction ends after 64 of it. */
  readonly t1Ms: DurationMs;
  /** Retransmissions are never further apart. */
  readonly t2Ms: DurationMs;
  /** A longer request goes over TCP, where UDP is configured: SCAIP says 1000, RFC 3261 says 1300. */
  readonly datagramBytesMax: number;
  /** A connection that does not stand by then counts as refused. */
  readonly connectMs: DurationMs;
  /** Idle time before TCP probes the connection. */
  readonly keepAliveMs: DurationMs;
  /** Connections that others opened to us; the one past it is closed at once. */
  readonly inboundMax: number;
  /** Answers that are kept for retransmitted requests; at the bound the oldest is forgotten. */
  readonly answersMax: number;
  /** How long the receiver's address by its name is believed. */
  readonly addressMs: DurationMs;
}

/** Every bound of the way to a SCAIP receiver, with what happens at it. */
export interface ScaipLimits extends SipLimits {
  /** How long an alarm waits for the receiver's reply before it is told as `failing`; the exchange goes on. */
  readonly patienceMs: DurationMs;
  /** How long the separate MESSAGE with the reply is awaited after the receiver took ours. Past that it is sent again. */
  readonly replyMs: DurationMs;
  /** The rest before a message is sent again that found nobody; it doubles … */
  readonly retryFirstMs: DurationMs;
  /** … up to this, which is also the rest after *busy* and *not treated*. */
  readonly retryMaxMs: DurationMs;
  /** The rest after an answer that only people can mend: a wrong password, an unknown account. */
  readonly refusedRetryMs: DurationMs;
  /** A heartbeat without its answer for this long is sent again. */
  readonly heartbeatReplyMs: DurationMs;
  /** The pause between heartbeats while they find no answer. */
  readonly heartbeatRetryMs: DurationMs;
  /** Messages kept. At the bound the least urgent, newest one is given up: `failed`, logged and counted. */
  readonly queueMax: number;
}

export const SCAIP_LIMITS: ScaipLimits = {
  t1Ms: 500,
  t2Ms: seconds(4),
  datagramBytesMax: 1_000,
  connectMs: seconds(4),
  keepAliveMs: seconds(30),
  inboundMax: 16,
  answersMax: 256,
  addressMs: minutes(5),
  patienceMs: seconds(8),
  replyMs: seconds(10),
  retryFirstMs: seconds(1),
  retryMaxMs: seconds(30),
  refusedRetryMs: seconds(60),
  heartbeatReplyMs: seconds(12),
  heartbeatRetryMs: seconds(10),
  queueMax: 10_000,
};

/** Timers B, F, H and J of RFC 3261. */
export const transactionMs = ({ t1Ms }: SipLimits): DurationMs => 64 * t1Ms;
