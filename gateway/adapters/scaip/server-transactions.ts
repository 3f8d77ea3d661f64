import type { Clock, Timer } from "../../ports/clock.ts";
import { transactionMs } from "./scaip-limits.ts";
import type { SipLimits } from "./scaip-limits.ts";
import type { Via } from "./sip-fields.ts";
import { headerOf } from "./sip-message.ts";
import type { SipRequest } from "./sip-message.ts";

/**
 * Answers that were given, kept for timer J (RFC 3261, section 17.2.2): a request that comes again because its answer was
 * lost gets the same one, and is not acted on twice.
 */
export class ServerTransactions {
  readonly #clock: Clock;
  readonly #limits: SipLimits;
  readonly #answers = new Map<string, { readonly bytes: Buffer; readonly timer: Timer }>();

  constructor(clock: Clock, limits: SipLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** The answer that this request has had already; null: it is new. */
  answered(request: SipRequest, via: Via): Buffer | null {
    return this.#answers.get(keyOf(request, via))?.bytes ?? null;
  }

  /** Keeps an answer. Over a connection nothing is retransmitted, and timer J is 0. */
  keep(request: SipRequest, via: Via, bytes: Buffer): void {
    if (via.transport !== "UDP") return;
    const key = keyOf(request, via);
    const oldest = this.#answers.keys().next().value;
    if (oldest !== undefined && this.#answers.size >= this.#limits.answersMax) this.#forget(oldest);
    const timer = this.#clock.after(transactionMs(this.#limits), () => this.#answers.delete(key));
    this.#answers.set(key, { bytes, timer });
  }

  stop(): void {
    for (const key of [...this.#answers.keys()]) this.#forget(key);
  }

  #forget(key: string): void {
    this.#answers.get(key)?.timer.cancel();
    this.#answers.delete(key);
  }
}

/** Section 17.2.3: the branch and who sent it; without the cookie of RFC 3261 what RFC 2543 matched by. */
function keyOf(request: SipRequest, { params, host, port }: Via): string {
  const branch = params.get("branch") ?? "";
  const sender = `${host.toLowerCase()}:${port ?? ""}`;
  if (branch.startsWith("z9hG4bK")) return [branch, sender, request.method].join(" ");
  const fields = ["via", "from", "to", "call-id", "cseq"].map((name) => headerOf(request, name));
  return [request.method, request.uri, ...fields].join(" ");
}
