import { randomBytes } from "node:crypto";
import type { EpochMs } from "../../core/units.ts";
import { PROOF_WITHIN_MS, VISITS_MAX } from "./limits.ts";
import type { Doubt } from "./public-network.ts";

export interface Visit {
  readonly at: EpochMs;
  /** An address, as far as it is known. */
  readonly from: string;
  readonly doubt: Doubt;
}

export interface Challenge {
  readonly id: string;
  readonly publicUrl: string;
  readonly expiresAt: EpochMs;
  readonly visits: readonly Visit[];
}

/** The one-time address under which the public address is to be proved: one at a time, gone with the process. */
export class ProofBoard {
  #challenge: Challenge | null = null;

  /** Makes a new one; the one before is no longer good. */
  open(publicUrl: string, now: EpochMs): Challenge {
    // Hexadecimal: no messenger takes part of it for punctuation.
    const id = randomBytes(16).toString("hex");
    this.#challenge = { id, publicUrl, expiresAt: now + PROOF_WITHIN_MS, visits: [] };
    return this.#challenge;
  }

  /** The newest, expired or not. */
  get newest(): Challenge | null {
    return this.#challenge;
  }

  find(id: string, now: EpochMs): Challenge | null {
    const challenge = this.#challenge;
    return challenge?.id === id && now < challenge.expiresAt ? challenge : null;
  }

  note(id: string, visit: Visit): void {
    const challenge = this.#challenge;
    if (challenge?.id !== id) return;
    this.#challenge = { ...challenge, visits: [...challenge.visits.slice(0, VISITS_MAX - 1), visit] };
  }
}

export type ProofState = "waiting" | "proved" | "expired";

export function proofStateOf({ visits, expiresAt }: Challenge, now: EpochMs): ProofState {
  if (visits.some(({ doubt }) => doubt === null)) return "proved";
  return now < expiresAt ? "waiting" : "expired";
}
