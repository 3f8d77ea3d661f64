import type { Channel, ChannelSink, HotlineMessage, PathSpec, Receipt } from "../../ports/channel.ts";
import type { DurationMs, EpochMs } from "../../core/units.ts";
import type { Clock } from "../../ports/clock.ts";
import { isCallOf } from "./callers.ts";
import { detailOf, type Ending } from "./endings.ts";
import type { Prompts } from "./prompts.ts";
import type { Incoming } from "./line-call.ts";
import { SpokenCall, type CallContent } from "./spoken-call.ts";
import type { Subscriber } from "./subscription.ts";
import type { Telephone } from "./telephone.ts";
import { VOICE_LIMITS, type VoiceLimits } from "./voice-limits.ts";
import { durationOf } from "./wav.ts";

export interface HotlineCallsParts {
  /** The entry of `hotline` that it is; its path is `hotline:<id>`. */
  readonly id: string;
  /** Where the operators answer: a telephone number or a SIP address. */
  readonly number: string;
  /** How long after a call the hotline may call back. */
  readonly callBackMs: DurationMs;
  /** Whoever takes an alarm is joined to the wearer's speaking unit without asking. */
  readonly bridge: boolean;
  readonly telephone: Telephone;
  readonly prompts: Prompts;
  readonly clock: Clock;
  readonly limits?: Partial<VoiceLimits>;
}

interface Open {
  readonly message: HotlineMessage;
  readonly call: SpokenCall;
  told: string | null;
}

/**
 * Calls the operators of a hotline: who, where, what; 1 takes the alarm, 2 reads it again, 3 takes it and joins the
 * wearer's speaking unit. A phone that answers without a key has taken nothing: the call is made again, and other ways go on.
 */
export class HotlineCalls implements Channel<HotlineMessage> {
  readonly id: string;
  readonly paths: readonly PathSpec[];
  readonly #parts: HotlineCallsParts;
  readonly #limits: VoiceLimits;
  readonly #uri: string | null;
  readonly #subscriber: Subscriber;
  readonly #open = new Map<string, Open>();
  #lastCallAt: EpochMs | null = null;
  #sink: ChannelSink | null = null;

  constructor(parts: HotlineCallsParts) {
    this.id = parts.id;
    this.#parts = parts;
    this.#limits = { ...VOICE_LIMITS, ...parts.limits };
    this.#uri = parts.telephone.addressOf(parts.number);
    const path = `hotline:${parts.id}`;
    this.paths = [{ id: path, kind: "voice", lostAfterMs: parts.telephone.lostAfterMs(this.#uri) }];
    this.#subscriber = {
      probeUri: this.#uri,
      path: (isUp, why) => this.#sink?.path(path, isUp, why),
      proved: () => this.#sink?.proved(path),
      incoming: (peer) => this.#incoming(peer),
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

  deliver(message: HotlineMessage): void {
    const { key, alarm, details } = message;
    if (this.#open.has(key)) return;
    if (alarm === null || details === null)
      return this.#tell(key, "failed", "a call tells alarms only: tests and technical reports need another way");
    if (this.#uri === null)
      return this.#tell(key, "failed", "the hotline's number cannot be called: the account has no server");
    this.#place(message);
  }

  withdraw(key: string): void {
    const open = this.#open.get(key);
    if (!open) return;
    this.#parts.telephone.forget(key);
    open.call.takeBack(null);
    this.#open.delete(key);
  }

  #place(message: HotlineMessage): void {
    const call = new SpokenCall(this.#contentOf(message), this.#callParts);
    this.#open.set(message.key, { message, call, told: null });
    this.#parts.telephone.place(call, this.#subscriber);
  }

  get #callParts() {
    return { prompts: this.#parts.prompts, clock: this.#parts.clock, limits: this.#limits };
  }

  #contentOf(message: HotlineMessage): CallContent {
    const { key, priority } = message;
    const { words, sip: unit } = message.details!;
    return {
      key,
      priority,
      isOnePhone: false,
      uri: this.#uri!,
      words: words.spoken,
      press: unit === null ? "press-operator" : "press-operator-unit",
      rang: () => {
        this.#lastCallAt = this.#parts.clock.now();
        this.#tell(key, "sent", "a phone rings");
      },
      told: () => undefined,
      pressed: (pressed, call) => this.#pressed(message, pressed, call),
      waits: (why) => this.#tell(key, "failing", why),
      ended: (ending) => this.#ended(key, ending),
    };
  }

  #pressed({ key, details }: HotlineMessage, pressed: string, call: SpokenCall): void {
    const unit = details!.sip;
    const wantsUnit = unit !== null && (pressed === "3" || this.#parts.bridge);
    if (pressed !== "1" && !(pressed === "3" && unit !== null)) return;
    if (!call.isSettled) {
      call.settle();
      this.#tell(key, "answered", "an operator pressed a key");
      this.#parts.telephone.forget(key);
    } else if (pressed === "1") return;
    if (wantsUnit) this.#joinUnit(unit, call);
    else void call.say(call.phrase(unit === null ? "taken" : "taken-unit"), unit === null ? "hang-up" : "listen");
  }

  /** The operator and the wearer speak with each other, until one of them hangs up. */
  #joinUnit(unit: string, call: SpokenCall): void {
    const uri = this.#parts.telephone.addressOf(unit);
    if (uri === null) return void call.say(call.phrase("not-connected"), "listen");
    let wasJoined = false;
    void call.say(call.phrase("connecting"), "listen").then(() =>
      call.join(uri, (isJoined) => {
        if (!isJoined) void call.say(call.phrase(wasJoined ? "unit-gone" : "not-connected"), "listen");
        wasJoined = isJoined;
      }),
    );
  }

  #ended(key: string, ending: Ending): boolean {
    this.#lastCallAt = this.#parts.clock.now();
    const detail = detailOf(ending);
    const isOver = ["answered", "no-such-number", "withdrawn"].includes(ending.how);
    if (ending.how === "no-such-number") this.#tell(key, "failed", detail);
    else if (!isOver) this.#tell(key, "failing", detail);
    if (isOver) this.#open.delete(key);
    return isOver;
  }

  /** The hotline calls back: while an alarm waits for it, or soon after it was called. */
  async #incoming(peer: string): Promise<Incoming | null> {
    const { clock, callBackMs, number, prompts } = this.#parts;
    if (!isCallOf(peer, number)) return null;
    const waiting = [...this.#open.values()].filter(({ call }) => !call.isTalking);
    const [first] = waiting.sort((a, b) => a.message.priority - b.message.priority);
    if (first) return this.#callBack(first.message);
    if (this.#lastCallAt === null || clock.now() - this.#lastCallAt > callBackMs) return null;
    const pcm = await prompts.phrase("nothing-open");
    const ignored = (): void => undefined;
    const events = () => ({ ringing: ignored, answered: ignored, told: ignored, key: ignored, ended: ignored });
    return { speech: { pcm, toldMs: durationOf(pcm) }, events };
  }

  /** What the call would have said is said to the caller; the number is not dialed meanwhile. */
  async #callBack(message: HotlineMessage): Promise<Incoming> {
    const { telephone } = this.#parts;
    const call = new SpokenCall(this.#contentOf(message), this.#callParts);
    const speech = await call.speech();
    telephone.forget(message.key);
    this.#open.set(message.key, { message, call, told: null });
    return {
      speech,
      events: (line) => ({
        ...call.begin(line),
        ended: (ending) => {
          if (!call.ended(ending) && this.#open.get(message.key)?.call === call) this.#place(message);
        },
      }),
    };
  }

  #tell(key: string, status: Receipt["status"], detail: string): void {
    const open = this.#open.get(key);
    const news = `${status} ${detail}`;
    if (open?.told === news) return;
    if (open) open.told = news;
    this.#sink?.receipt({ key, status, at: this.#parts.clock.now(), detail });
  }
}
