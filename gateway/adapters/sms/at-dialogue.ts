import type { DurationMs } from "../../core/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { AtError } from "./at-errors.ts";
import { errorOf, lost, NO_ANSWER, NO_PROMPT } from "./at-errors.ts";
import type { AtToken } from "./at-reader.ts";
import { AtReader } from "./at-reader.ts";

/** Commands that wait for their turn; a modem that takes no more is not asked more. */
const WAITING_MAX = 64;
/** Lines of one answer: a SIM full of messages has 2 × 255. Further ones are dropped. */
const ANSWER_LINES_MAX = 1_024;
const CTRL_Z = "\x1a";
const ESC = "\x1b";

export type AtAnswer =
  { readonly ok: true; readonly lines: readonly string[] } | { readonly ok: false; readonly error: AtError };

/** What a modem says of its own accord. */
export interface Unasked {
  readonly line: string;
  /** The PDU on the line that follows +CMT and +CDS. */
  readonly pdu: string | null;
}

export interface AtDialogueParts {
  readonly clock: Clock;
  /** Bytes for the modem; false: the port does not take them. */
  write(bytes: Uint8Array): boolean;
  unasked(said: Unasked): void;
}

export interface AtCommand {
  /** `AT+CREG?`, without the line end. */
  readonly text: string;
  readonly timeoutMs: DurationMs;
  /** The lines that answer it begin with one of these; any other line is unasked. Absent: none does. */
  readonly answers?: RegExp;
  /** A PDU that goes out once the modem asks for it, and how long that may take. */
  readonly body?: { readonly pdu: string; readonly promptMs: DurationMs };
}

interface Waiting extends AtCommand {
  readonly settle: (answer: AtAnswer) => void;
}

interface UnderWay extends Waiting {
  readonly lines: string[];
  /** `prompt`: the modem has not asked for the body yet. */
  state: "prompt" | "result";
  timer: Timer;
}

const FINAL_OK = /^(?:OK|0)$/;
/** Headers that a PDU follows on a line of its own (3GPP TS 27.005, 3.4.1). */
const WITH_PDU = /^\+(?:CMT|CDS): /;
const PDU = /^(?:[0-9A-Fa-f]{2}){8,}$/;

/** One conversation with a modem: one command at a time, and what the modem says in between. */
export class AtDialogue {
  readonly #parts: AtDialogueParts;
  readonly #reader = new AtReader();
  readonly #waiting: Waiting[] = [];
  #now: UnderWay | null = null;
  #header: string | null = null;
  #over: AtError | null = null;

  constructor(parts: AtDialogueParts) {
    this.#parts = parts;
  }

  /** Never rejects: a modem that is lost or silent is an answer too. */
  ask(command: AtCommand): Promise<AtAnswer> {
    if (this.#over) return Promise.resolve({ ok: false, error: this.#over });
    if (this.#waiting.length >= WAITING_MAX) return Promise.resolve({ ok: false, error: NO_ANSWER });
    return new Promise((settle) => {
      this.#waiting.push({ ...command, settle });
      this.#next();
    });
  }

  push(bytes: Uint8Array): void {
    for (const token of this.#reader.push(bytes)) this.#take(token);
  }

  /** The port or the modem is lost: everything asked ends so, and nothing more is asked. */
  end(why: string): void {
    if (this.#over) return;
    this.#over = lost(why);
    const open = [...(this.#now ? [this.#now] : []), ...this.#waiting.splice(0)];
    this.#now?.timer.cancel();
    this.#now = null;
    for (const { settle } of open) settle({ ok: false, error: this.#over });
  }

  #next(): void {
    const command = this.#now || this.#over ? undefined : this.#waiting.shift();
    if (!command) return;
    const waitMs = command.body?.promptMs ?? command.timeoutMs;
    const now: UnderWay = {
      ...command,
      lines: [],
      state: command.body ? "prompt" : "result",
      timer: this.#parts.clock.after(waitMs, () => this.#timedOut(now)),
    };
    this.#now = now;
    if (!this.#write(`${command.text}\r`)) this.#settle(now, { ok: false, error: lost("the port takes no bytes") });
  }

  #write(text: string): boolean {
    return this.#parts.write(Buffer.from(text, "latin1"));
  }

  #timedOut(command: UnderWay): void {
    // Whatever it waits for, an ESC ends the modem's wait for a PDU, or the next command would be taken for one.
    if (command.body) this.#write(ESC);
    this.#settle(command, { ok: false, error: command.state === "prompt" ? NO_PROMPT : NO_ANSWER });
  }

  #settle(command: UnderWay, answer: AtAnswer): void {
    if (this.#now !== command) return;
    command.timer.cancel();
    this.#now = null;
    command.settle(answer);
    this.#next();
  }

  #take(token: AtToken): void {
    const command = this.#now;
    if (token.kind === "prompt") {
      if (command?.state === "prompt") this.#giveBody(command);
      return;
    }
    const line = token.text;
    if (this.#header !== null) {
      const header = this.#header;
      this.#header = null;
      if (PDU.test(line)) return this.#parts.unasked({ line: header, pdu: line });
    }
    if (WITH_PDU.test(line)) this.#header = line;
    else if (!command) this.#parts.unasked({ line, pdu: null });
    else this.#answer(command, line);
  }

  #answer(command: UnderWay, line: string): void {
    // An echo, in case the modem does not leave it off.
    if (line === command.text || line.replace(/^> ?/, "") === command.body?.pdu) return;
    const error = errorOf(line);
    if (error) return this.#settle(command, { ok: false, error });
    if (FINAL_OK.test(line) && command.state === "result")
      return this.#settle(command, { ok: true, lines: command.lines });
    if (belongs(command, line)) {
      if (command.lines.length < ANSWER_LINES_MAX) command.lines.push(line);
    } else this.#parts.unasked({ line, pdu: null });
  }

  #giveBody(command: UnderWay): void {
    command.timer.cancel();
    command.state = "result";
    command.timer = this.#parts.clock.after(command.timeoutMs, () => this.#timedOut(command));
    if (!this.#write(`${command.body!.pdu}${CTRL_Z}`))
      this.#settle(command, { ok: false, error: lost("the port takes no bytes") });
  }
}

/** A PDU that follows a line of the answer belongs to it. */
const belongs = ({ answers, lines }: UnderWay, line: string): boolean =>
  answers !== undefined && (answers.test(line) || (lines.length > 0 && PDU.test(line)));
