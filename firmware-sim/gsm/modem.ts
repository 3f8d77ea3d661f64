import { Pty } from "../pty.ts";
import { newSeed, SeededRandom } from "../random.ts";
import { AtCommands } from "./at-commands.ts";
import type { ModemFaults } from "./modem-faults.ts";
import { NO_MODEM_FAULTS } from "./modem-faults.ts";
import { SimNetwork } from "./network.ts";
import type { Subscriber } from "./network.ts";
import type { Submit } from "./pdu.ts";
import { deliverPdus, readSubmit, reportPdu } from "./pdu.ts";
import { SimCall } from "./sim-call.ts";

const CTRL_Z = "\x1a";
const ESC = "\x1b";
/** Wrong PINs until the SIM asks for the PUK. */
const PIN_TRIES = 3;
/** Commands kept for tests; the oldest is forgotten. */
const COMMANDS_MAX = 2_000;
const NOISE = "\x00\xff\x8f~x";

export interface ModemOptions {
  /** Where the serial port shall stand: a path. */
  readonly link: string;
  readonly network?: SimNetwork;
  readonly number?: string;
  readonly model?: string;
  readonly random?: SeededRandom;
  readonly faults?: Partial<ModemFaults>;
  /** What time it is on the stamps of its network. */
  readonly now?: () => Date;
}

interface Stored {
  readonly kind: "text" | "report";
  readonly pdu: string;
  read: boolean;
}

/** A GSM modem on a pseudo-terminal, with its SIM. */
export class SimModem implements Subscriber {
  readonly link: string;
  readonly number: string;
  readonly network: SimNetwork;
  readonly faults: ModemFaults;
  readonly model: string;
  /** What was asked of it, oldest first. */
  readonly commands: string[] = [];
  /** Each part that came to it, taken or not, oldest first. */
  readonly asked: Submit[] = [];
  /** Each part it sent on, oldest first. */
  readonly submits: Submit[] = [];
  readonly storage = new Map<number, Stored>();
  /** Bytes in and out: a test waits until it stands still. */
  traffic = 0;
  triesLeft = PIN_TRIES;
  unlocked = false;
  /** What the commands have set; a restart takes it back. */
  settings = freshSettings();
  readonly #pty: Pty;
  readonly #now: () => Date;
  readonly #call: SimCall;
  readonly #commands: AtCommands;
  readonly #held: (() => void)[] = [];
  /** What the radio has and the SIM has no room for. */
  readonly #waiting: Omit<Stored, "read">[] = [];
  #input = "";
  #prompt: { length: number } | null = null;
  #reference: number;
  #joined = 0;

  constructor(options: ModemOptions) {
    const random = options.random ?? new SeededRandom(newSeed());
    this.link = options.link;
    this.number = options.number ?? "+8613900000001";
    this.network = options.network ?? new SimNetwork();
    this.model = options.model ?? "SIMCOM_SIM7600CE";
    this.faults = { ...NO_MODEM_FAULTS, sendErrors: [], reportStatuses: [], ...options.faults };
    this.#now = options.now ?? (() => new Date());
    this.#reference = random.integer(256);
    this.#pty = new Pty(options.link, (bytes) => this.#take(bytes));
    this.#call = new SimCall(this.network, (line) => this.say(line));
    this.#commands = new AtCommands(this, this.#call);
    this.network.join(this);
  }

  get isOpen(): boolean {
    return this.#pty.isOpen;
  }

  start(): Promise<void> {
    return this.#pty.plug();
  }

  /** The port vanishes, as when the plug is pulled. */
  async unplug(): Promise<void> {
    await this.#pty.unplug();
    this.#forget();
  }

  replug(): Promise<void> {
    return this.#pty.plug();
  }

  async stop(): Promise<void> {
    this.#call.end();
    await this.#pty.unplug();
  }

  /** Starts anew, as after a brown-out: settings and half a command are gone, the SIM asks again, and it says so. */
  reset(): void {
    this.#forget();
    for (const line of ["RDY", "+CFUN: 1", "+CPIN: READY", "Call Ready", "SMS Ready"]) this.say(line);
  }

  /** A text that a person wrote to this modem. */
  receive(from: string, text: string, wide = false): void {
    for (const pdu of deliverPdus(from, text, this.#now(), ++this.#joined, wide)) this.store({ kind: "text", pdu });
  }

  /** Puts a message as it is into the SIM, or keeps it at the network while there is no room. */
  store(message: Omit<Stored, "read">): void {
    if (this.storage.size >= this.faults.storageMax) {
      this.#waiting.push(message);
      return this.say("+SMSFULL");
    }
    let index = 1;
    while (this.storage.has(index)) index++;
    this.storage.set(index, { ...message, read: false });
    if (this.settings.newTexts) this.say(`${message.kind === "text" ? "+CMTI" : "+CDSI"}: "SM",${index}`);
  }

  remove(index: number): void {
    this.storage.delete(index);
    const next = this.#waiting.shift();
    if (next) this.store(next);
  }

  /** Reports that were held back leave now, and telephones that were out of reach are reached, the last one first where `reversed`. */
  releaseReports(reversed = false): void {
    const held = this.#held.splice(0);
    this.faults.holdReports = false;
    for (const report of reversed ? held.reverse() : held) report();
  }

  /** An answer or a message of the modem's own accord. */
  say(line: string): void {
    this.write(`${this.faults.garbage ? NOISE : ""}\r\n${line}\r\n`);
  }

  /** Puts text on the wire as it is. */
  write(text: string): void {
    if (this.faults.mute) return;
    this.traffic++;
    const bytes = Buffer.from(text, "latin1");
    if (this.faults.piecewise) for (const byte of bytes) this.#pty.write(Buffer.of(byte));
    else this.#pty.write(bytes);
  }

  askForPdu(length: number): void {
    if (this.faults.noPrompt > 0) {
      this.faults.noPrompt--;
      return;
    }
    this.#prompt = { length };
    this.write("\r\n> ");
  }

  #forget(): void {
    this.#input = "";
    this.#prompt = null;
    this.unlocked = false;
    this.settings = freshSettings();
    this.#call.end();
  }

  #take(bytes: Buffer): void {
    this.traffic++;
    if (this.faults.mute) return;
    if (this.settings.echo || this.faults.echo) this.write(bytes.toString("latin1"));
    this.#input += bytes.toString("latin1");
    for (;;) {
      const end = this.#prompt ? /[\x1a\x1b]/.exec(this.#input) : /[\r\x1b]/.exec(this.#input);
      if (!end) return;
      const text = this.#input.slice(0, end.index);
      this.#input = this.#input.slice(end.index + 1);
      if (this.#prompt) this.#sending(text, end[0]);
      else if (end[0] === "\r" && text.trim() !== "") this.#command(text.trim());
    }
  }

  #command(text: string): void {
    this.commands.push(text);
    if (this.commands.length > COMMANDS_MAX) this.commands.shift();
    this.#commands.run(text);
  }

  #sending(pdu: string, end: string): void {
    const { length } = this.#prompt!;
    this.#prompt = null;
    if (end === ESC) return this.say("OK");
    if (end !== CTRL_Z) return;
    const submit = this.#read(pdu, length);
    if (submit) this.asked.push(submit);
    const error = this.faults.sendErrors.shift();
    if (error) return this.say(`+CMS ERROR: ${error}`);
    if (this.faults.resetInSending > 0) {
      this.faults.resetInSending--;
      return this.reset();
    }
    if (submit) this.#send(submit);
    else this.say("+CMS ERROR: 304");
  }

  #read(pdu: string, length: number): Submit | null {
    try {
      return readSubmit(pdu, length);
    } catch (wrong) {
      this.commands.push(`refused: ${(wrong as Error).message}`);
      return null;
    }
  }

  #send(submit: Submit): void {
    this.#reference = (this.#reference + 1) & 0xff;
    const reference = this.#reference;
    this.submits.push(submit);
    if (this.faults.noResult > 0) this.faults.noResult--;
    else {
      this.say(`+CMGS: ${reference}`);
      this.result("OK");
    }
    const phone = this.network.phone(submit.to);
    const status = this.faults.reportStatuses.shift() ?? (phone.isOn ? 0 : 0x20);
    if (status === 0) this.network.carry(this.number, submit);
    if (submit.reportWanted) this.#report(reference, submit.to, status);
    // The centre goes on trying: the telephone is reached with the next release.
    if (status >= 0x20 && status < 0x40)
      this.#held.push(() => {
        this.network.carry(this.number, submit);
        if (submit.reportWanted) this.#report(reference, submit.to, 0);
      });
  }

  #report(reference: number, to: string, status: number): void {
    if (this.faults.loseReports) return;
    const sent = this.#now();
    const tell = (): void => {
      const pdu = reportPdu(reference, to, sent, this.#now(), status);
      if (this.settings.reports === 1) this.write(`\r\n+CDS: ${pdu.length / 2 - 1}\r\n${pdu}\r\n`);
      else if (this.settings.reports === 2) this.store({ kind: "report", pdu });
    };
    if (this.faults.holdReports) this.#held.push(tell);
    else tell();
  }

  /** A final result, as a word or as a number. */
  result(word: "OK" | "ERROR"): void {
    if (this.faults.numeric) this.write(word === "OK" ? "0\r" : "4\r");
    else this.say(word);
  }
}

const freshSettings = () => ({ echo: true, errors: 0, pduMode: false, newTexts: false, reports: 0, keys: false });
