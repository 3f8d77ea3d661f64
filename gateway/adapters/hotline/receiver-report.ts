import type { DurationMs } from "../../core/units.ts";
import type { ChannelSink } from "../../ports/channel.ts";
import type { Log } from "../../ports/log.ts";
import type { LossCause } from "./receiver-wire.ts";

interface Path {
  up: boolean | null;
  /** Why it was last lost; `exchange` stays until an acknowledgement. */
  cause: LossCause | null;
  why: string;
}

/** Offsets nearer to each other than this are the same fault. */
const SAME_OFFSET_MS = 2_000;

/** The path of a receiver. */
export const pathOf = (receiver: string): string => `hotline:${receiver}`;

/** Tells the gateway, on each change only, which receivers work and whose clock differs. */
export class ReceiverReport {
  readonly #sink: ChannelSink;
  readonly #log: Log;
  readonly #paths = new Map<string, Path>();
  readonly #offsets = new Map<string, DurationMs>();

  constructor(sink: ChannelSink, log: Log) {
    this.#sink = sink;
    this.#log = log;
  }

  /**
   * A new connection takes back "cannot be reached", never "does not answer". One that is supervised is asked at once, and
   * its answer is the proof.
   */
  opened(id: string, isSupervised: boolean): void {
    const path = this.#pathOf(id);
    if (!isSupervised && path.up === false && path.cause === "connection") this.#set(id, path, true, "connected again");
  }

  /** The receiver has just acknowledged something. */
  proved(id: string): void {
    const path = this.#pathOf(id);
    if (path.up === true && path.cause === null) return this.#sink.proved(pathOf(id));
    path.cause = null;
    if (path.up !== true) this.#set(id, path, true, "acknowledged a frame");
    else this.#sink.proved(pathOf(id));
  }

  lost(id: string, cause: LossCause, why: string): void {
    const path = this.#pathOf(id);
    path.why = why;
    if (path.cause !== "exchange") path.cause = cause;
    if (path.up !== false) this.#set(id, path, false, why);
  }

  /** Why each receiver cannot be reached, in one line. */
  outage(): string {
    return [...this.#paths].map(([id, { why }]) => `${id}: ${why}`).join("; ");
  }

  /** 0: a frame with our own time was accepted. Told on each change, and once when the first frame is accepted. */
  clockOffset(id: string, offsetMs: DurationMs): void {
    const known = this.#offsets.get(id);
    if (offsetMs === 0) {
      if (known === 0) return;
      this.#offsets.set(id, 0);
      if ([...this.#offsets.values()].some((other) => other !== 0)) return;
      // The first proof after a start is told too: it ends a fault row of the run before.
      if (known !== undefined) this.#log.info("hotline clocks agree again", { receiver: id });
      return this.#sink.fault("hotline-clock", false, `hotline receiver ${id} accepts our time again`);
    }
    if (known && Math.abs(known - offsetMs) < SAME_OFFSET_MS) return;
    this.#offsets.set(id, offsetMs);
    const seconds = Math.round(Math.abs(offsetMs) / 1_000);
    const why =
      `the clock of hotline receiver ${id} is ${seconds} s ${offsetMs > 0 ? "ahead of" : "behind"} ours; ` +
      "frames now carry its time; check the time service on both sides";
    this.#log.warn(why, { receiver: id, offsetMs });
    this.#sink.fault("hotline-clock", true, why);
  }

  #pathOf(id: string): Path {
    let path = this.#paths.get(id);
    if (!path) this.#paths.set(id, (path = { up: null, cause: null, why: "" }));
    return path;
  }

  #set(id: string, path: Path, up: boolean, why: string): void {
    path.up = up;
    if (up) this.#log.info(`hotline receiver ${id} works: ${why}`, { receiver: id });
    else this.#log.warn(`hotline receiver ${id} does not work: ${why}; check the receiver and the way to it`);
    this.#sink.path(pathOf(id), up, why);
  }
}
