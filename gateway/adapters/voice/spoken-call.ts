import type { Clock } from "../../ports/clock.ts";
import type { Ending } from "./endings.ts";
import type { PhraseName } from "./phrases.ts";
import type { Prompts } from "./prompts.ts";
import type { CallEvents, Speech } from "./line-call.ts";
import type { SpeakingLine } from "./speaking-line.ts";
import type { CallPlan } from "./telephone.ts";
import type { VoiceLimits } from "./voice-limits.ts";
import { durationOf, silence } from "./wav.ts";

/** Between two sentences. */
const PAUSE_MS = 400;
/** A call that is taken back waits so long for the words that say why. */
const WORDS_WITHIN_MS = 300;

/** What one call is about, and what becomes of it. */
export interface CallContent {
  readonly key: string;
  readonly priority: number;
  readonly uri: string;
  readonly isOnePhone: boolean;
  /** The message itself, in whole sentences. */
  readonly words: string;
  /** Which keys there are. */
  readonly press: PhraseName;
  rang(): void;
  told(): void;
  /** A key other than the one that reads the message again. */
  pressed(key: string, call: SpokenCall): void;
  waits(why: string): void;
  ended(ending: Ending): boolean;
}

export interface SpokenCallParts {
  readonly prompts: Prompts;
  readonly clock: Clock;
  readonly limits: VoiceLimits;
}

const AGAIN_KEY = "2";

/** A call that reads a message, listens for a key, and says what became of it. */
export class SpokenCall implements CallPlan {
  readonly key: string;
  readonly priority: number;
  readonly uri: string;
  readonly isOnePhone: boolean;
  readonly #content: CallContent;
  readonly #parts: SpokenCallParts;
  #line: SpeakingLine | null = null;
  #isTalking = false;
  #agains = 0;
  #isSettled = false;
  #isTakenBack = false;

  constructor(content: CallContent, parts: SpokenCallParts) {
    this.#content = content;
    this.#parts = parts;
    ({ key: this.key, priority: this.priority, uri: this.uri, isOnePhone: this.isOnePhone } = content);
  }

  /** Somebody listens. */
  get isTalking(): boolean {
    return this.#isTalking;
  }

  /** A key has settled it: what follows is said, not asked. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  settle(): void {
    this.#isSettled = true;
  }

  /** The message and the keys, a few times over, with time to press one after each. */
  async speech(): Promise<Speech> {
    const { prompts, limits } = this.#parts;
    const { words, press } = this.#content;
    const pause = silence(PAUSE_MS);
    const [greeting, message, keys, goodbye] = await Promise.all([
      prompts.phrase("greeting"),
      prompts.text(words),
      prompts.phrase(press),
      prompts.phrase("goodbye"),
    ]);
    const told = [pause, greeting, pause, message];
    const again = [pause, message, pause, keys, silence(limits.listenMs)];
    const first = [...told, pause, keys, silence(limits.listenMs)];
    const rest = Array.from({ length: limits.readings - 1 }, () => again).flat();
    return { pcm: Buffer.concat([...first, ...rest, goodbye]), toldMs: durationOf(Buffer.concat(told)) };
  }

  begin(line: SpeakingLine): Omit<CallEvents, "ended"> {
    this.#line = line;
    return {
      ringing: () => this.#content.rang(),
      answered: () => {
        this.#isTalking = true;
      },
      told: () => this.#content.told(),
      key: (key) => this.#take(key),
    };
  }

  waits(why: string): void {
    this.#content.waits(why);
  }

  ended(ending: Ending): boolean {
    this.#line = null;
    this.#isTalking = false;
    if (this.#isTakenBack) return true;
    return this.#content.ended(this.#isSettled ? { how: "answered" } : ending) || this.#isSettled;
  }

  /** Says this; then hangs up, or listens on. */
  async say(sound: Promise<Buffer>, then: "hang-up" | "listen"): Promise<void> {
    const { limits } = this.#parts;
    const pcm = await sound.catch(() => Buffer.alloc(0));
    const pause = then === "listen" ? silence(limits.listenMs * limits.readings) : silence(PAUSE_MS);
    this.#line?.say(Buffer.concat([silence(PAUSE_MS), pcm, pause]), () => this.#line?.hangUp({ how: "answered" }));
  }

  phrase(name: PhraseName): Promise<Buffer> {
    return this.#parts.prompts.phrase(name);
  }

  text(words: string): Promise<Buffer> {
    return this.#parts.prompts.text(words);
  }

  /** Joins the wearer's speaking unit to this call; `done` as the line tells. */
  join(uri: string, done: (isJoined: boolean) => void): void {
    this.#line?.join(uri, done);
  }

  /** It is taken back: whoever listens is told by `words`, or in general where none come at once; a phone that rings is silent. */
  takeBack(words: string | null): void {
    const line = this.#line;
    if (!line || this.#isSettled) return;
    this.#isTakenBack = true;
    if (!this.#isTalking) return line.hangUp({ how: "withdrawn" });
    if (words !== null) {
      this.#isSettled = true;
      return void this.say(this.text(words), "hang-up");
    }
    this.#parts.clock.after(WORDS_WITHIN_MS, () => {
      if (this.#isSettled) return;
      this.#isSettled = true;
      void this.say(this.phrase("not-now"), "hang-up");
    });
  }

  #take(key: string): void {
    if (key !== AGAIN_KEY || this.#isSettled) return this.#content.pressed(key, this);
    if (this.#isTakenBack || ++this.#agains > this.#parts.limits.againMax) return;
    this.#line?.again(() => this.#line?.hangUp({ how: "no-key" }));
  }
}
