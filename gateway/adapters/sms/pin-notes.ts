import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PinGate } from "./modem-setup.ts";

const FILE = "sms-pins.json";

/**
 * Remembers over restarts which PIN was tried at which modem and not taken: a gateway that starts again and again would
 * else lock the SIM. The file holds digests; whoever can read it can read okc.yaml too.
 */
export class PinNotes {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  gate(modem: string, pin: string | null): PinGate {
    const mark = createHash("sha256").update(`${modem} ${pin}`).digest("hex");
    return {
      pin,
      mayTry: () => this.#read()[modem] !== mark,
      tried: () => this.#write({ ...this.#read(), [modem]: mark }),
      accepted: () => {
        const { [modem]: known, ...rest } = this.#read();
        if (known !== undefined) this.#write(rest);
      },
    };
  }

  #read(): Readonly<Record<string, string>> {
    try {
      return JSON.parse(readFileSync(join(this.#folder, FILE), "utf8")) as Record<string, string>;
    } catch {
      return {};
    }
  }

  /** @throws when it cannot be written: then no PIN is tried. */
  #write(marks: Readonly<Record<string, string>>): void {
    mkdirSync(this.#folder, { recursive: true });
    const file = join(this.#folder, FILE);
    writeFileSync(`${file}.new`, JSON.stringify(marks), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
}
