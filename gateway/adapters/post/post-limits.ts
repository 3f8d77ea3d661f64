import type { DurationMs } from "../../core/units.ts";
import { seconds } from "../../core/units.ts";

/** Every bound of a client of HTTP, with what happens at it. */
export interface PostLimits {
  /** Connections to one address at once. */
  readonly connectionsMax: number;
  /** Of these, kept open without work. */
  readonly idleMax: number;
  /** A request that takes longer is cut. */
  readonly requestMs: DurationMs;
  /** Bytes of an answer that are read; the connection of a longer one is cut. */
  readonly bodyMaxBytes: number;
}

export const POST_LIMITS: PostLimits = {
  connectionsMax: 32,
  idleMax: 8,
  requestMs: seconds(10),
  bodyMaxBytes: 65_536,
};
