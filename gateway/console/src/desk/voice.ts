/** From one saying of the same alarm to the next, while nobody has it. */
const REPEAT_MS = 20_000;
/** Voices come late on some machines; after this it is said that there is none. */
const VOICES_MAX_MS = 3_000;

/** Says alarms in Chinese, where the computer has a Chinese voice. */
export class Voice {
  /** Told when it is known whether there is a voice. */
  onChange: () => void = () => undefined;
  #voice: SpeechSynthesisVoice | null = null;
  #isKnown = false;
  #saidAt = -REPEAT_MS;

  constructor() {
    if (!("speechSynthesis" in window)) {
      this.#isKnown = true;
      return;
    }
    speechSynthesis.addEventListener("voiceschanged", () => this.#choose());
    setTimeout(() => {
      this.#isKnown = true;
      this.onChange();
    }, VOICES_MAX_MS);
    this.#choose();
  }

  /** True: the tone goes on, but nothing is spoken. */
  get isMissing(): boolean {
    return this.#isKnown && this.#voice === null;
  }

  /** At once what `isNew`; anything else when nothing was said for a while, so that no sentence cuts another short. */
  say(text: string, isNew: boolean): void {
    const now = performance.now();
    if (!this.#voice || (!isNew && now - this.#saidAt < REPEAT_MS)) return;
    this.#saidAt = now;
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.lang = "zh-CN";
    utterance.voice = this.#voice;
    utterance.rate = 0.95;
    // A sentence that hangs would keep every later one waiting.
    speechSynthesis.cancel();
    speechSynthesis.speak(utterance);
  }

  /** Somebody has it, or sound is paused. */
  hush(): void {
    this.#saidAt = -REPEAT_MS;
    if ("speechSynthesis" in window) speechSynthesis.cancel();
  }

  #choose(): void {
    const voices = speechSynthesis.getVoices().filter(({ lang }) => /^(zh|cmn)/i.test(lang));
    // One of the machine itself speaks without the internet.
    this.#voice = voices.find(({ localService, lang }) => localService && /cn|hans/i.test(lang)) ?? voices[0] ?? null;
    if (this.#voice) this.#isKnown = true;
    this.onChange();
  }
}
