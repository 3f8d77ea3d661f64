import { say } from "./words.js";

/** The rhythm of a high-priority alarm (IEC 60601-1-8): three pulses, then two, in milliseconds from its start. */
const PULSES_MS = [0, 250, 500, 950, 1200];
const PULSE_MS = 160;
const REPEAT_MS = 5_000;
const PAUSE_MS = 120_000;
const PITCH_HZ = 523;

/** The desk's alarm tone: sounds while nobody has taken an alarm. A pause ends by itself and is counted down. */
export class Tone {
  #button;
  #context = null;
  #unowned = 0;
  #pausedUntil = 0;
  #said = "";

  constructor(button) {
    this.#button = button;
    button.addEventListener("click", () => void this.#press());
    setInterval(() => this.#play(), REPEAT_MS);
    setInterval(() => this.#label(), 1000);
    this.#label();
  }

  /** How many alarms nobody has taken. One more ends a pause. */
  set(unowned) {
    const more = unowned > this.#unowned;
    this.#unowned = unowned;
    if (!more) return;
    this.#pausedUntil = 0;
    this.#play();
    this.#label();
  }

  get #isOn() {
    return this.#context?.state === "running";
  }

  /** A browser lets a page sound only after somebody has touched it. */
  async #press() {
    this.#context ??= new AudioContext();
    if (!this.#isOn) await this.#context.resume();
    else this.#pausedUntil = this.#pausedUntil > Date.now() ? 0 : Date.now() + PAUSE_MS;
    this.#label();
    this.#play();
  }

  #play() {
    if (!this.#isOn || this.#unowned === 0 || Date.now() < this.#pausedUntil) return;
    for (const afterMs of PULSES_MS) this.#pulse(this.#context.currentTime + afterMs / 1000);
  }

  #pulse(at) {
    const oscillator = new OscillatorNode(this.#context, { frequency: PITCH_HZ, type: "triangle" });
    const volume = new GainNode(this.#context, { gain: 0 });
    const end = at + PULSE_MS / 1000;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.5, at + 0.02);
    volume.gain.setValueAtTime(0.5, end - 0.02);
    volume.gain.linearRampToValueAtTime(0, end);
    oscillator.connect(volume).connect(this.#context.destination);
    oscillator.start(at);
    oscillator.stop(end);
  }

  #label() {
    const leftS = Math.ceil((this.#pausedUntil - Date.now()) / 1000);
    const words = !this.#isOn
      ? ["打开警报声", "Turn the sound on"]
      : leftS > 0
        ? [`静音还剩 ${leftS} 秒`, `silent for ${leftS} s`]
        : ["静音两分钟", "Silence for two minutes"];
    if (words[1] === this.#said) return;
    this.#said = words[1];
    this.#button.replaceChildren(say(words));
  }
}
