import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** How long socat may stay after a signal before it is killed. */
const STOP_MAX_MS = 2_000;
const LINK_LOOK_MS = 2;
const LINK_LOOKS_MAX = 500;

/**
 * A pseudo-terminal that behaves as a USB serial port: made and removed as `link`, gone with its line on unplugging,
 * and without anybody who has it open, what is written to it is lost. socat does the work: when the other side closes
 * the port, socat ends and is started anew.
 */
export class Pty {
  readonly link: string;
  readonly #onBytes: (bytes: Buffer) => void;
  #child: ChildProcess | null = null;
  #open = false;
  #plugged = false;
  readonly #waiting = new Set<() => void>();
  readonly #waitingForClose = new Set<() => void>();

  constructor(link: string, onBytes: (bytes: Buffer) => void) {
    this.link = link;
    this.#onBytes = onBytes;
  }

  /** True while the other side has the port open. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Makes the port. Resolves when `link` stands; rejects when socat is missing or refuses. */
  async plug(): Promise<void> {
    if (this.#plugged) return;
    this.#plugged = true;
    try {
      await this.#start();
    } catch (error) {
      this.#plugged = false;
      throw error;
    }
  }

  /** Takes the port away, whoever has it open. Resolves when it is gone. */
  async unplug(): Promise<void> {
    this.#plugged = false;
    this.#open = false;
    const child = this.#child;
    this.#child = null;
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      child.kill("SIGTERM");
      const hard = setTimeout(() => child.kill("SIGKILL"), STOP_MAX_MS);
      await gone;
      clearTimeout(hard);
    }
    rmSync(this.link, { force: true });
    this.#closed();
  }

  /** Resolves when the other side has the port open. */
  opened(): Promise<void> {
    if (this.#open) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  /** Resolves when nobody has the port open, and it can be opened anew. */
  closed(): Promise<void> {
    if (!this.#open) return Promise.resolve();
    return new Promise((resolve) => this.#waitingForClose.add(resolve));
  }

  /** False when nobody has the port open: the bytes are lost. */
  write(bytes: Uint8Array): boolean {
    if (!this.#open || !this.#child?.stdin) return false;
    this.#child.stdin.write(bytes);
    return true;
  }

  #start(): Promise<void> {
    rmSync(this.link, { force: true });
    // -t: how long it lingers once the other side has closed; the next one must stand before a re-opening.
    const address = `pty,raw,echo=0,link=${basename(this.link)},wait-slave,pty-interval=0.02`;
    // By its name in its folder: in socat's grammar a comma or colon of the path would end the option.
    const cwd = dirname(this.link);
    // Detached: Ctrl-C goes to the whole group of a terminal, but a plug stays in until somebody pulls it.
    const child = spawn("socat", ["-d", "-d", "-t", "0.02", address, "stdio"], { cwd, stdio: "pipe", detached: true });
    this.#child = child;
    child.stdin.on("error", () => child.kill("SIGTERM"));
    child.stdout.on("data", (bytes: Buffer) => {
      if (this.#child === child) this.#onBytes(bytes);
    });
    return new Promise((resolve, reject) => {
      let said = "";
      let made = false;
      child.stderr.on("data", (text: Buffer) => {
        said = (said + text.toString()).slice(-4_096);
        if (!made && said.includes("PTY is")) {
          made = true;
          resolve(this.#linked());
        }
        if (said.includes("starting data transfer loop") && this.#child === child) this.#opened();
      });
      child.once("error", (error: NodeJS.ErrnoException) =>
        reject(new Error(error.code === "ENOENT" ? "socat is not installed: apt-get install socat" : error.message)),
      );
      child.once("exit", () => {
        if (!made) reject(new Error(`socat could not make ${this.link}: ${said.trim().split("\n").at(-1) ?? ""}`));
        else if (this.#child === child) this.#restart();
      });
    });
  }

  /** socat names the terminal just before it makes the link. */
  async #linked(): Promise<void> {
    for (let look = 0; look < LINK_LOOKS_MAX && !existsSync(this.link); look++) await pause(LINK_LOOK_MS);
  }

  #opened(): void {
    if (this.#open) return;
    this.#open = true;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #closed(): void {
    for (const resolve of this.#waitingForClose) resolve();
    this.#waitingForClose.clear();
  }

  #restart(): void {
    this.#open = false;
    if (!this.#plugged) return;
    // The link stood before, so it can only fail now for want of a machine's resources: the port is then unplugged.
    this.#start()
      .catch(() => (this.#plugged = false))
      .finally(() => this.#closed());
  }
}
