import type { ChannelSink } from "../../ports/channel.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log, Meter } from "../../ports/log.ts";
import type { ReplyLimitSettings } from "./reply-limit.ts";
import { ReplyLimit } from "./reply-limit.ts";
import { internationalOf, isPersonal } from "./sms-numbers.ts";

export interface TextAnswersParts {
  readonly id: string;
  readonly country: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly limits: ReplyLimitSettings;
  /** Null: the gateway stops. */
  sink(): ChannelSink | null;
  reply(number: string, words: string): void;
}

/** Texts that people write to the modems: handed on with their number, and answered with what the rules say. */
export class TextAnswers {
  readonly #parts: TextAnswersParts;
  readonly #limit: ReplyLimit;

  constructor(parts: TextAnswersParts) {
    this.#parts = parts;
    this.#limit = new ReplyLimit(parts.limits);
  }

  /** Resolves when the text is journaled. @throws when it cannot be: the modem keeps it. */
  async take(from: string, text: string): Promise<void> {
    const { id, country, clock, log, meter, sink, reply } = this.#parts;
    const open = sink();
    if (!open) throw new Error("the gateway stops");
    const number = internationalOf(from, country) ?? from;
    const { taken, words } = await open.answer({ key: null, address: number, said: { text } });
    meter.count("okc_sms_received_total", { channel: id, result: taken ? "taken" : "not-taken" });
    if (!taken) log.info(`sms ${id}: a text that answers nothing came in`);
    if (words === null || !isPersonal(number)) return;
    if (this.#limit.take(number, clock.now())) reply(number, words);
    else log.warn(`sms ${id}: somebody writes again and again and gets no more replies for now`);
  }
}
