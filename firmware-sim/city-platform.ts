import { createHmac, randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { SimClock, SimTimer } from "./clock.ts";
import { realClock } from "./clock.ts";
import { bodyOf, LocalServer } from "./local-server.ts";
import { signatureIsRight } from "./phone-message.ts";

/** A message as it came: a call, or a step in the life of an alarm. */
export interface CityMessage {
  readonly type: string;
  readonly id: string;
  readonly seq?: number;
  readonly report?: string;
  readonly changed?: readonly string[];
  readonly alarm: { readonly id: string; readonly version?: number; readonly state?: string } | null;
  readonly [field: string]: unknown;
}

/** What an operator does; `id` and `by` are filled in where they are not given. */
export interface CityAct {
  readonly act: string;
  readonly alarm: string;
  readonly id?: string;
  readonly by?: string;
  readonly version?: number;
  readonly [field: string]: unknown;
}

/**
 * How it answers. `acknowledging`: 200 with a word; `bare`: 200 without; `down`: 503; `refusing`: 400; `closed`: 401, as
 * before its own side was set up; `garbled`: 200 with what is no JSON.
 */
export type CityMode = "acknowledging" | "bare" | "down" | "refusing" | "closed" | "garbled";

export interface CityPlatformOptions {
  readonly secret: string;
  readonly host?: string;
  /** 0, the default: any free one. */
  readonly port?: number;
  /** Where the gateway takes what operators did: `http://…/api/platform/NAME`. Null: acts go in answers only. */
  readonly gateway?: string | null;
  readonly operator?: string;
  readonly clock?: SimClock;
}

export interface ActResult {
  /** HTTP status; 0: the gateway could not be reached. */
  readonly status: number;
  readonly body: { readonly [field: string]: unknown } | null;
}

interface Signals {
  /** A message that was not seen before. */
  message: [CityMessage];
}

/** Messages that are remembered; the oldest are forgotten. */
const KEPT_MAX = 10_000;
const ACT_MAX_MS = 10_000;
const STATUS: Readonly<Record<CityMode, number>> = {
  acknowledging: 200,
  bare: 200,
  garbled: 200,
  down: 503,
  refusing: 400,
  closed: 401,
};

/** A city's platform, such as 81890: takes calls and the life of alarms, and tells what its operators did. */
export class CityPlatform extends EventEmitter<Signals> {
  /** First deliveries only, in order. */
  readonly messages: CityMessage[] = [];
  mode: CityMode = "acknowledging";
  /** Each answer waits for so long. */
  slowMs = 0;
  /** What an operator does by themselves with each alarm that is called, so long after. Empty: by hand. */
  rule: readonly { readonly act: string; readonly afterMs: number; readonly outcome?: string }[] = [];
  /** Deliveries of messages that were already there. */
  duplicates = 0;
  /** Deliveries with a missing or wrong signature. */
  refused = 0;
  /** Every request, whatever became of it. */
  requests = 0;
  /** Told in the next answer that it gives. */
  readonly #toSay: CityAct[] = [];
  readonly #options: CityPlatformOptions;
  readonly #clock: SimClock;
  readonly #keys = new Set<string>();
  readonly #called = new Set<string>();
  readonly #timers = new Set<SimTimer>();
  readonly #server: LocalServer;

  constructor(options: CityPlatformOptions) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    this.#server = new LocalServer(options, (request, response) => this.#serve(request, response));
  }

  /** What a site writes as `url`. */
  get url(): string {
    return `http://${this.#options.host ?? "127.0.0.1"}:${this.#server.port}/okc`;
  }

  start(): Promise<{ readonly port: number }> {
    return this.#server.start();
  }

  stop(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    return this.#server.stop();
  }

  /** The steps in the life of one alarm, in the order in which they came. */
  lifeOf(alarm: string): readonly CityMessage[] {
    return this.messages.filter((message) => message.seq !== undefined && message.alarm?.id === alarm);
  }

  /** Calls to take an alarm. */
  get calls(): readonly CityMessage[] {
    return this.messages.filter(({ type, alarm }) => type === "call" && alarm !== null);
  }

  /** An operator does something: told to the gateway at once. */
  async act(act: CityAct): Promise<ActResult> {
    const { gateway, secret } = this.#options;
    if (gateway == null) throw new Error("this platform cannot reach the gateway: say it in an answer");
    const body = JSON.stringify(this.#whole(act));
    return post(gateway, body, signatureOf(body, secret, this.#clock.now()));
  }

  /** An operator does something: told in the answer to the next message. */
  say(act: CityAct): void {
    this.#toSay.push(this.#whole(act));
  }

  #whole(act: CityAct): CityAct {
    return { id: randomUUID(), by: this.#options.operator ?? "李梅", ...act };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    this.requests++;
    if (this.slowMs > 0) await new Promise<void>((resolve) => this.#later(this.slowMs, resolve));
    const header = (name: string): string => String(request.headers[name] ?? "");
    const isSigned = signatureIsRight(header("x-okc-signature"), body, this.#options.secret);
    if (!isSigned) this.refused++;
    const status = isSigned ? STATUS[this.mode] : 401;
    const answer = status === 200 ? this.#take(header("idempotency-key"), JSON.parse(body) as CityMessage) : {};
    response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
    response.end(this.mode === "garbled" ? "<html>" : this.mode === "bare" ? "" : JSON.stringify(answer));
  }

  #take(key: string, message: CityMessage): object {
    if (this.#keys.has(key)) this.duplicates++;
    else this.#keep(key, message);
    const acts = this.mode === "acknowledging" ? this.#toSay.splice(0) : [];
    return { received: true, id: message.id, ...(acts.length > 0 && { acts }) };
  }

  #keep(key: string, message: CityMessage): void {
    this.#keys.add(key);
    this.messages.push(message);
    if (this.messages.length > KEPT_MAX) this.messages.shift();
    for (const oldest of this.#keys) {
      if (this.#keys.size <= KEPT_MAX) break;
      this.#keys.delete(oldest);
    }
    this.emit("message", message);
    const alarm = message.alarm?.id;
    if (message.type !== "call" || alarm === undefined || this.#called.has(alarm)) return;
    this.#called.add(alarm);
    for (const { afterMs, ...rule } of this.rule)
      this.#later(afterMs, () => void this.act({ ...rule, alarm }).catch(() => undefined));
  }

  #later(ms: number, run: () => void): void {
    const timer = this.#clock.after(ms, () => {
      this.#timers.delete(timer);
      run();
    });
    this.#timers.add(timer);
  }
}

/** `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`. */
export function signatureOf(body: string, secret: string, at: number): string {
  const t = Math.floor(at / 1_000);
  return `t=${t},v1=${createHmac("sha256", secret).update(`${t}.${body}`).digest("hex")}`;
}

async function post(url: string, body: string, signature: string): Promise<ActResult> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "x-okc-signature": signature },
      body,
      signal: AbortSignal.timeout(ACT_MAX_MS),
    });
    return { status: response.status, body: (await response.json()) as ActResult["body"] };
  } catch {
    return { status: 0, body: null };
  }
}
