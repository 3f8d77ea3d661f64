import type { DurationMs } from "../../core/units.ts";
import type { Timer } from "../../ports/clock.ts";
import type { Ending } from "./endings.ts";
import type { SpeakingLine } from "./speaking-line.ts";

/** What is spoken from the beginning of a call, or into it. */
export interface Speech {
  readonly pcm: Buffer;
  /** After this long the message was told once. */
  readonly toldMs: DurationMs;
}

/** What a line tells of the call on it. */
export interface CallEvents {
  ringing(): void;
  answered(): void;
  /** The message was read to its end, for the first time. */
  told(): void;
  key(key: string): void;
  /** Once. The line is free then. */
  ended(ending: Ending): void;
}

export interface Incoming {
  readonly speech: Speech;
  events(line: SpeakingLine): CallEvents;
}

export interface LineEvents {
  ready(): void;
  down(why: string): void;
  /** The last call is over, on our side too: the next one may be made. */
  free(): void;
  /** The server took the registration, or did not and why. */
  registered(isRegistered: boolean, why: string): void;
  /** The other side answered a probe: it lives, whatever it said. `text` names it. */
  probed(text: string): void;
  /** Somebody calls. What they are to hear; null: the call is refused. */
  incoming(peer: string): Promise<Incoming | null>;
}

export const NOTHING_TO_SAY: Speech = { pcm: Buffer.alloc(0), toldMs: 0 };
/** Until it is known who is to hear of a call. */
export const NOBODY: CallEvents = {
  ringing: () => undefined,
  answered: () => undefined,
  told: () => undefined,
  key: () => undefined,
  ended: () => undefined,
};

export const NO_SIGN: Ending = { how: "unreachable", why: "no sign of the other side" };

/** A command of baresip, and what it is given. */
export type Command = readonly [string, string?];

/** The call on a line. */
export interface CurrentCall {
  events: CallEvents;
  readonly isIncoming: boolean;
  id: string | null;
  /** There is something to hang up. */
  isDialed: boolean;
  phase: "dialing" | "ringing" | "talking";
  /** What is spoken when it is answered. */
  speech: Speech;
  isTold: boolean;
  timers: Timer[];
  unit: { id: string | null; isJoined: boolean } | null;
  onUnit: ((isJoined: boolean) => void) | null;
}

export const newCall = (speech: Speech, events: CallEvents, isIncoming: boolean): CurrentCall => ({
  events,
  isIncoming,
  speech,
  id: null,
  isDialed: isIncoming,
  phase: "dialing",
  isTold: false,
  timers: [],
  unit: null,
  onUnit: null,
});
