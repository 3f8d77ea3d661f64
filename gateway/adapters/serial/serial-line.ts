import type { DurationMs, EpochMs } from "../../core/units.ts";
import type { ByteLine, ByteLineEvents } from "../../ports/byte-line.ts";
import type { Clock, Timer } from "../../ports/clock.ts";
import type { CreatePort, LinePort } from "./device-port.ts";

/** Bytes that the kernel has not yet taken; beyond this `write` refuses. At 115200 baud it is 3 s of wire time. */
export const MAX_UNWRITTEN_BYTES = 32_768;

/** How long a port that does not close is waited for before the next is opened. */
const CLOSE_WAIT_MS = 5_000;

export interface SerialLineOptions {
  readonly path: string;
  readonly baud: number;
  readonly clock: Clock;
  readonly createPort: CreatePort;
  /** Pause between two tries to open. */
  readonly reopenMs: DurationMs;
  /** How often the watchdog looks. */
  readonly watchEveryMs: DurationMs;
  /** No byte for this long: the port is opened anew, whatever the probes say. */
  readonly hangAfterMs: DurationMs;
  /** Written bytes that the kernel does not take for this long: the port is opened anew. */
  readonly stallAfterMs: DurationMs;
  readonly events: ByteLineEvents;
}

interface Session {
  readonly port: LinePort;
  unwrittenBytes: number;
  /** When the kernel last took something, or when writing began; null: nothing waits. */
  writingSince: EpochMs | null;
  lastByteAt: EpochMs;
  probing: boolean;
}

/**
 * Keeps one serial port open, for ever. The rule of the watchdog: every `watchEveryMs` the device behind the open
 * descriptor is probed; a device that is gone is noticed within that time. A silent line is no fault, but after
 * `hangAfterMs` without a byte, or `stallAfterMs` with a stuck write, a new port object takes over.
 */
export class SerialLine implements ByteLine {
  readonly #options: SerialLineOptions;
  #session: Session | null = null;
  #opening: Promise<void> = Promise.resolve();
  #running = false;
  #reopenTimer: Timer | null = null;
  #watchTimer: Timer | null = null;
  #said = "";

  constructor(options: SerialLineOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#session?.port.isOpen ?? false;
  }

  start(): Promise<void> {
    this.#running = true;
    this.#said = "";
    this.#watch();
    return this.#begin(Promise.resolve());
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#reopenTimer?.cancel();
    this.#watchTimer?.cancel();
    const session = this.#session;
    this.#session = null;
    await this.#opening;
    await session?.port.close();
  }

  /** Null also where `MAX_UNWRITTEN_BYTES` wait. */
  write(bytes: Uint8Array): Promise<void> | null {
    const session = this.#session;
    if (!session?.port.isOpen || session.unwrittenBytes + bytes.length > MAX_UNWRITTEN_BYTES) return null;
    session.unwrittenBytes += bytes.length;
    session.writingSince ??= this.#options.clock.now();
    const done = (): void => {
      session.unwrittenBytes -= bytes.length;
      session.writingSince = session.unwrittenBytes > 0 ? this.#options.clock.now() : null;
    };
    return session.port.write(bytes).then(done, done);
  }

  renew(why: string): void {
    if (this.#session?.port.isOpen) this.#renew(this.#session, why);
  }

  #begin(after: Promise<void>): Promise<void> {
    this.#opening = after.then(() => this.#open());
    return this.#opening;
  }

  async #open(): Promise<void> {
    if (!this.#running || this.#session) return;
    const { path, baud, clock, createPort, events } = this.#options;
    const port = createPort(path, baud, {
      bytes: (bytes) => {
        if (this.#session !== session) return;
        session.lastByteAt = clock.now();
        events.bytes(bytes);
      },
      lost: (why) => this.#lose(session, why),
    });
    const session: Session = { port, unwrittenBytes: 0, writingSince: null, lastByteAt: clock.now(), probing: false };
    this.#session = session;
    try {
      await port.open();
    } catch (error) {
      this.#lose(session, error instanceof Error ? error.message : String(error));
      return;
    }
    if (this.#session !== session) return port.close();
    events.opened();
    this.#state(true, "open");
  }

  /** The device is gone or could not be opened: try again after `reopenMs`. */
  #lose(session: Session, why: string): void {
    if (this.#session !== session) return;
    this.#session = null;
    this.#state(false, why);
    const closed = this.#closed(session.port);
    this.#reopenTimer = this.#options.clock.after(this.#options.reopenMs, () => void this.#begin(closed));
  }

  /** The device may be there but the port is suspect: a new object at once. */
  #renew(session: Session, why: string): void {
    this.#session = null;
    this.#options.events.renewed(why);
    void this.#begin(this.#closed(session.port));
  }

  /** Resolves when the port is closed, or after `CLOSE_WAIT_MS`: a close may wait for a device that takes no bytes. */
  #closed(port: LinePort): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.after(CLOSE_WAIT_MS, resolve);
      void port.close().then(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  #watch(): void {
    this.#watchTimer = this.#options.clock.after(this.#options.watchEveryMs, () => {
      this.#watch();
      const session = this.#session;
      if (session?.port.isOpen) this.#inspect(session);
    });
  }

  #inspect(session: Session): void {
    const { clock, hangAfterMs, stallAfterMs } = this.#options;
    const now = clock.now();
    // A clock that was set back: both are measured anew, or the watchdog would sleep for as long.
    session.lastByteAt = Math.min(session.lastByteAt, now);
    if (session.writingSince !== null) session.writingSince = Math.min(session.writingSince, now);
    if (session.writingSince !== null && now - session.writingSince >= stallAfterMs)
      return this.#renew(session, "the device takes no bytes");
    if (now - session.lastByteAt >= hangAfterMs) return this.#renew(session, "no byte came for long");
    if (session.probing) return;
    session.probing = true;
    void session.port.probe().then((gone) => {
      session.probing = false;
      if (gone !== null) this.#lose(session, gone);
    });
  }

  #state(up: boolean, why: string): void {
    const said = `${up}: ${why}`;
    if (said === this.#said || !this.#running) return;
    this.#said = said;
    this.#options.events.state(up, why);
  }
}
