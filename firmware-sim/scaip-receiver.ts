import { createSocket, type Socket as Datagrams } from "node:dgram";
import { EventEmitter } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { SimClock, SimTimer } from "./clock.ts";
import { realClock } from "./clock.ts";
import type { DigestDoor, ReplyTags, SipIn } from "./scaip.ts";
import { answerTo, branchOf, challengeOf, field, proves, readMrq, readSip, textOf, writeMrs } from "./scaip.ts";

/** How the receiver behaves; all of it may be changed while it runs. */
export interface ScaipBehaviour {
  /** Where the reply stands: in the answer of SIP, or in a MESSAGE of its own. */
  replyBy: "body" | "message";
  /** `snu` of messages that are no heartbeat. */
  snu: number;
  /** The first messages under a reference that are answered HOLD (4). */
  holdFirst: number;
  /** Takes the message by SIP, and gives no reply to it. */
  silent: boolean;
  /** Hears all and answers nothing, as a machine that hangs. */
  mute: boolean;
  /** Datagrams that get lost before they are heard. */
  dropFirst: number;
  /** A final status instead of 200: `503 Service Unavailable`. */
  status: string | null;
  door: DigestDoor | null;
  /** Requests under one nonce before it is stale. */
  nonceUses: number;
  root: "mrs" | "scaip";
  /** Replies are to this reference instead of the message's own. */
  ref: string | null;
  contentType: string;
  /** More tags of a reply: cre, mre, tnu, hbi. */
  tags: ReplyTags;
  /** `snu` of heartbeats. */
  heartbeatSnu: number;
}

/** A message that was heard, retransmissions apart. */
export interface ScaipSeen {
  readonly ref: string;
  readonly type: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly transport: "udp" | "tcp";
  readonly head: readonly string[];
}

export interface ScaipReceiverOptions {
  readonly host?: string;
  /** 0, the default: any free one, the same for datagrams and connections. */
  readonly port?: number;
  readonly clock?: SimClock;
  /** Connections are TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

interface Signals {
  message: [ScaipSeen];
  /** The answer to a MESSAGE of ours. */
  answered: [string];
}

type Back = (text: string) => void;

/** Messages that are kept; the oldest are forgotten. */
const KEPT_MAX = 100_000;
const RESEND_MS = 500;
const RESENDS_MAX = 5;

/** A hotline's SCAIP receiver. Emits `message` for each one it hears, heartbeats and resets too. */
export class ScaipSimReceiver extends EventEmitter<Signals> {
  readonly behaviour: ScaipBehaviour = {
    replyBy: "body",
    snu: 0,
    holdFirst: 0,
    silent: false,
    mute: false,
    dropFirst: 0,
    status: null,
    door: null,
    nonceUses: Infinity,
    root: "mrs",
    ref: null,
    contentType: "application/scaip+xml",
    tags: {},
    heartbeatSnu: 0,
  };
  readonly seen: ScaipSeen[] = [];
  /** Datagrams and messages of connections, lost and repeated ones too. */
  arrivals = 0;
  /** Connections that were opened to it so far. */
  connections = 0;
  readonly #options: ScaipReceiverOptions;
  readonly #clock: SimClock;
  readonly #sockets = new Set<Socket>();
  readonly #answers = new Map<string, string>();
  readonly #held = new Map<string, number>();
  readonly #resends = new Map<string, SimTimer>();
  #datagrams: Datagrams | null = null;
  #server: Server | null = null;
  #port: number;
  #count = 0;
  #nonce = "n0";
  #nonceUsed = 0;

  constructor(options: ScaipReceiverOptions = {}) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    this.#port = options.port ?? 0;
  }

  get port(): number {
    return this.#port;
  }

  /** Alarms and reports, without heartbeats and resets. */
  get alarms(): readonly ScaipSeen[] {
    return this.seen.filter(({ type }) => type === "ME" || type === "IN");
  }

  /** Resolves when it listens. A later start takes the same port. */
  async start(): Promise<this> {
    const host = this.#options.host ?? "127.0.0.1";
    const { tls } = this.#options;
    const server = tls ? createTlsServer(tls, (socket) => this.#serve(socket)) : createServer((s) => this.#serve(s));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port: this.#port }, resolve);
    });
    server.on("error", () => undefined);
    const address = server.address();
    if (address !== null && typeof address === "object") this.#port = address.port;
    this.#server = server;
    const datagrams = createSocket(host.includes(":") ? "udp6" : "udp4");
    await new Promise<void>((resolve, reject) => {
      datagrams.once("error", reject);
      datagrams.bind(this.#port, host, resolve);
    });
    datagrams.on("message", (bytes, { address: from, port }) => {
      this.arrivals++;
      if (this.behaviour.dropFirst > 0) return void this.behaviour.dropFirst--;
      const read = readSip(bytes);
      if (read) this.#take(read.message, "udp", (text) => this.#datagrams?.send(text, port, from));
    });
    this.#datagrams = datagrams;
    return this;
  }

  async stop(): Promise<void> {
    const [server, datagrams] = [this.#server, this.#datagrams];
    this.#server = this.#datagrams = null;
    for (const timer of this.#resends.values()) timer.cancel();
    this.#resends.clear();
    for (const socket of this.#sockets) socket.destroy();
    if (datagrams) await new Promise<void>((resolve) => datagrams.close(() => resolve()));
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** Ends all connections, as a restarted router would. */
  disconnect(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** From now on it hears datagrams only. */
  refuseConnections(): void {
    this.#server?.close();
    this.#server = null;
    this.disconnect();
  }

  #serve(socket: Socket): void {
    this.connections++;
    this.#sockets.add(socket);
    let bytes: Buffer = Buffer.alloc(0);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("data", (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      for (let read = readSip(bytes); read; read = readSip(bytes)) {
        bytes = read.rest;
        this.arrivals++;
        this.#take(read.message, "tcp", (text) => void (socket.destroyed || socket.write(text)));
      }
    });
  }

  #take(message: SipIn, transport: "udp" | "tcp", back: Back): void {
    if (message.start.startsWith("SIP/2.0")) return this.#answered(message);
    const branch = branchOf(message);
    const before = this.#answers.get(branch);
    if (before !== undefined) return back(before);
    const tags = readMrq(message.body);
    const say = (text: string): void => {
      this.#answers.set(branch, text);
      back(text);
    };
    if (!tags) return say(answerTo(message, "400 Bad Request", ""));
    if (!this.#admits(message)) {
      const { door } = this.behaviour;
      const stale = this.#nonceUsed >= this.behaviour.nonceUses;
      if (stale) this.#renewNonce();
      const status = door!.status === 401 ? "401 Unauthorized" : "407 Proxy Authentication Required";
      return say(answerTo(message, status, "", [challengeOf(door!, this.#nonce, stale)]));
    }
    this.#hear(message, { tags, transport, back, say });
  }

  #admits(message: SipIn): boolean {
    const { door, nonceUses } = this.behaviour;
    if (!door) return true;
    if (this.#nonceUsed >= nonceUses || !proves(message, door, this.#nonce)) return false;
    this.#nonceUsed++;
    return true;
  }

  #renewNonce(): void {
    this.#nonce = `n${++this.#count}`;
    this.#nonceUsed = 0;
  }

  #hear(
    message: SipIn,
    at: { tags: ReadonlyMap<string, string>; transport: "udp" | "tcp"; back: Back; say: Back },
  ): void {
    const { behaviour } = this;
    const { tags, transport, back, say } = at;
    const ref = tags.get("ref") ?? "";
    const seen: ScaipSeen = { ref, type: tags.get("mty") ?? "ME", tags, transport, head: message.lines };
    this.seen.push(seen);
    if (this.seen.length > KEPT_MAX) this.seen.shift();
    if (behaviour.mute) this.#answers.delete(branchOf(message));
    else if (behaviour.status !== null) say(answerTo(message, behaviour.status, ""));
    else if (behaviour.silent) say(answerTo(message, "200 OK", ""));
    else {
      const reply = writeMrs(behaviour.root, behaviour.ref ?? ref, {
        snu: String(this.#statusOf(seen)),
        ...behaviour.tags,
      });
      if (behaviour.replyBy === "body")
        say(answerTo(message, "200 OK", reply, [`Content-Type: ${behaviour.contentType}`]));
      else {
        say(answerTo(message, "200 OK", ""));
        this.#send(message, reply, transport, back);
      }
    }
    this.emit("message", seen);
  }

  #statusOf({ type, ref }: ScaipSeen): number {
    if (type === "PI") return this.behaviour.heartbeatSnu;
    if (type === "RE") return 0;
    const held = this.#held.get(ref) ?? 0;
    if (held >= this.behaviour.holdFirst) return this.behaviour.snu;
    this.#held.set(ref, held + 1);
    return 4;
  }

  /** A MESSAGE of our own to whoever sent the request, again and again until it is answered. */
  #send(request: SipIn, body: string, transport: "udp" | "tcp", back: Back): void {
    const id = `sim${++this.#count}`;
    const via = `SIP/2.0/${transport.toUpperCase()} 127.0.0.1:${this.#port};rport;branch=z9hG4bK${id}`;
    const uri = /<([^>]+)>/.exec(field(request, "Contact"))?.[1] ?? "sip:gateway";
    const text = textOf(
      [
        `MESSAGE ${uri} SIP/2.0`,
        `v: ${via}`,
        "Max-Forwards: 70",
        `f: <sip:receiver@127.0.0.1:${this.#port}>;tag=${id}`,
        `t: ${field(request, "From")}`,
        `i: ${id}@sim`,
        "CSeq: 1 MESSAGE",
        `c: ${this.behaviour.contentType}`,
      ],
      body,
    );
    const send = (left: number): void => {
      back(text);
      if (transport === "tcp" || left === 0) return;
      this.#resends.set(
        id,
        this.#clock.after(RESEND_MS, () => send(left - 1)),
      );
    };
    send(RESENDS_MAX);
  }

  #answered(message: SipIn): void {
    const id = branchOf(message).slice("z9hG4bK".length);
    this.#resends.get(id)?.cancel();
    this.#resends.delete(id);
    this.emit("answered", message.start);
  }
}
