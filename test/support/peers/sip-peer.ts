import { createSocket } from "node:dgram";
import { once } from "node:events";
import { Inbox } from "./inbox.ts";

/** Somebody with a datagram socket who writes SIP by hand. */
export class SipPeer {
  readonly heard = new Inbox<string>("what the SIP peer heard");
  readonly #socket = createSocket("udp4");
  #branch = 0;

  async open(host = "127.0.0.1"): Promise<this> {
    this.#socket.bind(0, host);
    await once(this.#socket, "listening");
    this.#socket.on("message", (bytes) => this.heard.push(bytes.toString()));
    return this;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** A request with all that it needs; `more` are further lines of its head. */
  request(method: string, body = "", more: readonly string[] = ["Content-Type: application/scaip+xml"]): string {
    return [
      `${method} sip:okc@127.0.0.1 SIP/2.0`,
      `Via: SIP/2.0/UDP 192.0.2.99:5060;rport;branch=z9hG4bKpeer${++this.#branch}`,
      "From: <sip:arc@example.com>;tag=1",
      "To: <sip:okc@127.0.0.1>",
      "Call-ID: peer@example.com",
      `CSeq: 1 ${method}`,
      ...more,
      `Content-Length: ${Buffer.byteLength(body)}`,
      "",
      body,
    ].join("\r\n");
  }

  send(text: string, port: number): void {
    this.#socket.send(text, port, "127.0.0.1");
  }

  /** The answer to a request that is sent now. */
  async ask(text: string, port: number): Promise<string> {
    const before = this.heard.items.length;
    this.send(text, port);
    return (await this.heard.reach(before + 1))[before]!;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }
}
