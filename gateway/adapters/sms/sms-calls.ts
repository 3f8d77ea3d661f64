import type { DurationMs } from "../../core/units.ts";
import type { ChannelSink } from "../../ports/channel.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { Meter } from "../../ports/log.ts";
import type { Modem } from "./modem.ts";

/** A person who is called beside the message. */
export interface SmsCall {
  readonly key: string;
  readonly number: string;
  readonly spoken: string;
}

export interface SmsCallsParts {
  readonly id: string;
  /** `ring`: the telephone rings and nothing is spoken. `speak`: the modem reads the words and hears keys. */
  readonly mode: "ring" | "speak";
  readonly language: "zh-CN" | "en";
  readonly clock: Clock;
  readonly meter: Meter;
  readonly commandMs: DurationMs;
  ready(): readonly Modem[];
  /** Null: the gateway stops. */
  sink(): ChannelSink | null;
  /** A person took the call and all words were spoken into it. */
  spoken(key: string): void;
}

interface Current {
  readonly modem: Modem;
  readonly call: SmsCall;
  /** Why it ended: the other side, the network, or we. */
  over: string | null;
  key: "1" | "2" | null;
  isSpeaking: boolean;
  /** Called when one of these changes. */
  wake: () => void;
}

/** Calls that wait; a person whose call does not fit has the message. */
const CALLS_MAX = 50;
const LOOK_MS = 1_000;
const RING_LOOKS = 25;
const ROUNDS = 3;
const SPEECH_MS = 40_000;
const KEY_MS = 5_000;
/** SIMCom's manual allows 512 octets of UCS-2. */
const SPEECH_CHARS_MAX = 200;

const HOW = { "zh-CN": "接受请按 1，不能去请按 2。", en: " Press 1 to accept, 2 to decline." } as const;

/**
 * Rings the people whose message has left, one after another. A call that rings or is taken proves nothing of the
 * message by itself; where the modem speaks, one that was taken and spoken through is `delivered`, and a key answers.
 */
export class SmsCalls {
  readonly #parts: SmsCallsParts;
  readonly #waiting: SmsCall[] = [];
  #current: Current | null = null;
  #timer: Timer | null = null;

  constructor(parts: SmsCallsParts) {
    this.#parts = parts;
  }

  add(call: SmsCall): void {
    if (this.#waiting.length >= CALLS_MAX) return this.#count("too-many");
    this.#waiting.push(call);
    this.pump();
  }

  withdraw(key: string): void {
    const at = this.#waiting.findIndex((call) => call.key === key);
    if (at >= 0) this.#waiting.splice(at, 1);
    if (this.#current?.call.key === key) this.#end(this.#current, "withdrawn");
  }

  /** `BUSY`, `+RXDTMF: 1`, `+CTTS: 0`: what a modem says of its call. */
  heard(modem: Modem, line: string): void {
    const now = this.#current;
    if (now?.modem !== modem) return;
    const key = /^\+(?:RX)?DTMF: ?([12])/.exec(line)?.[1];
    if (key !== undefined) now.key = key as "1" | "2";
    else if (/^\+CTTS: ?0/.test(line)) now.isSpeaking = false;
    else if (/^(?:BUSY|NO |VOICE CALL: END)/.test(line)) now.over = line.startsWith("BUSY") ? "busy" : "ended";
    now.wake();
  }

  pump(): void {
    const modem = this.#current ? undefined : this.#parts.ready()[0];
    const call = modem && this.#waiting.shift();
    if (!call || !this.#parts.sink()) return;
    const current: Current = { modem, call, over: null, key: null, isSpeaking: false, wake: () => undefined };
    this.#current = current;
    void this.#run(current).then((result) => {
      this.#count(result);
      this.#current = null;
      this.pump();
    });
  }

  stop(): void {
    this.#waiting.length = 0;
    if (this.#current) this.#end(this.#current, "stopped");
  }

  #end(current: Current, why: string): void {
    current.over = why;
    this.#timer?.cancel();
    current.wake();
  }

  async #run(current: Current): Promise<string> {
    const { mode } = this.#parts;
    if (mode === "speak") await this.#ask(current, "AT+DDET=1");
    if (!(await this.#ask(current, `ATD${current.call.number};`))) return "refused";
    const isTaken = await this.#taken(current);
    const result = isTaken && mode === "speak" ? await this.#speak(current) : isTaken ? "taken" : "not-taken";
    await this.#ask(current, "AT+CHUP");
    return current.over ?? result;
  }

  /** Whether a telephone took the call in time. */
  async #taken(current: Current): Promise<boolean> {
    for (let look = 0; look < RING_LOOKS && current.over === null; look++) {
      const answer = await this.#command(current, "AT+CLCC", /^\+CLCC:/);
      // The third number is the state: 0 active, 2 dialling, 3 alerting (3GPP TS 27.007, 7.18).
      const call = answer.ok ? answer.lines.find((line) => /^\+CLCC: ?\d+,0,/.test(line)) : undefined;
      if (/^\+CLCC: ?\d+,0,0/.test(call ?? "")) return true;
      await this.#wait(current, LOOK_MS, () => false);
    }
    return false;
  }

  async #speak(current: Current): Promise<string> {
    const { spoken, language } = this.#parts;
    const { key, number } = current.call;
    for (let round = 0; round < ROUNDS && current.over === null && current.key === null; round++) {
      if (!(await this.#say(current, `${current.call.spoken}${HOW[language]}`))) return "speechless";
      if (current.over === null && !current.isSpeaking) spoken(key);
      await this.#wait(current, KEY_MS, () => current.key !== null);
    }
    if (current.key === null) return "spoken";
    const said = current.key === "1" ? "accept" : "decline";
    const reply = await this.#parts.sink()?.answer({ key, address: number, said });
    if (reply?.words && current.over === null) await this.#say(current, reply.words);
    return "answered";
  }

  /** False: the modem cannot speak. Ends when it has spoken, a key was pressed or the call is over. */
  async #say(current: Current, text: string): Promise<boolean> {
    const pressed = current.key;
    const hex = Buffer.from(text.slice(0, SPEECH_CHARS_MAX), "utf16le").swap16().toString("hex").toUpperCase();
    current.isSpeaking = true;
    if (!(await this.#ask(current, `AT+CTTS=1,"${hex}"`))) return false;
    await this.#wait(current, SPEECH_MS, () => !current.isSpeaking || current.key !== pressed);
    return true;
  }

  async #ask(current: Current, text: string): Promise<boolean> {
    return (await this.#command(current, text)).ok;
  }

  #command({ modem }: Current, text: string, answers?: RegExp) {
    return modem.ask({ text, timeoutMs: this.#parts.commandMs, ...(answers && { answers }) });
  }

  /** Until it holds, the call is over or the time has passed. */
  #wait(current: Current, ms: DurationMs, holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#timer?.cancel();
        current.wake = () => undefined;
        resolve();
      };
      if (current.over !== null || holds()) return resolve();
      this.#timer = this.#parts.clock.after(ms, done);
      current.wake = () => {
        if (current.over !== null || holds()) done();
      };
    });
  }

  #count(result: string): void {
    this.#parts.meter.count("okc_sms_calls_total", { channel: this.#parts.id, result });
  }
}
