import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { TLSSocket, createSecureContext } from "node:tls";
import { Inbox } from "./inbox.ts";

export interface PeerMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and text, as they came. */
  readonly data: string;
  readonly isEncrypted: boolean;
  readonly user: string | null;
}

/** What the server says at one place; `silent`: nothing, `cut`: it closes. */
type Reply = `${number}${string}` | "silent" | "cut";

/** A mail server on this machine (RFC 5321, STARTTLS, AUTH PLAIN) that keeps what it gets and answers as a test tells it. */
export class SmtpPeer {
  readonly mails = new Inbox<PeerMail>("mails");
  /** Every message whose recipient was named, taken or not. */
  readonly tries = new Inbox<string>("tries");
  readonly connections = new Inbox<number>("connections");
  greeting: Reply = "220 peer ready";
  login: Reply = "235 welcome";
  recipient: Reply = "250 ok";
  taken: Reply = "250 queued";
  /** Key and certificate: it offers STARTTLS. */
  tls: { readonly key: string; readonly cert: string } | null = null;
  #server: Server | null = null;
  #port = 0;
  readonly #sockets = new Set<Socket>();

  get port(): number {
    return this.#port;
  }

  async open(): Promise<this> {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      this.connections.push(this.connections.items.length + 1);
      this.#say(socket, this.greeting);
      this.#serve(socket, false);
    });
    await new Promise<void>((resolve) => this.#server!.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #say(socket: Socket, reply: Reply): void {
    if (reply === "cut") socket.destroy();
    else if (reply !== "silent") socket.write(`${reply}\r\n`);
  }

  #serve(socket: Socket, isEncrypted: boolean): void {
    let rest = "";
    let mail: { from: string; to: string[]; data: string } | null = null;
    let isData = false;
    let user: string | null = null;
    const say = (reply: Reply): void => this.#say(socket, reply);
    const line = (text: string): void => {
      if (isData && mail) {
        if (text !== ".") return void (mail.data += `${text}\r\n`);
        isData = false;
        if (this.taken.startsWith("250")) this.mails.push({ ...mail, isEncrypted, user });
        return say(this.taken);
      }
      const verb = text.slice(0, 4).toUpperCase();
      if (verb === "EHLO") {
        const offers = [...(this.tls && !isEncrypted ? ["STARTTLS"] : []), "AUTH PLAIN", "8BITMIME"];
        return say(["250-peer", ...offers.map((one) => `250-${one}`), "250 OK"].join("\r\n") as Reply);
      }
      if (verb === "STAR") return this.#encrypt(socket);
      if (verb === "AUTH") {
        user =
          Buffer.from(text.split(" ")[2] ?? "", "base64")
            .toString()
            .split("\0")[1] ?? null;
        return say(this.login);
      }
      if (verb === "MAIL") {
        mail = { from: /<(.*)>/.exec(text)?.[1] ?? "", to: [], data: "" };
        return say("250 ok");
      }
      if (verb === "RCPT") {
        mail?.to.push(/<(.*)>/.exec(text)?.[1] ?? "");
        this.tries.push(mail?.to.at(-1) ?? "");
        return say(this.recipient);
      }
      if (verb === "DATA") {
        isData = true;
        return say("354 go on");
      }
      say(verb === "QUIT" ? "221 bye" : "250 ok");
    };
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      rest += chunk.toString("utf8");
      for (let end = rest.indexOf("\r\n"); end >= 0; end = rest.indexOf("\r\n")) {
        const text = rest.slice(0, end);
        rest = rest.slice(end + 2);
        line(text);
      }
    });
  }

  #encrypt(socket: Socket): void {
    if (!this.tls) return this.#say(socket, "502 no TLS");
    socket.removeAllListeners("data");
    this.#say(socket, "220 go ahead");
    const secure = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(this.tls) });
    this.#serve(secure, true);
  }
}
