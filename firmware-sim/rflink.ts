import { setTimeout as pause } from "node:timers/promises";
import { Pty } from "./pty.ts";
import { newSeed, SeededRandom } from "./random.ts";

/** Written when the board starts, as the real one does. */
const BANNER = "Nodo RadioFrequencyLink - RFLink Gateway V1.1 - R48";
/** A remote repeats its telegram while a finger is on it; what the receiver makes of that differs from press to press. */
const REPEATS_MIN = 2;
const REPEATS_MAX = 6;
const REPEAT_WITHIN_MS = 300;
/** Commands of the host, kept for tests; the oldest is forgotten. */
const COMMANDS_MAX = 500;

export interface RflinkOptions {
  /** Where the serial port shall stand: a path. */
  readonly link: string;
  /** Seeds repeats and noise; without one a new seed is taken, see `seed`. */
  readonly random?: SeededRandom;
  /** Pauses between repeats; a test takes none. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** A 433 MHz remote as it speaks on the air; the receiver prints its code. */
export interface Remote {
  readonly name: string;
  readonly id: string;
  readonly unit: string;
}

/** `EV1527:0a1b2c:01`. */
export function remoteOf(address: string): Remote {
  const [name, id, unit] = address.split(":");
  if (!name || !id || !unit) throw new Error(`${address} is no remote; it is name:id:switch, as EV1527:0a1b2c:01`);
  return { name, id, unit };
}

/** A receiver for 433 MHz remotes on a serial port, by RFLink's protocol: lines out, `10;PING;` in. */
export class Rflink {
  readonly link: string;
  readonly seed: number;
  /** What the host has written, line by line. */
  readonly commands: string[] = [];
  /** Lines lost because nobody had the port open. */
  lostWhileClosed = 0;
  /** False: it neither answers nor reports, though the port is open. */
  alive = true;
  readonly #random: SeededRandom;
  readonly #wait: (ms: number) => Promise<unknown>;
  readonly #pty: Pty;
  #counter = 0;
  #pending = "";

  constructor({ link, random = new SeededRandom(newSeed()), wait = pause }: RflinkOptions) {
    this.link = link;
    this.seed = random.seed;
    this.#random = random;
    this.#wait = wait;
    this.#pty = new Pty(link, (bytes) => this.#take(bytes.toString("latin1")));
  }

  get isOpen(): boolean {
    return this.#pty.isOpen;
  }

  /** Plugs it in. Resolves when the port can be opened; rejects when socat is missing. */
  async start(): Promise<void> {
    await this.#pty.plug();
    void this.#pty.opened().then(() => this.reboot());
  }

  stop(): Promise<void> {
    return this.#pty.unplug();
  }

  /** The board starts anew: its counter too. */
  reboot(): void {
    this.#counter = 0;
    this.say(`${BANNER};`);
  }

  /** One press of a remote: several lines, as the air has it. Resolves when the finger is off. */
  async press({ name, id, unit }: Remote, command = "ON"): Promise<void> {
    const lines = REPEATS_MIN + this.#random.integer(REPEATS_MAX - REPEATS_MIN + 1);
    for (let line = 0; line < lines; line++) {
      if (line > 0) await this.#wait(this.#random.integer(REPEAT_WITHIN_MS));
      this.say(`${name};ID=${id};SWITCH=${unit};CMD=${command};`);
    }
  }

  /** A line with the board's own count in front. */
  say(text: string): void {
    if (!this.alive) return;
    const counter = this.#counter.toString(16).toUpperCase().padStart(2, "0");
    this.#counter = (this.#counter + 1) % 256;
    this.write(Buffer.from(`20;${counter};${text}\r\n`, "latin1"));
  }

  /** Bytes of no protocol. */
  noise(bytes = 40): void {
    this.write(this.#random.bytes(bytes));
  }

  write(bytes: Uint8Array): void {
    if (!this.#pty.write(bytes)) this.lostWhileClosed++;
  }

  #take(text: string): void {
    const lines = (this.#pending + text).split(/[\r\n]+/);
    this.#pending = lines.pop()!;
    for (const line of lines.filter((each) => each !== "")) {
      this.commands.push(line);
      if (this.commands.length > COMMANDS_MAX) this.commands.shift();
      if (line === "10;PING;") this.say("PONG;");
    }
  }
}
