import type { SeededRandom } from "./random.ts";

/** Chances, 0 to 1, that a thing goes wrong with one frame on its way to the serial line, or back to the pendant. */
export interface Faults {
  /** Random bytes in front of the frame. */
  noise: number;
  drop: number;
  duplicate: number;
  /** The frame waits until the next one has passed. */
  reorder: number;
  /** Only the first part of the frame arrives. */
  cut: number;
  /** One bit is turned over. */
  flip: number;
  /** An answer is lost between the dongle and the pendant. */
  dropAnswer: number;
}

export const NO_FAULTS: Readonly<Faults> = {
  noise: 0,
  drop: 0,
  duplicate: 0,
  reorder: 0,
  cut: 0,
  flip: 0,
  dropAnswer: 0,
};

const NOISE_BYTES_MAX = 40;

/** What radio and wires do to frames. The same seed, faults and frames always give the same bytes. */
export class FaultyLine {
  faults: Faults;
  readonly #random: SeededRandom;
  #held: Buffer | null = null;

  constructor(random: SeededRandom, faults: Partial<Faults> = {}) {
    this.#random = random;
    this.faults = { ...NO_FAULTS, ...faults };
  }

  /** What comes out of the line for one frame that goes in, in order; at most one frame is held back. */
  pass(frame: Buffer): Buffer[] {
    const out = this.#damage(frame);
    if (this.#held === null && out.length > 0 && this.#random.chance(this.faults.reorder)) {
      this.#held = Buffer.concat(out);
      return [];
    }
    if (this.#held !== null) out.push(this.#held);
    this.#held = null;
    return out;
  }

  answerIsLost(): boolean {
    return this.#random.chance(this.faults.dropAnswer);
  }

  #damage(frame: Buffer): Buffer[] {
    const { faults } = this;
    const random = this.#random;
    const out: Buffer[] = [];
    if (random.chance(faults.noise)) out.push(random.bytes(1 + random.integer(NOISE_BYTES_MAX)));
    if (random.chance(faults.drop)) return out;
    let sent = frame;
    if (random.chance(faults.flip)) {
      sent = Buffer.from(frame);
      sent[random.integer(sent.length)]! ^= 1 << random.integer(8);
    }
    if (random.chance(faults.cut)) sent = sent.subarray(0, 1 + random.integer(sent.length - 1));
    out.push(sent);
    if (random.chance(faults.duplicate)) out.push(sent);
    return out;
  }
}
