import { join } from "node:path";
import { seconds, type DurationMs } from "../../core/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Log, Meter } from "../../ports/log.ts";
import type { SipAccount } from "./baresip-files.ts";
import { lastOf, nextOf, type Order } from "./call-queue.ts";
import type { Ending } from "./endings.ts";
import type { CallEvents, Incoming, Speech } from "./line-call.ts";
import { SpeakingLine } from "./speaking-line.ts";
import { Subscription, type Subscriber } from "./subscription.ts";
import { VOICE_LIMITS, type VoiceLimits } from "./voice-limits.ts";

/** A call that somebody wants made, and tried again until it is settled or taken back. */
export interface CallPlan {
  readonly key: string;
  /** 1 is the most urgent. */
  readonly priority: number;
  /** Whom to call, as `addressOf` gives it. */
  readonly uri: string;
  /** One person's own phone: it has one call of ours at a time. A hotline's number has many. */
  readonly isOnePhone: boolean;
  /** What the phone that answers hears first. */
  speech(): Promise<Speech>;
  /** What to do while the call lasts. `line` carries it. */
  begin(line: SpeakingLine): Omit<CallEvents, "ended">;
  /** It is not made yet, and why. */
  waits(why: string): void;
  /** True: settled. False: it is to be tried again. */
  ended(ending: Ending): boolean;
}

export interface TelephoneOptions {
  readonly name: string;
  readonly account: SipAccount;
  /** Calls at once. */
  readonly lines: number;
  /** Below the data folder. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly limits?: Partial<VoiceLimits>;
}

/** A path is lost when it is not proved for so many heartbeats. */
const LOST_HEARTBEATS = 1.5;

/** One SIP account with its lines, shared by all that call through it: the most urgent call goes first, then the oldest. */
export class Telephone {
  readonly #options: TelephoneOptions;
  readonly #limits: VoiceLimits;
  readonly #lines: readonly SpeakingLine[];
  readonly #orders = new Map<string, Order>();
  readonly #subscribers = new Map<Subscriber, Subscription>();
  #order = 0;
  #probe: Timer | null = null;

  constructor(options: TelephoneOptions) {
    this.#options = options;
    this.#limits = { ...VOICE_LIMITS, ...options.limits };
    this.#lines = Array.from({ length: options.lines }, (_, index) => this.#line(index));
  }

  /** Null: nothing proves it regularly. */
  lostAfterMs(probeUri: string | null): DurationMs | null {
    const { server, heartbeatS } = this.#options.account;
    return server !== null || probeUri !== null ? seconds(heartbeatS) * LOST_HEARTBEATS : null;
  }

  /** The SIP address of a telephone number or of what is one already; null: it cannot be called. */
  addressOf(address: string): string | null {
    const { server, transport } = this.#options.account;
    if (/^sips?:[^\s<>";,]+$/i.test(address)) return address;
    const number = address.replace(/[\s()-]/g, "");
    return server !== null && /^\+?\d{2,20}$/.test(number) ? `sip:${number}@${server};transport=${transport}` : null;
  }

  /** The first subscriber starts it. */
  open(subscriber: Subscriber): void {
    this.#subscribers.set(subscriber, new Subscription(subscriber));
    if (this.#subscribers.size > 1) return;
    for (const line of this.#lines) line.start();
    this.#planProbe();
  }

  /** The last one stops it. */
  async close(subscriber: Subscriber): Promise<void> {
    if (!this.#subscribers.delete(subscriber) || this.#subscribers.size > 0) return;
    this.#probe?.cancel();
    for (const { rest } of this.#orders.values()) rest?.cancel();
    this.#orders.clear();
    await Promise.all(this.#lines.map((line) => line.stop()));
  }

  /** The same key is placed once. */
  place(plan: CallPlan, subscriber: Subscriber): void {
    if (this.#orders.has(plan.key)) return;
    this.#orders.set(plan.key, { plan, subscriber, order: ++this.#order, attempts: 0, line: null, rest: null });
    if (this.#orders.size > this.#limits.queueMax) {
      const last = lastOf(this.#orders.values());
      if (last) this.#settle(last, { how: "not-made", why: "too many calls wait" }, true);
    }
    this.#pump();
  }

  /** The line that carries this call; null: it is not under way. */
  lineOf(key: string): SpeakingLine | null {
    return this.#orders.get(key)?.line ?? null;
  }

  /** Nothing more is dialed under this key. A call that is under way goes on until its line is hung up. */
  forget(key: string): void {
    const order = this.#orders.get(key);
    order?.rest?.cancel();
    this.#orders.delete(key);
  }

  #line(index: number): SpeakingLine {
    const { account, folder, clock, meter } = this.#options;
    const isFirst = index === 0;
    const options = { folder: join(folder, `line-${index + 1}`), account, isFirst, clock, meter, limits: this.#limits };
    return new SpeakingLine(options, {
      ready: () => {
        if (isFirst) this.#sendProbe();
        this.#pump();
      },
      down: (why) => {
        if (isFirst) this.#fail(why);
        this.#pump();
      },
      free: () => this.#pump(),
      registered: (isRegistered, why) => {
        if (isRegistered) this.#prove(why, null);
        else this.#fail(why);
      },
      probed: (text) => this.#probed(text),
      incoming: (peer) => this.#incoming(peer),
    });
  }

  async #incoming(peer: string): Promise<Incoming | null> {
    const { log, meter, name } = this.#options;
    for (const subscriber of this.#subscribers.keys()) {
      const answer = await subscriber.incoming(peer).catch(() => null);
      if (answer) return answer;
    }
    meter.count("okc_voice_refused_total");
    log.warn(`voice ${name}: a call was refused: it came from no number of the hotline, or too late to be a call back`);
    return null;
  }

  /** The later lines first: the first one is where calls back come in. */
  #freeLine(): SpeakingLine | undefined {
    return this.#lines.findLast((line) => line.isFree);
  }

  #pump(): void {
    if (this.#subscribers.size === 0) return;
    for (;;) {
      const [line, next] = [this.#freeLine(), nextOf(this.#free())];
      if (!line || !next) break;
      this.#dial(next, line);
    }
    const isServed = this.#lines.some((line) => line.isReady);
    for (const { plan, subscriber, line, rest } of this.#free()) {
      // A baresip that comes up for the first time needs a moment, and nothing is wrong yet.
      const why = isServed ? "all lines are busy" : this.#subscribers.get(subscriber)?.whyDown;
      if (!line && !rest && why) plan.waits(why);
    }
  }

  /** Without those whose own phone has a call of ours already: they are next when it ends. */
  #free(): Order[] {
    const all = [...this.#orders.values()];
    const engaged = new Set(all.flatMap(({ plan, line }) => (line ? [plan.uri] : [])));
    return all.filter(({ plan, line }) => line !== null || !plan.isOnePhone || !engaged.has(plan.uri));
  }

  #dial(order: Order, line: SpeakingLine): void {
    const { plan, subscriber } = order;
    order.attempts++;
    order.line = line;
    const begun = plan.begin(line);
    this.#options.meter.count("okc_voice_calls_total");
    line.dial(plan.uri, plan.speech(), {
      ...begun,
      ringing: () => {
        this.#prove("a phone rang", subscriber);
        begun.ringing();
      },
      answered: () => {
        this.#prove("a phone answered", subscriber);
        begun.answered();
      },
      ended: (ending) => this.#settle(order, ending, plan.ended(ending)),
    });
  }

  #settle(order: Order, ending: Ending, isOver: boolean): void {
    const { plan } = order;
    order.line = null;
    if (isOver || this.#orders.get(plan.key) !== order) {
      if (this.#orders.get(plan.key) === order) this.#orders.delete(plan.key);
    } else {
      order.rest = this.#options.clock.after(this.#restMs(order, ending), () => {
        order.rest = null;
        this.#pump();
      });
    }
  }

  #restMs({ attempts }: Order, { how }: Ending): DurationMs {
    const { againMs, unreachedMs, unreachedMaxMs } = this.#limits;
    if (how !== "unreachable" && how !== "not-made") return againMs;
    return Math.min(unreachedMs * 2 ** Math.min(attempts - 1, 10), unreachedMaxMs);
  }

  /** Through a server one call proves the way for all; from phone to phone only for who called. */
  #prove(why: string, subscriber: Subscriber | null): void {
    const now = this.#options.clock.now();
    for (const [who, subscription] of this.#subscribers)
      if (this.#options.account.server !== null || who === subscriber) subscription.prove(now, why);
  }

  #fail(why: string): void {
    for (const subscription of this.#subscribers.values()) subscription.fail(why);
  }

  #planProbe(): void {
    const { account, clock } = this.#options;
    if (account.register) return;
    this.#probe = clock.after(seconds(account.heartbeatS) / 2, () => {
      this.#sendProbe();
      this.#planProbe();
    });
  }

  /** Where nothing registers, any answer of the other side is the proof that it can be called. */
  #sendProbe(): void {
    if (this.#options.account.register) return;
    for (const subscription of this.#subscribers.values()) {
      const { probeUri } = subscription.subscriber;
      const lostAfterMs = this.lostAfterMs(probeUri);
      if (lostAfterMs !== null) subscription.expire(this.#options.clock.now(), lostAfterMs);
    }
    for (const uri of this.#probeUris()) this.#lines[0]!.probe(uri);
  }

  #probeUris(): readonly string[] {
    const { server, transport } = this.#options.account;
    if (server !== null) return [`sip:${server};transport=${transport}`];
    return [...this.#subscribers.keys()].flatMap(({ probeUri }) => probeUri ?? []);
  }

  /** `text` names whom the answer came from. */
  #probed(text: string): void {
    if (this.#options.account.server !== null) return this.#prove("answers", null);
    for (const subscriber of this.#subscribers.keys()) {
      const [address] = subscriber.probeUri?.split(";") ?? [];
      if (address !== undefined && text.includes(address)) this.#prove("answers", subscriber);
    }
  }
}
