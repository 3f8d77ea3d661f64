import { randomBytes } from "node:crypto";
import { isIPv6 } from "node:net";
import type { Clock } from "../../ports/clock.ts";
import { ClientTransaction } from "./client-transaction.ts";
import type { SipOutcome } from "./client-transaction.ts";
import { ReceiverAddress } from "./receiver-address.ts";
import type { SipLimits } from "./scaip-limits.ts";
import { ServerTransactions } from "./server-transactions.ts";
import { ACCEPT, ALLOW, answerOf, demandedBy, returnTarget } from "./sip-answers.ts";
import type { SipConnection, TlsOptions } from "./sip-connection.ts";
import { cseqOf, hostText, viasOf } from "./sip-fields.ts";
import { writeSip } from "./sip-message.ts";
import type { SipHeader, SipMessage, SipRequest } from "./sip-message.ts";
import { SipSockets } from "./sip-sockets.ts";
import type { LocalEnd, Source, Target, Transport } from "./sip-sockets.ts";

export interface EndpointParts {
  readonly clock: Clock;
  readonly limits: SipLimits;
  readonly receiver: { readonly host: string; readonly port: number; readonly transport: Transport };
  /** Addresses besides the receiver's own that may send us its replies. */
  readonly repliesFrom: readonly string[];
  readonly listen: LocalEnd;
  readonly tls: TlsOptions | null;
  /** A MESSAGE that came from the receiver; gives the status that it is answered with. */
  readonly heard: (request: SipRequest) => number;
  /** Somebody else than the receiver spoke to us. */
  readonly stranger: (address: string) => void;
}

/** A request that is to be sent: what stands in it depends on the way it takes. */
export type WriteRequest = (way: {
  readonly transport: Transport;
  readonly local: LocalEnd;
  readonly via: SipHeader;
}) => SipRequest;

export interface Sending {
  /** Nobody wants to know its end any more; it is not sent again. */
  cancel(): void;
}

const COOKIE = "z9hG4bK";
const VIA_NAMES = { udp: "UDP", tcp: "TCP", tls: "TLS" } as const;

const token = (): string => randomBytes(8).toString("hex");

/** Our end of SIP towards one receiver: requests with their transactions, and answers to what it asks. */
export class SipEndpoint {
  readonly #parts: EndpointParts;
  readonly #address: ReceiverAddress;
  readonly #sockets: SipSockets;
  readonly #answers: ServerTransactions;
  /** Requests that wait for their answer, by branch. */
  readonly #transactions = new Map<string, ClientTransaction>();
  #stopped = false;

  constructor(parts: EndpointParts) {
    const { clock, limits, receiver } = parts;
    this.#parts = parts;
    this.#address = new ReceiverAddress({
      host: receiver.host,
      also: parts.repliesFrom,
      family: isIPv6(parts.listen.host) ? 6 : 4,
      clock,
      believedMs: limits.addressMs,
    });
    this.#answers = new ServerTransactions(clock, limits);
    this.#sockets = new SipSockets({
      ...parts,
      admits: (address) => this.#address.admits(address),
      listener: {
        heard: (message, source) => this.#heard(message, source),
        unreadable: () => undefined,
        lost: (connection, why) => this.#lost(connection, why),
      },
    });
  }

  /** Sends a request in a new transaction. `left` is called when it first leaves, `done` once with what it came to. */
  send(write: WriteRequest, left: () => void, done: (outcome: SipOutcome) => void): Sending {
    let isWanted = true;
    let transaction: ClientTransaction | null = null;
    const finish = (outcome: SipOutcome): void => {
      if (outcome.type === "silent") this.renew("no answer came over it");
      else if (outcome.type === "lost") this.#address.doubt();
      if (isWanted && !this.#stopped) done(outcome);
    };
    this.#prepare(write).then(
      ({ bytes, branch, target, connection }) => {
        if (!isWanted || this.#stopped) return;
        left();
        transaction = this.#open(branch, connection, () => this.#write(bytes, target, connection), finish);
      },
      (error: unknown) => finish({ type: "lost", why: reasonOf(error) }),
    );
    return {
      cancel() {
        isWanted = false;
        transaction?.finish(null);
      },
    };
  }

  #open(
    branch: string,
    connection: SipConnection | null,
    send: () => void,
    done: (outcome: SipOutcome) => void,
  ): ClientTransaction {
    const { clock, limits } = this.#parts;
    const transaction = new ClientTransaction({ clock, limits, connection, send, done });
    this.#transactions.set(branch, transaction);
    transaction.start(() => this.#transactions.delete(branch));
    return transaction;
  }

  async #prepare(write: WriteRequest) {
    const { receiver, limits } = this.#parts;
    const { transport, port } = receiver;
    const target: Target = { transport, address: await this.#address.resolve(), port };
    await this.#sockets.open();
    const local = await this.#sockets.localEnd(target);
    const branch = COOKIE + token();
    const bytesFor = (way: Transport): Buffer =>
      writeSip(write({ transport: way, local, via: viaOf(way, local, branch) }));
    if (transport !== "udp") {
      const connection = await this.#sockets.connection(target);
      return { bytes: bytesFor(transport), branch, target, connection };
    }
    const bytes = bytesFor("udp");
    if (bytes.length <= limits.datagramBytesMax) return { bytes, branch, target, connection: null };
    try {
      const connection = await this.#sockets.connection({ ...target, transport: "tcp" });
      return { bytes: bytesFor("tcp"), branch, target, connection };
    } catch {
      // A receiver without TCP gets the long datagram (RFC 3261, section 18.1.1).
      return { bytes, branch, target, connection: null };
    }
  }

  /** It does not answer: later requests go over a new connection, to an address that was asked for anew. */
  renew(why: string): void {
    this.#address.doubt();
    this.#sockets.renew(why);
  }

  #write(bytes: Buffer, target: Target, connection: SipConnection | null): void {
    if (connection) connection.write(bytes);
    else this.#sockets.send(bytes, target);
  }

  #lost(connection: SipConnection, why: string): void {
    for (const transaction of [...this.#transactions.values()])
      if (transaction.connection === connection) transaction.finish({ type: "lost", why });
  }

  #heard(message: SipMessage, source: Source): void {
    if (this.#stopped) return;
    if (message.type === "request") return this.#serve(message, source);
    const vias = viasOf(message);
    // With more stations than ours it went astray (section 8.1.3.3).
    const branch = vias?.length === 1 ? vias[0]!.params.get("branch") : undefined;
    if (branch !== undefined) this.#transactions.get(branch)?.heard(message);
  }

  #serve(request: SipRequest, source: Source): void {
    const via = viasOf(request)?.[0];
    if (!via || request.method === "ACK") return;
    if (!this.#address.admits(source.address)) this.#parts.stranger(source.address);
    const before = this.#answers.answered(request, via);
    if (before) return this.#reply(before, returnTarget(via, source), source);
    const answer = { tag: token(), ...this.#judge(request, source) };
    const bytes = writeSip(answerOf(request, source, answer));
    this.#answers.keep(request, via, bytes);
    this.#reply(bytes, returnTarget(via, source), source);
  }

  #judge(request: SipRequest, source: Source): { readonly status: number; readonly headers?: readonly SipHeader[] } {
    if (cseqOf(request)?.method !== request.method.toUpperCase()) return { status: 400 };
    if (!this.#address.admits(source.address)) return { status: 403 };
    const demanded = demandedBy(request);
    if (demanded.length > 0) return { status: 420, headers: [{ name: "unsupported", value: demanded.join(", ") }] };
    if (request.method === "OPTIONS") return { status: 200, headers: [ALLOW, ACCEPT] };
    if (request.method !== "MESSAGE") return { status: 405, headers: [ALLOW] };
    const status = this.#parts.heard(request);
    return status === 415 ? { status, headers: [ACCEPT] } : { status };
  }

  #reply(bytes: Buffer, target: Target, { connection }: Source): void {
    this.#write(bytes, target, connection);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const transaction of [...this.#transactions.values()]) transaction.finish(null);
    this.#answers.stop();
    await this.#sockets.close();
  }
}

const viaOf = (transport: Transport, { host, port }: LocalEnd, branch: string): SipHeader => ({
  name: "via",
  value: `SIP/2.0/${VIA_NAMES[transport]} ${hostText(host)}:${port};rport;branch=${branch}`,
});

const reasonOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
};
