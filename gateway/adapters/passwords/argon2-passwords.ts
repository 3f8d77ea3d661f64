import { GatewayError } from "../../core/errors.ts";
import type { Passwords } from "../../ports/passwords.ts";

/** argon2id, 19 MiB, two passes, one lane: the OWASP Password Storage Cheat Sheet's first choice; 20–50 ms on a small PC. */
const PARAMETERS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Of libuv's four threads; names of receivers are looked up on them too, and must not wait. */
const AT_ONCE_MAX = 2;
/** More are refused: whoever floods the login must not take the machine's memory. */
const WAITING_MAX = 16;

/** People's passwords by argon2id, loaded at the first use. Devices' and programs' secrets are random and need no such cost. */
export class Argon2Passwords implements Passwords {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  hash(password: string): Promise<string> {
    return this.#inTurn(async () => (await import("@node-rs/argon2")).hash(password, PARAMETERS));
  }

  verify(hash: string, password: string): Promise<boolean> {
    return this.#inTurn(async () => (await import("@node-rs/argon2")).verify(hash, password));
  }

  async #inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    if (this.#waiting.length >= WAITING_MAX)
      throw new GatewayError("too-many", "too many people log in at this moment; try again in a few seconds");
    if (this.#running >= AT_ONCE_MAX) await new Promise<void>((turn) => this.#waiting.push(turn));
    this.#running++;
    try {
      return await run();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }
}
