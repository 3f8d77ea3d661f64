import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { SimModem } from "../../../firmware-sim/gsm/modem.ts";
import { SimNetwork } from "../../../firmware-sim/gsm/network.ts";
import { SmtpPeer } from "../../support/peers/smtp-peer.ts";
import { nowMs } from "../figures.ts";

/** One message as it came to the other side. */
export interface Arrival {
  readonly channel: string;
  readonly atMs: number;
  /** Whom it was for: the contact's address. */
  readonly to: string;
  readonly text: string;
}

/** Where messages of one or several channels end: as their services do, without a delay of their own. */
export interface End {
  readonly channels: readonly string[];
  /** Entries of `volunteers`, one line each. */
  entries(): readonly string[];
  /** The address of contact number `index`. */
  addressOf(channel: string, index: number): string;
  open(heard: (arrival: Arrival) => void): Promise<void>;
  close(): Promise<void>;
}

const POSTED = ["webhook", "ntfy", "wecom", "dingtalk", "feishu"] as const;
type Posted = (typeof POSTED)[number];

const mobileOf = (index: number): string => `138${String(index).padStart(8, "0")}`;

interface Body {
  readonly address?: string;
  readonly topic?: string;
}

/** Whom a robot mentions stands in its text. */
const mentionedIn = (text: string): string => /1\d{10}/.exec(text)?.[0] ?? "";

const TO: Readonly<Record<Posted, (body: Body, text: string) => string>> = {
  webhook: ({ address = "" }) => address,
  ntfy: ({ topic = "" }) => topic,
  wecom: (_, text) => mentionedIn(text),
  dingtalk: (_, text) => mentionedIn(text),
  feishu: (_, text) => mentionedIn(text),
};

const ANSWERS: Readonly<Record<Posted, object>> = {
  webhook: {},
  ntfy: { id: "x1", event: "message" },
  wecom: { errcode: 0, errmsg: "ok" },
  dingtalk: { errcode: 0, errmsg: "ok" },
  feishu: { code: 0, msg: "success" },
};

/** Everything that is an HTTP post. */
export class PostEnd implements End {
  readonly channels = POSTED;
  readonly #server: Server = createServer();

  entries(): string[] {
    const { port } = this.#server.address() as AddressInfo;
    const url = (channel: Posted): string => `http://127.0.0.1:${port}${channel === "ntfy" ? "" : `/${channel}`}`;
    return POSTED.map((channel) => `- { channel: ${channel}, url: "${url(channel)}" }`);
  }

  addressOf(channel: string, index: number): string {
    return channel === "webhook" || channel === "ntfy" ? `t${index}` : mobileOf(index);
  }

  async open(heard: (arrival: Arrival) => void): Promise<void> {
    this.#server.on("request", (request, response) => {
      void textOf(request).then((text) => {
        const channel = POSTED.find((one) => request.url?.startsWith(`/${one}`)) ?? "ntfy";
        heard({ channel, atMs: nowMs(), to: TO[channel](JSON.parse(text) as Body, text), text });
        response.setHeader("content-type", "application/json").end(JSON.stringify(ANSWERS[channel]));
      });
    });
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** A mail server. */
export class MailEnd implements End {
  readonly channels = ["email"];
  readonly #peer = new SmtpPeer();

  entries(): string[] {
    return [`- { channel: email, host: 127.0.0.1, port: ${this.#peer.port}, tls: none, from: okc@example.org }`];
  }

  addressOf(_: string, index: number): string {
    return `n${index}@example.org`;
  }

  async open(heard: (arrival: Arrival) => void): Promise<void> {
    const push = this.#peer.mails.push.bind(this.#peer.mails);
    this.#peer.mails.push = (mail) => {
      heard({ channel: "email", atMs: nowMs(), to: mail.to[0] ?? "", text: textOfMail(mail.data) });
      push(mail);
    };
    await this.#peer.open();
  }

  close(): Promise<void> {
    return this.#peer.close();
  }
}

/** The text of a mail in base64 or quoted-printable (RFC 2045, 6). */
function textOfMail(data: string): string {
  const [head = "", body = ""] = data.split(/\r\n\r\n(.*)/s);
  if (/content-transfer-encoding: base64/i.test(head)) return Buffer.from(body, "base64").toString("utf8");
  const joined = body.replace(/=\r\n/g, "");
  return Buffer.from(
    joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  ).toString("utf8");
}

/** Two modems on pseudo-terminals; their network carries at once, where a real one takes seconds a part. */
export class SmsEnd implements End {
  readonly channels = ["sms"];
  readonly #network = new SimNetwork();
  readonly #modems: readonly SimModem[];

  constructor(folder: string) {
    this.#modems = [1, 2].map(
      (turn) =>
        new SimModem({ link: join(folder, `modem-${turn}`), number: `+861390000000${turn}`, network: this.#network }),
    );
  }

  entries(): string[] {
    const modems = this.#modems.map(({ link }) => `{ path: "${link}" }`).join(", ");
    return [`- { channel: sms, modems: [${modems}] }`];
  }

  addressOf(_: string, index: number): string {
    return mobileOf(index);
  }

  async open(heard: (arrival: Arrival) => void): Promise<void> {
    this.#network.on("text", ({ number, text }) => heard({ channel: "sms", atMs: nowMs(), to: number, text }));
    await Promise.all(this.#modems.map((modem) => modem.start()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#modems.map((modem) => modem.stop()));
  }
}
