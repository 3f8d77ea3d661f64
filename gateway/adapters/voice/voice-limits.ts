import { minutes, seconds, type DurationMs } from "../../core/units.ts";

/** Bounds of everything that waits, rings, speaks or is tried again; tests give shorter ones. */
export interface VoiceLimits {
  /** Calls that wait or are under way; at the bound the least urgent of the waiting ones is told to fail. */
  readonly queueMax: number;
  /** From the dialing to the first sign of the other side. Beyond it nobody is there. */
  readonly setUpMs: DurationMs;
  /** How long a phone rings. */
  readonly ringMs: DurationMs;
  /** How often the message is read to a phone that presses nothing, and how long it is listened to after each time. */
  readonly readings: number;
  /** How often somebody may ask to hear it again. */
  readonly againMax: number;
  readonly listenMs: DurationMs;
  /** The longest call that only speaks, and the longest one that joins two people. */
  readonly callMs: DurationMs;
  readonly talkMs: DurationMs;
  /** Before a number is called again: one that was busy or did not answer, and one that could not be reached (doubled each time, up to the last). */
  readonly againMs: DurationMs;
  readonly unreachedMs: DurationMs;
  readonly unreachedMaxMs: DurationMs;
  /** How long baresip may take to answer a command, and to come up. */
  readonly commandMs: DurationMs;
  readonly startMs: DurationMs;
  /** Between the end of one baresip and the start of the next: doubled each time, up to the second. */
  readonly restartMs: DurationMs;
  readonly restartMaxMs: DurationMs;
  /** After running so long it counts as well. */
  readonly wellAfterMs: DurationMs;
  readonly stopMs: DurationMs;
  /** How long one text may take to be spoken into a file. */
  readonly speakMs: DurationMs;
  /** Texts of calls kept in memory; the one that was used longest ago is forgotten. */
  readonly textsMax: number;
}

export const VOICE_LIMITS: VoiceLimits = {
  queueMax: 1_000,
  setUpMs: seconds(15),
  ringMs: seconds(25),
  readings: 3,
  againMax: 5,
  listenMs: seconds(6),
  callMs: minutes(3),
  talkMs: minutes(30),
  againMs: seconds(30),
  unreachedMs: seconds(5),
  unreachedMaxMs: minutes(1),
  commandMs: seconds(5),
  startMs: seconds(15),
  restartMs: seconds(1),
  restartMaxMs: minutes(1),
  wellAfterMs: minutes(1),
  stopMs: seconds(3),
  speakMs: seconds(15),
  textsMax: 64,
};
