import { randomBytes } from "node:crypto";
import type { DurationMs } from "../../core/units.ts";
import { seconds } from "../../core/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { SipOutcome } from "./client-transaction.ts";
import { DigestMemory } from "./digest.ts";
import type { ScaipLimits } from "./scaip-limits.ts";
import type { ScaipReceiver } from "./scaip-receiver.ts";
import { readReply, writeRequest } from "./scaip-xml.ts";
import type { ScaipReply, ScaipRequest } from "./scaip-xml.ts";
import { uriOf } from "./sip-answers.ts";
import { SipEndpoint } from "./sip-endpoint.ts";
import type { Sending, WriteRequest } from "./sip-endpoint.ts";
import { hostText } from "./sip-fields.ts";
import { headerOf } from "./sip-message.ts";
import type { SipHeader, SipRequest, SipResponse } from "./sip-message.ts";

/** What one SCAIP message came to. */
export type Result =
  | { readonly type: "reply"; readonly reply: ScaipReply }
  /** A final status of SIP other than 2xx. */
  | { readonly type: "status"; readonly status: number; readonly retryAfterMs: DurationMs | null }
  | { readonly type: "unauthorised"; readonly why: string }
  /** It took the message, and the reply to it never came. */
  | { readonly type: "no-reply" }
  | { readonly type: "silent" }
  | { readonly type: "lost"; readonly why: string };

export interface ExchangeListener {
  /** It first left the machine. */
  left?(): void;
  /** The receiver's machine has it; what SCAIP says of it is still to come. */
  accepted?(): void;
  done(result: Result): void;
}

export interface ExchangesParts {
  readonly receiver: ScaipReceiver;
  readonly clock: Clock;
  readonly limits: ScaipLimits;
  /** A reply to a message that nothing waits for any more: one that was late, or the end of a hold. */
  readonly late: (reply: ScaipReply) => void;
  readonly stranger: (address: string) => void;
}

const AGENT: SipHeader = { name: "user-agent", value: "One-Key Call" };
const CONTENT_TYPE: SipHeader = { name: "content-type", value: "application/scaip+xml" };
const READABLE = /^application\/(?:scaip\+)?xml\s*(?:;|$)|^text\/xml\s*(?:;|$)/i;
/** A receiver that challenges without end is refused after this many. */
const CHALLENGES_MAX = 4;

/** Messages of SCAIP to one receiver and its replies, whichever way they come: in the answer of SIP or by themselves. */
export class ScaipExchanges {
  readonly #parts: ExchangesParts;
  readonly #endpoint: SipEndpoint;
  readonly #digest: DigestMemory;
  /** By reference; of two with one reference the newer one is answered. */
  readonly #open = new Map<string, Exchange>();

  constructor(parts: ExchangesParts) {
    const { receiver, clock, limits, stranger } = parts;
    const { user, password, host, tls } = receiver;
    this.#parts = parts;
    this.#digest = new DigestMemory(password === null ? null : { user, password });
    this.#endpoint = new SipEndpoint({
      clock,
      limits,
      receiver,
      repliesFrom: receiver.repliesFrom,
      listen: receiver.listen,
      tls: tls && { ...tls, serverName: tls.serverName ?? host },
      heard: (request) => this.#heard(request),
      stranger,
    });
  }

  send(request: ScaipRequest, listener: ExchangeListener): Sending {
    const { clock, limits, receiver } = this.#parts;
    const exchange = new Exchange({
      request,
      clock,
      limits,
      receiver,
      endpoint: this.#endpoint,
      digest: this.#digest,
      listener,
      over: () => this.#open.get(request.ref) === exchange && this.#open.delete(request.ref),
    });
    this.#open.set(request.ref, exchange);
    exchange.start();
    return exchange;
  }

  /** It does not answer: later messages take a new connection. */
  renew(why: string): void {
    this.#endpoint.renew(why);
  }

  #heard(request: SipRequest): number {
    if (!READABLE.test(headerOf(request, "content-type"))) return 415;
    const reply = readReply(request.body);
    if (!reply) return 488;
    const exchange = this.#open.get(reply.ref);
    if (exchange) exchange.heard(reply);
    else this.#parts.late(reply);
    return 200;
  }

  async stop(): Promise<void> {
    for (const exchange of [...this.#open.values()]) exchange.cancel();
    await this.#endpoint.stop();
  }
}

interface ExchangeParts extends Pick<ExchangesParts, "clock" | "limits" | "receiver"> {
  readonly request: ScaipRequest;
  readonly endpoint: SipEndpoint;
  readonly digest: DigestMemory;
  readonly listener: ExchangeListener;
  readonly over: () => void;
}

const token = (): string => randomBytes(8).toString("hex");

/** One message until its reply: its tries with and without a password, and the wait for a separate reply. */
class Exchange implements Sending {
  readonly #parts: ExchangeParts;
  readonly #body: Buffer;
  readonly #callId = token();
  readonly #tag = token();
  #sequence = 0;
  #challenges = 0;
  readonly #answered = new Set<number>();
  #sending: Sending | null = null;
  #wait: Timer | null = null;
  #isOver = false;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    this.#body = writeRequest(parts.request);
  }

  start(): void {
    const isFirst = this.#sequence++ === 0;
    const left = (): void => {
      if (isFirst) this.#parts.listener.left?.();
    };
    this.#sending = this.#parts.endpoint.send(this.#write(), left, (outcome) => this.#take(outcome));
  }

  /** A reply that came as a message of its own. */
  heard(reply: ScaipReply): void {
    this.#finish({ type: "reply", reply });
  }

  cancel(): void {
    this.#end();
  }

  #write(): WriteRequest {
    const { receiver, digest } = this.#parts;
    const uri = receiver.uri ?? `sip:${hostText(receiver.host)}:${receiver.port}`;
    const credentials = digest.headers("MESSAGE", uri);
    return ({ transport, local, via }) => ({
      type: "request",
      method: "MESSAGE",
      uri,
      headers: [
        via,
        { name: "max-forwards", value: "70" },
        { name: "from", value: `<${uriOf(receiver.user, local.host, local.port)}>;tag=${this.#tag}` },
        { name: "to", value: `<${uri}>` },
        { name: "call-id", value: this.#callId },
        { name: "cseq", value: `${this.#sequence} MESSAGE` },
        { name: "contact", value: `<${uriOf(receiver.user, local.host, local.port)};transport=${transport}>` },
        ...credentials,
        AGENT,
        CONTENT_TYPE,
      ],
      body: this.#body,
    });
  }

  #take(outcome: SipOutcome): void {
    if (this.#isOver) return;
    if (outcome.type !== "answered") return this.#finish(outcome);
    const { response } = outcome;
    const { status } = response;
    if (status === 401 || status === 407) return this.#challenged(response);
    if (status >= 300) return this.#finish({ type: "status", status, retryAfterMs: retryAfterOf(response) });
    const reply = readReply(response.body);
    if (reply?.ref === this.#parts.request.ref) return this.#finish({ type: "reply", reply });
    this.#parts.listener.accepted?.();
    this.#wait = this.#parts.clock.after(this.#parts.limits.replyMs, () => this.#finish({ type: "no-reply" }));
  }

  #challenged(response: SipResponse): void {
    const taken = this.#parts.digest.take(response);
    if ("why" in taken) return this.#finish({ type: "unauthorised", why: taken.why });
    const isWrong = this.#answered.has(response.status) && !taken.stale;
    if (isWrong || ++this.#challenges > CHALLENGES_MAX)
      return this.#finish({ type: "unauthorised", why: "does not accept our user and password" });
    this.#answered.add(response.status);
    this.start();
  }

  #finish(result: Result): void {
    if (this.#isOver) return;
    this.#end();
    this.#parts.listener.done(result);
  }

  #end(): void {
    this.#isOver = true;
    this.#wait?.cancel();
    this.#sending?.cancel();
    this.#parts.over();
  }
}

/** `Retry-After: 18000;duration=3600`; null: none that can be read. */
function retryAfterOf(response: SipResponse): DurationMs | null {
  const match = /^(\d{1,6})\b/.exec(headerOf(response, "retry-after"));
  return match && seconds(Number(match[1]));
}
