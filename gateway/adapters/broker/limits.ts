import { minutes, seconds } from "../../core/units.ts";
import type { DurationMs } from "../../core/units.ts";

/** Every bound of the broker, with what happens at it. */
export interface BrokerLimits {
  /** A larger publish is acknowledged, counted and not forwarded: sent again it would be no smaller. */
  readonly payloadBytesMax: number;
  /** A packet that announces more is never buffered: the connection is closed. */
  readonly packetBytesMax: number;
  /** The same for what comes before the client has proved who it is (CONNECT with its will). */
  readonly connectBytesMax: number;
  readonly clientIdCharsMax: number;
  /** Further connections are dropped as they come. */
  readonly connectionsMax: number;
  /** Of one device's account; the oldest is closed, for a device behind a bad link leaves half-open ones. */
  readonly connectionsPerDeviceMax: number;
  /** A connection without a CONNECT is closed. */
  readonly connectTimeoutMs: DurationMs;
  /** One device's steady rate of reports, and how many it may send at once. */
  readonly reportsPerS: number;
  readonly reportsBurst: number;
  /** The part of the burst that heartbeats leave to presses. */
  readonly reportsReserved: number;
  /** Reports of one device that wait for their turn; the connection of a device that sends more is closed. */
  readonly heldPerDeviceMax: number;
  /** Devices whose rate is remembered; the one idle longest is forgotten. */
  readonly ratesMax: number;
  /** Reports of one account that wait for the journal; its connection is closed, and it sends them again. */
  readonly unacknowledgedMax: number;
  /** After this time without the device's PUBACK, an answer counts as not said. */
  readonly answerTimeoutMs: DurationMs;
  /** An answer that waits longer for its device is given up: it tells the wearer nothing true any more. */
  readonly answerAgeMaxMs: DurationMs;
  /** Answers that wait for their devices, over all; the oldest is given up. */
  readonly answersWaitingMax: number;
  /** Answers under way to one connection; the oldest is given up. */
  readonly answersInFlightMax: number;
  /** Kept sessions of one account; the oldest is forgotten. */
  readonly sessionsPerAccountMax: number;
  /** Of one session; a further one is refused. */
  readonly subscriptionsMax: number;
  /** Messages kept for a session whose client is away; the oldest is dropped and counted. */
  readonly queuedPerSessionMax: number;
  /** Topics on which clients keep a message; a further topic keeps none. */
  readonly retainedMax: number;
  /** The same for messages of our own: alarms for flows, devices for Home Assistant. */
  readonly ownRetainedMax: number;
  /** Between two attempts to listen. */
  readonly listenRetryMs: DurationMs;
}

/** What a community of some thousand pendants needs, with room. */
export const BROKER_LIMITS: BrokerLimits = {
  payloadBytesMax: 8 * 1024,
  packetBytesMax: 64 * 1024,
  connectBytesMax: 16 * 1024,
  clientIdCharsMax: 128,
  connectionsMax: 16_384,
  connectionsPerDeviceMax: 8,
  connectTimeoutMs: seconds(10),
  reportsPerS: 10,
  reportsBurst: 30,
  reportsReserved: 15,
  heldPerDeviceMax: 2_048,
  ratesMax: 16_384,
  unacknowledgedMax: 4_096,
  answerTimeoutMs: seconds(10),
  answerAgeMaxMs: minutes(5),
  answersWaitingMax: 16_384,
  answersInFlightMax: 64,
  sessionsPerAccountMax: 8,
  subscriptionsMax: 64,
  queuedPerSessionMax: 64,
  retainedMax: 1_024,
  ownRetainedMax: 32_768,
  listenRetryMs: seconds(5),
};

/** The length of the queue of connections that the kernel keeps for us; 1,000 pendants come back at once. */
export const LISTEN_BACKLOG = 4_096;
