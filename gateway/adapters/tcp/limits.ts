import type { Rate } from "../../core/allowance.ts";
import { hours, minutes, seconds } from "../../core/units.ts";
import type { DurationMs } from "../../core/units.ts";

/** Every bound of a listener, with what happens at it. */
export interface TcpLimits {
  /** Of one listener. At it the oldest connection of a device that nobody enrolled gives way, else the new one. */
  readonly connectionsMax: number;
  /** From one remote address; the same gives way. Mobile networks put many devices behind one address. */
  readonly connectionsPerRemoteMax: number;
  /** A new connection on which nothing could be read for this long is closed. */
  readonly firstFrameMs: DurationMs;
  /** One on which nothing could be read for this long is closed: the device comes back, or was gone. */
  readonly idleMs: DurationMs;
  /** So many pieces in a row that are no frames: this is no device of ours, and the connection is closed. */
  readonly garbageMax: number;
  /** Frames of one connection; beyond, its bytes wait in the kernel and hold up nobody else. */
  readonly frames: Rate;
  /** Frames of one connection that wait for the journal; beyond, nothing more is read from it. */
  readonly unsafeFramesMax: number;
  /** Answers that a device does not fetch; beyond, its connection is closed. */
  readonly replyBytesMax: number;
  /** Signs of life and positions of one device, over all its connections; what is beyond is dropped. */
  readonly signs: Rate;
  /** Presses of devices that nobody enrolled: from one remote address, and of the whole listener. */
  readonly strangersPerRemote: Rate;
  readonly strangers: Rate;
  /** Devices, and remote addresses, whose rate is remembered; further ones share one. */
  readonly namesMax: number;
  /** How often what was dropped is said, in one line each. */
  readonly saidEveryMs: DurationMs;
  /** How often idle connections are looked for. */
  readonly sweepEveryMs: DurationMs;
  /** Between two attempts to listen. */
  readonly listenRetryMs: DurationMs;
}

/** What a community of some thousand devices needs, with room. */
export const TCP_LIMITS: TcpLimits = {
  connectionsMax: 4_096,
  connectionsPerRemoteMax: 1_024,
  firstFrameMs: minutes(1),
  idleMs: minutes(30),
  garbageMax: 64,
  frames: { burst: 60, perSecond: 5 },
  unsafeFramesMax: 64,
  replyBytesMax: 16 * 1024,
  signs: { burst: 30, perSecond: 1 },
  strangersPerRemote: { burst: 5, perSecond: 1 / 60 },
  strangers: { burst: 30, perSecond: 1 / 10 },
  namesMax: 8_192,
  saidEveryMs: minutes(1),
  sweepEveryMs: seconds(10),
  listenRetryMs: seconds(5),
};

/** A device that reports rarely may be silent for so many of its intervals. */
export const IDLE_INTERVALS = 3;
/** The longest that a connection may be idle, whatever a definition says. */
export const IDLE_LONGEST_MS = hours(24);

/** The length of the queue of connections that the kernel keeps for us; all devices come back at once. */
export const LISTEN_BACKLOG = 1_024;
/** A peer that vanished is found by the kernel. */
export const KEEP_ALIVE_MS = minutes(1);
/** How much of a frame is kept as it came. */
export const RAW_CHARS_MAX = 512;
