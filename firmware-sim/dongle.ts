import type { Faults } from "./faults.ts";
import { FaultyLine } from "./faults.ts";
import type { Pendant } from "./pendant.ts";
import { Pty } from "./pty.ts";
import { newSeed, SeededRandom } from "./random.ts";
import { SlipReader, slipEncode } from "./slip.ts";
import type { Packet } from "./wire.ts";
import { decodePacket, encodeEcho, TYPE } from "./wire.ts";

/** What the gateway has sent, kept for tests; the oldest is forgotten. */
const ANSWERS_MAX = 500;

export interface DongleOptions {
  /** Where the serial port shall stand: a path. */
  readonly link: string;
  /** Seeds the faults; without one a new seed is taken, see `seed`. */
  readonly random?: SeededRandom;
  readonly faults?: Partial<Faults>;
}

/** The radio dongle on a serial line: carries packets both ways, confirms answers, has no keys. */
export class Dongle {
  readonly link: string;
  readonly seed: number;
  readonly pendants = new Map<number, Pendant>();
  /** Answers that came from the gateway with a right checksum, oldest first. */
  readonly answers: Packet[] = [];
  /** Frames lost because nobody had the port open. */
  lostWhileClosed = 0;
  readonly #line: FaultyLine;
  readonly #reader = new SlipReader();
  readonly #pty: Pty;
  readonly #listeners = new Set<(answer: Packet) => void>();

  constructor(options: DongleOptions) {
    const random = options.random ?? new SeededRandom(newSeed());
    this.link = options.link;
    this.seed = random.seed;
    this.#line = new FaultyLine(random, options.faults);
    this.#pty = new Pty(options.link, (bytes) => this.#take(bytes));
  }

  /** The faults now; change them at any time. */
  get faults(): Faults {
    return this.#line.faults;
  }

  /** True while the gateway has the port open. */
  get isOpen(): boolean {
    return this.#pty.isOpen;
  }

  /** Brings a pendant into reach. */
  attach(pendant: Pendant): void {
    this.pendants.set(pendant.id, pendant);
    pendant.reach((packet) => this.#carry(packet));
  }

  /** Plugs it in. Resolves when the port can be opened; rejects when socat is missing. */
  start(): Promise<void> {
    return this.#pty.plug();
  }

  /** Resolves when the gateway has the port open; before that, packets are lost and pendants try again. */
  opened(): Promise<void> {
    return this.#pty.opened();
  }

  /** Resolves when the gateway has closed the port, and it can be opened anew. */
  closed(): Promise<void> {
    return this.#pty.closed();
  }

  /** The port vanishes, as when the plug is pulled. */
  async unplug(): Promise<void> {
    await this.#pty.unplug();
    this.#reader.reset();
  }

  replug(): Promise<void> {
    return this.#pty.plug();
  }

  /** Unplugs it and switches its pendants off. */
  async stop(): Promise<void> {
    for (const pendant of this.pendants.values()) pendant.powerOff();
    await this.unplug();
  }

  /** Puts bytes on the serial line as they are: noise, half frames, forgeries. False: nobody has the port open. */
  write(bytes: Uint8Array): boolean {
    return this.#pty.write(bytes);
  }

  /** Called for each answer of the gateway, after the pendant got it. */
  onAnswer(listener: (answer: Packet) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #carry(packet: Buffer): void {
    for (const bytes of this.#line.pass(slipEncode(packet))) if (!this.#pty.write(bytes)) this.lostWhileClosed++;
  }

  #take(bytes: Buffer): void {
    for (const frame of this.#reader.push(bytes)) {
      const packet = decodePacket(frame);
      if (packet?.type === TYPE.answer) this.#sendOn(packet);
    }
  }

  #sendOn(answer: Packet): void {
    this.answers.push(answer);
    if (this.answers.length > ANSWERS_MAX) this.answers.shift();
    if (!this.#line.answerIsLost()) this.pendants.get(answer.id)?.receive(answer.bytes);
    // The dongle knows only that it has sent; whether the pendant heard it, the pendant's silence will tell.
    this.#carry(encodeEcho(answer));
    for (const listener of [...this.#listeners]) listener(answer);
  }
}
