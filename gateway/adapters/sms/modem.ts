import type { ByteLine, CreateByteLine } from "../../ports/byte-line.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { AtAnswer, AtCommand, Unasked } from "./at-dialogue.ts";
import { AtDialogue } from "./at-dialogue.ts";
import type { AtError } from "./at-errors.ts";
import { lost } from "./at-errors.ts";
import { healthOf } from "./modem-health.ts";
import type { Health } from "./modem-health.ts";
import type { Ask, PinGate } from "./modem-setup.ts";
import { setUp } from "./modem-setup.ts";
import { newsOf } from "./modem-news.ts";
import { ModemStorage } from "./modem-storage.ts";
import type { ReadPdu, SubmitPdu } from "./pdu.ts";
import { readPdu } from "./pdu.ts";
import type { SmsLimits } from "./sms-limits.ts";

export interface ModemEvents {
  /** It can send, or cannot and why. Called on each change. */
  state(up: boolean, why: string): void;
  /** It has just proved that it is in its network. */
  proved(): void;
  /** A person's text. Resolves when it is journaled; only then the modem forgets it. */
  text(from: string, text: string): Promise<void>;
  report(report: Extract<ReadPdu, { readonly kind: "report" }>): void;
  /** dBm at each look; null: not known. */
  signal(dbm: number | null): void;
  /** The SIM wants a person, or no longer does. */
  sim(fault: string | null): void;
  /** The modem was asked and is known now. */
  known(model: string, hasReports: boolean): void;
  /** Something that was not asked for and belongs to a call: `NO CARRIER`, `+RXDTMF: 1`. */
  call(line: string): void;
}

export interface ModemParts {
  readonly path: string;
  readonly baud: number;
  readonly smsc: string | null;
  readonly gate: PinGate;
  readonly createLine: CreateByteLine;
  readonly clock: Clock;
  readonly limits: SmsLimits;
  readonly events: ModemEvents;
}

export type Sent = { readonly ok: true; readonly reference: number } | { readonly ok: false; readonly error: AtError };

/** Heartbeats in a row without an answer until the port is opened anew. */
const MISSES_MAX = 2;

/** One life of the modem: from an opening or its own restart to the next. */
interface Life {
  readonly dialogue: AtDialogue;
  isSetUp: boolean;
  misses: number;
}

/** One modem: brought up, asked every half minute how it is, and brought up again whatever happens to it. */
export class Modem {
  readonly #parts: ModemParts;
  readonly #line: ByteLine;
  readonly #storage: ModemStorage;
  #life: Life | null = null;
  #timer: Timer | null = null;
  #renewals = 0;
  #running = false;
  #state: { up: boolean; why: string } = { up: false, why: "not opened yet" };

  constructor(parts: ModemParts) {
    this.#parts = parts;
    this.#storage = new ModemStorage({
      ask: (text, answers) => this.#ask(this.#life, text, answers),
      now: () => parts.clock.now(),
      limits: parts.limits,
      text: parts.events.text,
      report: parts.events.report,
    });
    this.#line = parts.createLine(parts.path, parts.baud, {
      opened: () => this.#begin(),
      bytes: (bytes) => this.#life?.dialogue.push(bytes),
      state: (up, why) => {
        if (!up) this.#end(`the port is lost: ${why}`);
      },
      renewed: (why) => this.#end(why),
    });
  }

  /** It has a SIM, a network and an open port. */
  get isReady(): boolean {
    return this.#state.up;
  }

  get why(): string {
    return this.#state.why;
  }

  start(): Promise<void> {
    this.#running = true;
    return this.#line.start();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#timer?.cancel();
    this.#life?.dialogue.end("the gateway stops");
    this.#life = null;
    await this.#line.stop();
  }

  /** Sends one part. An error looks at the modem at once: it may have lost its SIM or its network. */
  async send({ hex, length }: SubmitPdu): Promise<Sent> {
    const { promptMs, submitMs } = this.#parts.limits;
    const life = this.#life;
    const body = { pdu: hex, promptMs };
    const answer = await this.ask({ text: `AT+CMGS=${length}`, answers: /^\+CMGS:/, timeoutMs: submitMs, body });
    if (answer.ok) {
      const reference = Number(/^\+CMGS: ?(\d+)/.exec(answer.lines[0] ?? "")?.[1] ?? -1);
      // A network that takes a part is proof, and the heartbeat had to wait behind it.
      this.#parts.events.proved();
      return { ok: true, reference };
    }
    if (answer.error.cause !== "number" && answer.error.cause !== "message") this.#lookSoon(life);
    return answer;
  }

  ask(command: AtCommand): Promise<AtAnswer> {
    return this.#life?.dialogue.ask(command) ?? Promise.resolve({ ok: false, error: lost(this.#state.why) });
  }

  #ask(life: Life | null, text: string, answers?: RegExp): Promise<AtAnswer> {
    const timeoutMs = this.#parts.limits.commandMs;
    const ended = { ok: false, error: lost(this.#state.why) } as const;
    return life?.dialogue.ask({ text, timeoutMs, ...(answers && { answers }) }) ?? Promise.resolve(ended);
  }

  /** A fresh port, or a modem that has started anew on the same one. */
  #begin(): void {
    this.#timer?.cancel();
    const dialogue: AtDialogue = new AtDialogue({
      clock: this.#parts.clock,
      write: (bytes) => this.#line.write(bytes) !== null,
      unasked: (said) => {
        if (this.#life?.dialogue === dialogue) this.#hear(said);
      },
    });
    const life: Life = { dialogue, isSetUp: false, misses: 0 };
    this.#life = life;
    void this.#bringUp(life);
  }

  async #bringUp(life: Life): Promise<void> {
    const { gate, smsc, events, limits } = this.#parts;
    const ask: Ask = (text, answers) => this.#ask(life, text, answers);
    const setup = await setUp({ ask, gate, smsc, pause: (ms) => this.#pause(ms) });
    if (this.#life !== life) return;
    if (!setup.ok) {
      this.#tell(false, setup.why);
      if (setup.fault === "sim") events.sim(setup.why);
      if (setup.fault === "mute") this.#renew(setup.why);
      else this.#after(life, limits.lookAgainMs, () => this.#bringUp(life));
      return;
    }
    life.isSetUp = true;
    events.known(setup.model, setup.hasReports);
    await this.#look(life);
  }

  /** The heartbeat. */
  async #look(life: Life): Promise<void> {
    const health = await healthOf((text, answers) => this.#ask(life, text, answers));
    if (this.#life !== life) return;
    const { limits, events } = this.#parts;
    if (!health.answers) {
      life.misses++;
      if (life.misses >= MISSES_MAX) return this.#renew("the modem does not answer");
    } else this.#judge(life, health);
    const well = health.answers && health.hindrance === null;
    this.#after(life, well ? limits.heartbeatMs : limits.lookAgainMs, () => this.#look(life));
    if (well) await this.#storage.sweepWhenNeeded();
    else if (health.isSim) events.sim(health.hindrance);
  }

  #judge(life: Life, { hindrance, signalDbm, isSim }: Health): void {
    const { events } = this.#parts;
    life.misses = 0;
    this.#renewals = 0;
    if (!isSim) events.sim(null);
    events.signal(signalDbm);
    if (hindrance === null) events.proved();
    const wasUp = this.#state.up;
    this.#tell(hindrance === null, hindrance ?? "the modem is in its network");
    if (hindrance === null && !wasUp) this.#storage.sweepSoon();
    // Without a SIM the settings may be gone too.
    if (isSim) life.isSetUp = false;
  }

  #lookSoon(life: Life | null): void {
    if (life?.isSetUp && this.#life === life) this.#after(life, 0, () => this.#look(life));
  }

  #hear(said: Unasked): void {
    const life = this.#life!;
    const { events, limits } = this.#parts;
    const news = newsOf(said);
    switch (news.kind) {
      case "restarted":
        this.#end("the modem has started anew");
        this.#timer = this.#parts.clock.after(limits.bootMs, () => this.#begin());
        return;
      case "changed":
        return this.#lookSoon(life);
      case "stored":
        return void this.#storage.read(news.place);
      case "full":
        return void this.#storage.makeRoom();
      case "pdu": {
        const pdu = readPdu(news.hex);
        if (pdu?.kind === "report") events.report(pdu);
        else if (pdu) void this.#storage.take(pdu);
        return;
      }
      case "rings":
        // Nobody is there to speak to; a caller that rings on would keep the line from us.
        return void this.#ask(life, "AT+CHUP");
      case "call":
        return events.call(said.line);
      case "other":
    }
  }

  /** This life is over; a fresh port begins the next. */
  #end(why: string): void {
    this.#timer?.cancel();
    const life = this.#life;
    this.#life = null;
    this.#tell(false, why);
    life?.dialogue.end(why);
  }

  #renew(why: string): void {
    const { clock, limits } = this.#parts;
    this.#end(why);
    const restMs = Math.min(limits.renewMs * 2 ** this.#renewals++, limits.renewMaxMs);
    this.#timer = clock.after(restMs, () => this.#line.renew(why));
  }

  #after(life: Life, ms: number, run: () => Promise<void>): void {
    this.#timer?.cancel();
    this.#timer = this.#parts.clock.after(ms, () => {
      if (this.#life === life) void (life.isSetUp ? run() : this.#bringUp(life));
    });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#timer?.cancel();
      this.#timer = this.#parts.clock.after(ms, resolve);
    });
  }

  #tell(up: boolean, why: string): void {
    if (!this.#running || (this.#state.up === up && this.#state.why === why)) return;
    this.#state = { up, why };
    this.#parts.events.state(up, why);
  }
}
