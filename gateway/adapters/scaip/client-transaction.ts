import type { Clock, Timer } from "../../ports/clock.ts";
import { transactionMs } from "./scaip-limits.ts";
import type { SipLimits } from "./scaip-limits.ts";
import type { SipConnection } from "./sip-connection.ts";
import type { SipResponse } from "./sip-message.ts";

/** What a request came to. `lost`: it cannot have been answered, or not where it was sent. */
export type SipOutcome =
  | { readonly type: "answered"; readonly response: SipResponse }
  | { readonly type: "silent" }
  | { readonly type: "lost"; readonly why: string };

export interface TransactionParts {
  readonly clock: Clock;
  readonly limits: SipLimits;
  /** Null: it goes by datagrams, and is sent again until it is answered. */
  readonly connection: SipConnection | null;
  readonly send: () => void;
  /** Called once. */
  readonly done: (outcome: SipOutcome) => void;
}

/**
 * The client's side of a request other than INVITE (RFC 3261, section 17.1.2): timer E sends it again over UDP after T1,
 * 2 T1 … T2, and each T2 once a provisional response came; timer F gives it up after 64 T1. Timer K has nothing to do
 * here: what comes after the end matches no transaction, and is dropped.
 */
export class ClientTransaction {
  readonly connection: SipConnection | null;
  readonly #parts: TransactionParts;
  #resend: Timer | null = null;
  #end: Timer | null = null;
  #waitMs: number;
  #over = false;
  #ended: (() => void) | null = null;

  constructor(parts: TransactionParts) {
    this.#parts = parts;
    this.connection = parts.connection;
    this.#waitMs = parts.limits.t1Ms;
  }

  /** `ended` is called when it is over, however it ends, before anybody is told. */
  start(ended: () => void): void {
    this.#ended = ended;
    const { clock, limits, send } = this.#parts;
    this.#end = clock.after(transactionMs(limits), () => this.finish({ type: "silent" }));
    if (!this.connection) this.#armResend();
    send();
  }

  #armResend(): void {
    const { clock, limits, send } = this.#parts;
    this.#resend = clock.after(this.#waitMs, () => {
      this.#waitMs = Math.min(this.#waitMs * 2, limits.t2Ms);
      this.#armResend();
      send();
    });
  }

  heard(response: SipResponse): void {
    if (this.#over) return;
    if (response.status >= 200) return this.finish({ type: "answered", response });
    this.#waitMs = this.#parts.limits.t2Ms;
  }

  /** Ends it, with what it came to; null: nobody wants to know any more. */
  finish(outcome: SipOutcome | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#resend?.cancel();
    this.#end?.cancel();
    this.#ended?.();
    if (outcome) this.#parts.done(outcome);
  }
}
