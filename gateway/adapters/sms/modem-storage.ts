import type { EpochMs } from "../../core/units.ts";
import { IncomingTexts } from "./incoming-texts.ts";
import type { IncomingTextsLimits, WholeText } from "./incoming-texts.ts";
import type { Ask } from "./modem-setup.ts";
import { readPdu } from "./pdu.ts";
import type { ReadPdu } from "./pdu.ts";

export interface ModemStorageParts {
  readonly ask: Ask;
  now(): EpochMs;
  readonly limits: IncomingTextsLimits;
  text(from: string, text: string): Promise<void>;
  report(report: Extract<ReadPdu, { readonly kind: "report" }>): void;
}

type TextPdu = Extract<ReadPdu, { readonly kind: "text" }>;

const PDU = /^(?:[0-9A-Fa-f]{2})+$/;

/** Reads the messages that lie in the modem and its SIM, one piece of work after the other, and deletes what was handed on. */
export class ModemStorage {
  readonly #parts: ModemStorageParts;
  readonly #texts: IncomingTexts;
  #work: Promise<void> = Promise.resolve();
  /** Read all at the next heartbeat: something may lie there that nobody told of. */
  #sweepDue = true;

  constructor(parts: ModemStorageParts) {
    this.#parts = parts;
    this.#texts = new IncomingTexts(parts.limits);
  }

  /** One message that the modem told of. */
  read(place: number): Promise<void> {
    return this.#then(async () => {
      const answer = await this.#parts.ask(`AT+CMGR=${place}`, /^\+CMGR:/);
      const hex = answer.ok ? answer.lines.find((line) => PDU.test(line)) : undefined;
      if (hex === undefined) this.#sweepDue = true;
      else await this.#handle(hex, place);
    });
  }

  /** A text that the modem handed over at once. */
  take(pdu: TextPdu): Promise<void> {
    return this.#then(() => this.#handOn(this.#texts.take(pdu, null, this.#parts.now())));
  }

  sweepSoon(): void {
    this.#sweepDue = true;
  }

  /** Reads all where that is due, and hands on what waited too long for its rest. */
  sweepWhenNeeded(): Promise<void> {
    return this.#then(async () => {
      if (this.#sweepDue) await this.#sweep();
      await this.#handOn(this.#texts.overdue(this.#parts.now()));
    });
  }

  /** The memory is full, and the network keeps back what comes next. */
  makeRoom(): Promise<void> {
    return this.#then(async () => {
      await this.#sweep();
      await this.#handOn(this.#texts.overdue(this.#parts.now(), true));
    });
  }

  #then(work: () => Promise<void>): Promise<void> {
    // What could not be journaled lies in the modem still, and is read again.
    this.#work = this.#work.then(work).catch(() => this.sweepSoon());
    return this.#work;
  }

  async #sweep(): Promise<void> {
    // 4: all, read or not (3GPP TS 27.005, 3.1).
    const answer = await this.#parts.ask("AT+CMGL=4", /^\+CMGL:/);
    if (!answer.ok) return;
    this.#sweepDue = false;
    let place: number | null = null;
    for (const line of answer.lines) {
      const header = /^\+CMGL: ?(\d+)/.exec(line);
      if (header) place = Number(header[1]);
      else if (place !== null && PDU.test(line)) await this.#handle(line, place);
    }
  }

  async #handle(hex: string, place: number): Promise<void> {
    const pdu = readPdu(hex);
    if (pdu?.kind === "text") return this.#handOn(this.#texts.take(pdu, place, this.#parts.now()));
    if (pdu) this.#parts.report(pdu);
    // A picture, a ring tone: nobody here reads it, and it would take the room.
    await this.#forget(place);
  }

  async #handOn(texts: readonly WholeText[]): Promise<void> {
    for (const whole of texts) {
      if (!whole.isRepeat) await this.#parts.text(whole.from, whole.text);
      this.#texts.handedOn(whole);
      for (const place of whole.places) await this.#forget(place);
    }
  }

  async #forget(place: number): Promise<void> {
    await this.#parts.ask(`AT+CMGD=${place}`);
  }
}
