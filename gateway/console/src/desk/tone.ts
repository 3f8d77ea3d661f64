import type { Urgency } from "./words.ts";

/** When each pulse begins, in milliseconds (IEC 60601-1-8): high is three and two, twice; medium three; low one. */
const PULSES_MS: Readonly<Record<Urgency, readonly number[]>> = {
  high: [0, 250, 500, 950, 1_200, 2_000, 2_250, 2_500, 2_950, 3_200],
  medium: [0, 350, 700],
  low: [0],
};
const PULSE_MS: Readonly<Record<Urgency, number>> = { high: 160, medium: 220, low: 220 };
/** From one set to the next, at the first level and at the last. */
const REPEAT_MS: Readonly<Record<Urgency, readonly [number, number]>> = {
  high: [7_000, 4_500],
  medium: [12_000, 6_000],
  low: [30_000, 20_000],
};
/** While nobody takes the alarm, volume and pitch rise a level each time this passes. */
const LEVEL_MS = 15_000;
const LEVEL_MAX = 5;
const PITCH_HZ = 523;
const VOLUME = 0.3;
/** The gateway is lost: two falling notes, like nothing else on this page. */
const LOST_HZ = [440, 330] as const;
const LOST_REPEAT_MS = 3_000;
const LOOK_MS = 250;
export const PAUSE_MS = 120_000;

export interface Sounding {
  readonly urgency: Urgency;
  /** How long nobody has had it. */
  readonly untakenMs: number;
}

/** The desk's alarm tone. A browser lets it sound only after somebody has touched the page. */
export class Tone {
  /** Told when the browser lets sound out or keeps it in. */
  onChange: () => void = () => undefined;
  #context: AudioContext | null = null;
  #sounding: Sounding | null = null;
  #isLost = false;
  #pausedUntil = 0;
  #nextAt = 0;

  constructor() {
    setInterval(() => this.#look(), LOOK_MS);
  }

  get isUnlocked(): boolean {
    return this.#context?.state === "running";
  }

  /** Milliseconds of pause that are left. */
  get pauseLeftMs(): number {
    return Math.max(0, this.#pausedUntil - performance.now());
  }

  /** Works after a person's touch; where the browser knows the page it may work without. */
  async unlock(): Promise<void> {
    if (!this.#context) {
      this.#context = new AudioContext();
      this.#context.onstatechange = () => this.onChange();
    }
    await this.#context.resume();
    this.onChange();
  }

  /** One short note, so that a person hears that the loudspeaker works. */
  tryOut(): void {
    if (this.isUnlocked) this.#note(this.#context!.currentTime, PULSE_MS.medium, PITCH_HZ, VOLUME * 2);
  }

  /** What is to be heard; null: nothing. `isNew`: one more alarm, which ends a pause. */
  set(sounding: Sounding | null, isNew: boolean): void {
    const begins = isNew || (sounding !== null && this.#sounding === null);
    this.#sounding = sounding;
    if (isNew) this.#pausedUntil = 0;
    if (begins) this.#nextAt = 0;
    this.#look();
  }

  setLost(isLost: boolean): void {
    if (isLost === this.#isLost) return;
    this.#isLost = isLost;
    // Whoever silenced an alarm did not mean this.
    if (isLost) this.#pausedUntil = 0;
    this.#nextAt = 0;
    this.#look();
  }

  pause(): void {
    this.#pausedUntil = this.pauseLeftMs > 0 ? 0 : performance.now() + PAUSE_MS;
    this.#nextAt = 0;
  }

  #look(): void {
    const now = performance.now();
    if (!this.isUnlocked || now < this.#nextAt || now < this.#pausedUntil) return;
    if (this.#isLost) {
      this.#nextAt = now + LOST_REPEAT_MS;
      const begin = this.#context!.currentTime;
      LOST_HZ.forEach((pitch, index) => this.#note(begin + index * 0.45, 400, pitch, 0.6));
    } else if (this.#sounding) this.#play(this.#sounding, now);
  }

  #play({ urgency, untakenMs }: Sounding, now: number): void {
    const level = Math.min(LEVEL_MAX, Math.floor(untakenMs / LEVEL_MS));
    const [slow, fast] = REPEAT_MS[urgency];
    this.#nextAt = now + slow - ((slow - fast) * level) / LEVEL_MAX;
    const pitch = PITCH_HZ * 2 ** ((level * 2) / 12);
    const volume = VOLUME + ((1 - VOLUME) * level) / LEVEL_MAX;
    // Read once: it moves on while the notes are made, and the rhythm would limp.
    const begin = this.#context!.currentTime;
    for (const afterMs of PULSES_MS[urgency]) this.#note(begin + afterMs / 1_000, PULSE_MS[urgency], pitch, volume);
  }

  /** `from` in seconds of the sound's own clock. */
  #note(from: number, lengthMs: number, frequency: number, volume: number): void {
    const context = this.#context!;
    const to = from + lengthMs / 1_000;
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    oscillator.type = "triangle";
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(volume, from + 0.02);
    gain.gain.setValueAtTime(volume, to - 0.02);
    gain.gain.linearRampToValueAtTime(0, to);
    oscillator.connect(gain);
    gain.connect(context.destination);
    oscillator.start(from);
    oscillator.stop(to);
  }
}
