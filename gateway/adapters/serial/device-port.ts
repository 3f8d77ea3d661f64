import { fstat, stat } from "node:fs";
import { promisify } from "node:util";
import { SerialPort } from "serialport";

/** One opening of one port. A lost port is never opened again: a new object takes its place. */
export interface LinePort {
  /** True while bytes may be written: not before it is open, not from the moment it begins to close. */
  readonly isOpen: boolean;
  open(): Promise<void>;
  /** Resolves when the kernel has taken the bytes. Rejects on a port that is closed or lost. */
  write(bytes: Uint8Array): Promise<void>;
  /** Null: the device is there. Otherwise why it is not. */
  probe(): Promise<string | null>;
  /** Resolves when it is closed; closing what is not open does nothing. */
  close(): Promise<void>;
}

export interface PortEvents {
  bytes(bytes: Uint8Array): void;
  /** The port is gone, and why. Called once at most, never after `close`. */
  lost(why: string): void;
}

export type CreatePort = (path: string, baud: number, events: PortEvents) => LinePort;

const fstatAsync = promisify(fstat);
const statAsync = promisify(stat);

/** A port of the serialport library, 8N1 without flow control. */
export const createDevicePort: CreatePort = (path, baud, events) => new DevicePort(path, baud, events);

/** The library locks what it opens, and names the lock rather than its reason. */
const explained = (error: Error): Error =>
  /lock/i.test(error.message) ? new Error(`another program has this port open: end it (${error.message})`) : error;

class DevicePort implements LinePort {
  readonly #path: string;
  readonly #port: SerialPort;
  readonly #lost: (why: string) => void;
  #over = false;

  constructor(path: string, baud: number, events: PortEvents) {
    this.#path = path;
    // Without hupcl a re-opening leaves DTR up: a dongle that resets on DTR would lose what it holds.
    this.#port = new SerialPort({ path, baudRate: baud, autoOpen: false, hupcl: false });
    this.#lost = events.lost;
    this.#port.on("data", (bytes: Uint8Array) => {
      if (!this.#over) events.bytes(bytes);
    });
    this.#port.on("close", (error: Error | null) => this.#end(error?.message ?? "closed by the system"));
    this.#port.on("end", () => this.#end("end of file"));
    this.#port.on("error", (error: Error) => this.#end(error.message));
  }

  get isOpen(): boolean {
    return !this.#over && this.#port.isOpen;
  }

  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#port.open((error) => (error ? reject(explained(error)) : resolve()));
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    // serialport keeps what is written while closed and sends it, stale, after the next opening.
    if (!this.isOpen) return Promise.reject(new Error("the port is not open"));
    return new Promise((resolve, reject) => {
      this.#port.write(Buffer.from(bytes), (error) => (error ? reject(error) : resolve()));
    });
  }

  /**
   * After a hang-up right after a read, serialport 13 reads zero bytes for ever and says nothing. The kernel knows:
   * the node behind the descriptor is unlinked, the path leads elsewhere, or the terminal settings give EIO. A path
   * that is gone while the device still answers is no fault: a renamed link must not close a working line.
   */
  async probe(): Promise<string | null> {
    const binding = this.#port.port;
    if (!binding || !("fd" in binding) || typeof binding.fd !== "number") return null;
    try {
      const held = await fstatAsync(binding.fd);
      if (held.nlink === 0) return "the device node was removed";
      const now = await statAsync(this.#path).catch(() => held);
      if (now.ino !== held.ino || now.dev !== held.dev || now.rdev !== held.rdev)
        return "the path leads to another device";
      await binding.getBaudRate();
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  close(): Promise<void> {
    this.#over = true;
    if (!this.#port.isOpen) return Promise.resolve();
    return new Promise((resolve) => this.#port.close(() => resolve()));
  }

  #end(why: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#lost(why);
  }
}
