import type { Answer } from "../../core/kinds.ts";
import type { Channel, ChannelSink, OfferMessage, PathSpec, PersonMessage, Receipt } from "../../ports/channel.ts";
import type { Clock } from "../../ports/clock.ts";
import { detailOf, type Ending } from "./endings.ts";
import type { PhraseName } from "./phrases.ts";
import type { Prompts } from "./prompts.ts";
import { SpokenCall } from "./spoken-call.ts";
import type { Subscriber } from "./subscription.ts";
import type { Telephone } from "./telephone.ts";
import { VOICE_LIMITS, type VoiceLimits } from "./voice-limits.ts";

export interface PersonCallsParts {
  /** The entry of `volunteers` that it is; its path is `voice:<id>`. */
  readonly id: string;
  readonly telephone: Telephone;
  readonly prompts: Prompts;
  readonly clock: Clock;
  readonly limits?: Partial<VoiceLimits>;
}

/** Offers of which it is remembered whether a phone answered; the oldest are forgotten. */
const REACHED_MAX = 2_000;

const ANSWERS: Readonly<Record<string, { readonly answer: Answer; readonly phrase: PhraseName }>> = {
  "1": { answer: "accept", phrase: "accepted" },
  "3": { answer: "decline", phrase: "declined" },
};

/**
 * Calls to people: who, where, what; 1 takes it, 2 reads it again, 3 declines. A phone that answers has the message
 * (*delivered*), and nothing more: only a key is an answer. Whoever cannot be reached is called again until it is taken back.
 */
export class PersonCalls implements Channel<PersonMessage> {
  readonly id: string;
  readonly paths: readonly PathSpec[];
  readonly #parts: PersonCallsParts;
  readonly #limits: VoiceLimits;
  readonly #subscriber: Subscriber;
  readonly #calls = new Map<
    string,
    { readonly call: SpokenCall; readonly message: PersonMessage; told: string | null }
  >();
  /** Offers by whether a phone heard them. */
  readonly #heard = new Map<string, boolean>();
  #sink: ChannelSink | null = null;

  constructor(parts: PersonCallsParts) {
    this.id = parts.id;
    this.#parts = parts;
    this.#limits = { ...VOICE_LIMITS, ...parts.limits };
    const path = `voice:${parts.id}`;
    this.paths = [{ id: path, kind: "voice", lostAfterMs: parts.telephone.lostAfterMs(null) }];
    this.#subscriber = {
      probeUri: null,
      path: (isUp, why) => this.#sink?.path(path, isUp, why),
      proved: () => this.#sink?.proved(path),
      incoming: async () => null,
    };
  }

  async start(sink: ChannelSink): Promise<void> {
    this.#sink = sink;
    this.#parts.telephone.open(this.#subscriber);
  }

  async stop(): Promise<void> {
    this.#sink = null;
    await this.#parts.telephone.close(this.#subscriber);
  }

  deliver(message: PersonMessage): void {
    if (this.#calls.has(message.key)) return;
    if (message.type === "withdrawn" && !this.#standDown(message)) return;
    const uri = this.#parts.telephone.addressOf(message.address);
    if (uri === null)
      return this.#tell(message.key, "failed", "the contact is no number or SIP address that can be called");
    const call = this.#callOf(message, uri);
    this.#calls.set(message.key, { call, message, told: null });
    if (message.type === "offer") this.#note(message.offer.id, this.#heard.get(message.offer.id) ?? false);
    this.#parts.telephone.place(call, this.#subscriber);
  }

  withdraw(key: string): void {
    const known = this.#calls.get(key);
    if (!known) return;
    this.#parts.telephone.forget(key);
    known.call.takeBack(null);
    this.#calls.delete(key);
  }

  /** False: there is nobody to call about it any more. */
  #standDown(message: OfferMessage): boolean {
    const offer = message.offer.id;
    for (const [key, { call, message: of }] of this.#calls) {
      if (of.type !== "offer" || of.offer.id !== offer) continue;
      this.#parts.telephone.forget(key);
      this.#calls.delete(key);
      if (!call.isTalking) {
        call.takeBack(null);
        continue;
      }
      call.takeBack(message.words.spoken);
      this.#tell(message.key, "delivered", "said in the call that was under way");
      return false;
    }
    if (this.#heard.get(offer) !== false) return true;
    this.#tell(message.key, "failed", "no phone had heard of it: nothing to take back");
    return false;
  }

  #callOf(message: PersonMessage, uri: string): SpokenCall {
    const { key } = message;
    const isOffer = message.type === "offer";
    const content = {
      key,
      priority: message.priority,
      uri,
      isOnePhone: true,
      words: message.words.spoken,
      press: isOffer ? ("press-person" as const) : ("press-notice" as const),
      rang: () => this.#tell(key, "sent", "a phone rings"),
      told: () => {
        if (isOffer) this.#note(message.offer.id, true);
        this.#tell(key, "delivered", "answered by a phone");
      },
      pressed: (pressed: string, call: SpokenCall) => void this.#answer(message, pressed, call),
      waits: (why: string) => this.#tell(key, "failing", why),
      ended: (ending: Ending) => this.#ended(key, ending),
    };
    return new SpokenCall(content, { prompts: this.#parts.prompts, clock: this.#parts.clock, limits: this.#limits });
  }

  async #answer(message: PersonMessage, pressed: string, call: SpokenCall): Promise<void> {
    const meant = ANSWERS[pressed];
    if (!meant || call.isSettled || (message.type !== "offer" && pressed !== "1")) return;
    call.settle();
    const { key } = message;
    const reply = await this.#sink?.answer({ key, address: null, said: meant.answer });
    this.#tell(key, "answered", "by a key of the phone");
    const done: PhraseName = message.type === "offer" ? meant.phrase : "confirmed";
    const spoken = reply?.words ? call.text(reply.words) : call.phrase(reply?.taken === false ? "not-now" : done);
    await call.say(spoken, "hang-up");
  }

  #ended(key: string, ending: Ending): boolean {
    const detail = detailOf(ending);
    if (ending.how === "no-key") this.#tell(key, "delivered", detail);
    else if (ending.how === "no-such-number") this.#tell(key, "failed", detail);
    else if (ending.how !== "answered" && ending.how !== "withdrawn") this.#tell(key, "failing", detail);
    const isOver = ["answered", "no-key", "no-such-number", "withdrawn"].includes(ending.how);
    if (isOver) this.#calls.delete(key);
    return isOver;
  }

  #note(offer: string, heard: boolean): void {
    this.#heard.delete(offer);
    this.#heard.set(offer, heard);
    for (const oldest of this.#heard.keys()) {
      if (this.#heard.size <= REACHED_MAX) return;
      this.#heard.delete(oldest);
    }
  }

  /** What was told last is no news. */
  #tell(key: string, status: Receipt["status"], detail: string): void {
    const known = this.#calls.get(key);
    const news = `${status} ${detail}`;
    if (known?.told === news) return;
    if (known) known.told = news;
    this.#sink?.receipt({ key, status, at: this.#parts.clock.now(), detail });
  }
}
