import { EventEmitter } from "node:events";
import type { SimClock, SimTimer } from "./clock.ts";
import { realClock } from "./clock.ts";
import { LocalServer } from "./local-server.ts";
import type { PhoneAnswer, PhoneMessage } from "./phone-message.ts";
import { readMessage, signatureIsRight } from "./phone-message.ts";
import { servePhones } from "./phones-http.ts";
import type { PhoneOffer } from "./phone-offer.ts";

export type { PhoneOffer } from "./phone-offer.ts";

/** What a person does with an offer by itself: these answers, each so long after the one before. None: by hand. */
export type PhoneRule = readonly { readonly answer: PhoneAnswer; readonly afterMs: number }[];

export interface PhonesOptions {
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** 0, the default: any free one. */
  readonly port?: number;
  /** Messages without its right signature get 401. */
  readonly secret?: string;
  readonly clock?: SimClock;
  /** Names for responders' ids on the page. */
  readonly names?: Readonly<Record<string, string>>;
}

interface Signals {
  /** A message that was not seen before. */
  message: [PhoneMessage];
  answered: [{ readonly responder: string; readonly answer: PhoneAnswer; readonly status: number }];
}

export interface AnswerResult {
  /** HTTP status of the gateway's reply; 0: it could not be reached. */
  readonly status: number;
  readonly body: unknown;
}

/** Remembered Idempotency-Keys and offers; the oldest are forgotten. */
const KEPT_MAX = 10_000;
const ANSWER_MAX_MS = 10_000;

/** The phones of volunteers and relatives: a webhook receiver that shows what each person got, and answers. */
export class Phones extends EventEmitter<Signals> {
  /** What came in, first deliveries only, in order. */
  readonly messages: PhoneMessage[] = [];
  readonly offers: PhoneOffer[] = [];
  readonly rules = new Map<string, PhoneRule>();
  /** Deliveries of messages that were already there. */
  duplicates = 0;
  /** Deliveries with a missing or wrong signature. */
  refused = 0;
  /** While true every delivery gets 503, as from a broken push service. */
  failing = false;
  readonly #options: PhonesOptions;
  readonly #clock: SimClock;
  readonly #keys = new Set<string>();
  readonly #timers = new Set<SimTimer>();
  readonly #server: LocalServer;

  constructor(options: PhonesOptions = {}) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    this.#server = new LocalServer(options, (request, response) => servePhones(this, request, response));
  }

  /** Names for responders' ids. */
  get names(): Readonly<Record<string, string>> {
    return this.#options.names ?? {};
  }

  /** What a site writes as `url` of its volunteers' webhook. */
  get url(): string {
    return `http://${this.#options.host ?? "127.0.0.1"}:${this.#server.port}/notify`;
  }

  start(): Promise<{ readonly port: number }> {
    return this.#server.start();
  }

  stop(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    return this.#server.stop();
  }

  /** What one person got, oldest first. */
  of(responder: string): readonly PhoneOffer[] {
    return this.offers.filter((offer) => offer.responder === responder);
  }

  /** Answers the newest offer of a person, or the one named. Rejects when there is none to answer. */
  async answer(responder: string, answer: PhoneAnswer, offerId?: string): Promise<AnswerResult> {
    const offer = this.offers.findLast(
      (each) => each.responder === responder && (offerId === undefined || each.message.offer.id === offerId),
    );
    if (!offer) throw new Error(`${responder} has no offer${offerId === undefined ? "" : ` ${offerId}`}`);
    let result = await this.#post(offer, answer);
    const current = versionIn(result.body);
    if (current !== null) offer.version = current;
    // Something else moved the offer on meanwhile; a person would look at the page again and repeat.
    if (result.status === 409 && current !== null) result = await this.#post(offer, answer);
    const taken = result.status >= 200 && result.status < 300;
    if (taken) {
      offer.answered = answer;
      offer.version = versionIn(result.body) ?? offer.version;
    }
    offer.trouble = taken ? null : `${result.status} ${JSON.stringify(result.body).slice(0, 200)}`;
    this.emit("answered", { responder, answer, status: result.status });
    return result;
  }

  async #post(offer: PhoneOffer, answer: PhoneAnswer): Promise<AnswerResult> {
    const way = offer.message.answer;
    if (!way) throw new Error(`offer ${offer.message.offer.id} says no way to answer it`);
    try {
      const response = await fetch(way.url, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${way.token}` },
        body: JSON.stringify({ version: offer.version, answer }),
        signal: AbortSignal.timeout(ANSWER_MAX_MS),
      });
      const text = await response.text();
      return { status: response.status, body: parsed(text) };
    } catch (error) {
      return { status: 0, body: (error as Error).message };
    }
  }

  /** Takes a delivery; gives the HTTP status of the reply and what it says. */
  notify(delivery: { readonly key: string; readonly signature: string; readonly body: string }): [number, unknown] {
    const { key, signature, body } = delivery;
    const { secret } = this.#options;
    if (secret !== undefined && !signatureIsRight(signature, body, secret)) {
      this.refused++;
      return [401, { error: "X-OKC-Signature is missing or wrong" }];
    }
    if (this.failing) return [503, { error: "the push service is down" }];
    const message = readMessage(body);
    if (typeof message === "string") return [400, { error: message }];
    if (key !== "" && this.#keys.has(key)) {
      this.duplicates++;
      return [200, { seen: "before" }];
    }
    this.#keys.add(key);
    for (const oldest of this.#keys) {
      if (this.#keys.size <= KEPT_MAX) break;
      this.#keys.delete(oldest);
    }
    this.#show(message);
    return [202, { seen: "first" }];
  }

  #show(message: PhoneMessage): void {
    keep(this.messages, message);
    const { responder } = message;
    const known = this.offers.find(
      (each) => each.responder === responder && each.message.offer.id === message.offer.id,
    );
    if (message.type === "withdrawn") {
      if (known) known.withdrawn = { at: this.#clock.now(), reason: message.reason };
    } else if (known) {
      known.version = Math.max(known.version, message.offer.version);
    } else {
      const { version } = message.offer;
      const at = this.#clock.now();
      const offer = { responder, message, at, version, answered: null, withdrawn: null, trouble: null };
      keep(this.offers, offer);
      this.#follow(this.rules.get(responder) ?? this.rules.get("*") ?? [], offer);
    }
    this.emit("message", message);
  }

  #follow(rule: PhoneRule, offer: PhoneOffer): void {
    const [step, ...rest] = rule;
    if (!step) return;
    const timer = this.#clock.after(step.afterMs, () => {
      this.#timers.delete(timer);
      if (offer.withdrawn) return;
      const next = (): void => this.#follow(rest, offer);
      this.answer(offer.responder, step.answer, offer.message.offer.id).then(next, next);
    });
    this.#timers.add(timer);
  }
}

function versionIn(body: unknown): number | null {
  if (typeof body !== "object" || body === null) return null;
  const { version, offer } = body as { version?: unknown; offer?: { version?: unknown } };
  const found = offer?.version ?? version;
  return typeof found === "number" ? found : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function keep<Item>(list: Item[], item: Item): void {
  list.push(item);
  if (list.length > KEPT_MAX) list.shift();
}
