import type { Pulse } from "../../core/definition.ts";
import type { EpochMs } from "../../core/units.ts";
import type { Clock, Timer } from "../../ports/clock.ts";

export interface LinePulseOptions {
  readonly pulse: Pulse;
  readonly clock: Clock;
  /** Writes to the bridge, if the port is open. */
  ask(bytes: Uint8Array): void;
  /** The bridge speaks. Called at its first word after an opening or a silence. */
  speaks(): void;
  /** The port is open, and nothing that can be read came for `forMs`. */
  mute(forMs: number): void;
}

/** Asks the bridge behind an open port whether it lives, and notices when it no longer answers. */
export class LinePulse {
  readonly #options: LinePulseOptions;
  #timer: Timer | null = null;
  #heardAt: EpochMs = 0;
  #speaks = false;

  constructor(options: LinePulseOptions) {
    this.#options = options;
  }

  /** The port was opened: the bridge has its time to answer. */
  opened(): void {
    this.#heardAt = this.#options.clock.now();
    this.#speaks = false;
    this.#timer?.cancel();
    this.#beat();
  }

  heard(): void {
    this.#heardAt = this.#options.clock.now();
    if (this.#speaks) return;
    this.#speaks = true;
    this.#options.speaks();
  }

  /** The port is closed. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #beat(): void {
    const { pulse, clock, ask, mute } = this.#options;
    const now = clock.now();
    // A clock that was set back: measured anew, or a mute bridge would go unseen for as long.
    this.#heardAt = Math.min(this.#heardAt, now);
    const silentMs = now - this.#heardAt;
    ask(pulse.ask);
    this.#timer = clock.after(pulse.everyMs, () => this.#beat());
    if (silentMs < pulse.muteAfterMs) return;
    this.#speaks = false;
    this.#heardAt = now;
    mute(silentMs);
  }
}
