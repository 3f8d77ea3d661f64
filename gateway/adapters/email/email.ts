import type { createTransport, Transporter } from "nodemailer";
import type { DurationMs } from "../../core/units.ts";
import { formatDuration, seconds } from "../../core/units.ts";
import type { PersonMessage } from "../../ports/channel.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Sender, Try, Verdict } from "../../ports/sender.ts";

export interface EmailParts {
  readonly host: string;
  readonly port: number;
  /** `implicit`: TLS from the first byte; `starttls`: asked for, and nothing is sent without; `none`: plain. */
  readonly tls: "implicit" | "starttls" | "none";
  readonly login: { readonly user: string; readonly password: string } | null;
  /** The address that mails come from. */
  readonly from: string;
  readonly clock: Clock;
  readonly limits?: Partial<EmailLimits>;
}

export interface EmailLimits {
  /** Connections to the mail server; a mail waits for one. */
  readonly connectionsMax: number;
  /** From the first byte to the server's word; a mail that takes longer is cut and tried again. */
  readonly mailMs: DurationMs;
}

export const EMAIL_LIMITS: EmailLimits = { connectionsMax: 4, mailMs: seconds(30) };

const ADDRESS = /^[^\s@<>"(),:;]{1,64}@[^\s@<>"(),:;[\]]{1,190}$/;

/** One mail to one person over SMTP. `sent`: the next mail server took it, and nothing more. */
export class EmailSender implements Sender<PersonMessage> {
  readonly place: string;
  readonly #parts: EmailParts;
  readonly #limits: EmailLimits;
  #transport: Transporter | null = null;
  readonly #underWay = new Set<AbortController>();

  constructor(parts: EmailParts) {
    this.place = `${parts.host}:${parts.port}`;
    this.#parts = parts;
    this.#limits = { ...EMAIL_LIMITS, ...parts.limits };
  }

  async open(): Promise<void> {
    const { createTransport } = await import("nodemailer");
    this.#transport = createTransport(poolOf(this.#parts, this.#limits));
    // Of connections that wait for work; those at work tell their mail.
    this.#transport.on("error", () => undefined);
  }

  async send(message: PersonMessage, { wallAt }: Try): Promise<Verdict> {
    if (!ADDRESS.test(message.address)) {
      const detail = "the contact's address is no mail address";
      return { fate: "failed", works: null, result: "no-address", reason: "no mail address", detail };
    }
    const patience = new AbortController();
    this.#underWay.add(patience);
    const timer = this.#parts.clock.after(this.#limits.mailMs, () => patience.abort());
    try {
      const mail = { ...this.#mailOf(message), date: new Date(wallAt), signal: patience.signal };
      await this.#transport!.sendMail(mail);
      return { fate: "sent", works: true, result: "250" };
    } catch (error) {
      return patience.signal.aborted ? this.#late() : verdictOn(error as SmtpError);
    } finally {
      timer.cancel();
      this.#underWay.delete(patience);
    }
  }

  close(): Promise<void> {
    for (const patience of this.#underWay) patience.abort();
    this.#transport?.close();
    return Promise.resolve();
  }

  #mailOf({ key, address, priority, words, link }: PersonMessage) {
    const { from } = this.#parts;
    return {
      from,
      to: { name: "", address },
      subject: words.title,
      text: link === null ? `${words.text}\n` : `${words.text}\n\n${link}\n`,
      // The same at each try: who has it already shows it once.
      messageId: `<${key}@${from.slice(from.lastIndexOf("@") + 1).replace(/>.*$/, "")}>`,
      priority: priority === 1 ? ("high" as const) : ("normal" as const),
      headers: { "auto-submitted": "auto-generated" },
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }

  #late(): Verdict {
    const why = `no answer within ${formatDuration(this.#limits.mailMs)}`;
    return { fate: "retry", works: false, result: "unreached", reason: why, detail: why, waitMs: 0 };
  }
}

function poolOf({ host, port, tls, login }: EmailParts, { connectionsMax, mailMs }: EmailLimits) {
  return {
    pool: true as const,
    host,
    port,
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    maxConnections: connectionsMax,
    // What was cut is tried again by us, when its time has come.
    maxRequeues: 0,
    connectionTimeout: mailMs,
    greetingTimeout: mailMs,
    socketTimeout: mailMs,
    ...(login && { auth: { user: login.user, pass: login.password } }),
  } satisfies Parameters<typeof createTransport>[0];
}

interface SmtpError extends Error {
  readonly code?: string;
  readonly responseCode?: number;
}

/** RFC 5321, 4.2.1: 4yz passes, 5yz does not; 503 is about the connection, 421 about the whole server. */
function verdictOn({ code = "ESOCKET", responseCode = 0 }: SmtpError): Verdict {
  if (code === "ETLS" || responseCode < 400 || responseCode > 599) {
    const why = `the mail server cannot be reached (${code})`;
    return { fate: "retry", works: false, result: "unreached", reason: why, detail: why, waitMs: 0 };
  }
  const told = { result: String(responseCode), reason: `SMTP ${responseCode}` };
  const isForGood = responseCode >= 500 && responseCode !== 503;
  if (isForGood && code === "EAUTH") {
    const detail = `SMTP ${responseCode}: the mail server refuses our login; check user and password`;
    return { ...told, fate: "failed", works: false, detail };
  }
  if (isForGood) return { ...told, fate: "failed", works: null, detail: told.reason };
  return { ...told, fate: "retry", works: responseCode === 421 ? false : null, detail: told.reason, waitMs: 0 };
}
