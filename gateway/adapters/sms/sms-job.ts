import type { EpochMs } from "../../core/units.ts";
import type { Modem } from "./modem.ts";
import type { SubmitPdu } from "./pdu.ts";

/** One part of a message at one modem. */
export interface JobPart {
  readonly pdu: SubmitPdu;
  /** `waiting`: not taken by the network; `taken`: its report is awaited; `unproved`: the network will not tell. */
  state: "waiting" | "taken" | "unproved" | "delivered";
  resends: number;
}

/** A message, and what was tried so far. */
export interface SmsJob {
  /** Null: words sent back to somebody who wrote; nobody awaits a receipt. */
  readonly key: string | null;
  /** With + and the country; empty: the contact has none. */
  readonly number: string;
  readonly text: string;
  readonly validitySec: number;
  /** For a call beside the message; null: nobody is called. */
  readonly spoken: string | null;
  readonly priority: number;
  /** Rises with every message: the age. */
  readonly order: number;
  /** Whose parts they are: a telephone joins parts of one sender only. */
  modem: Modem | null;
  parts: readonly JobPart[];
  attempts: number;
  /** Modems that would not have it in this round. */
  readonly refusedBy: Set<Modem>;
  /** Being sent, resting until a retry, or neither. */
  state: "waiting" | "sending" | "resting" | "taken";
  sentAt: EpochMs | null;
  /** What was last told as `failing`. */
  told: string | null;
  /** Withdrawn, given up or done: nothing is sent any more. */
  over: boolean;
}

export type NewJob = Pick<SmsJob, "key" | "number" | "text" | "priority" | "validitySec" | "spoken">;

/** Below 0 when `a` goes before `b`: the most urgent first, then the oldest. */
export const compareJobs = (a: SmsJob, b: SmsJob): number => a.priority - b.priority || a.order - b.order;

/** The job that this modem shall send next; undefined: none. `isReady` tells whether the modem of a job can go on with it. */
export function nextFor(modem: Modem, jobs: Iterable<SmsJob>): SmsJob | undefined {
  let best: SmsJob | undefined;
  for (const job of jobs) {
    if (job.state !== "waiting" || job.refusedBy.has(modem)) continue;
    // Another modem has begun it and can end it: all its parts would have to be sent again.
    if (job.modem !== null && job.modem !== modem && job.modem.isReady && !job.refusedBy.has(job.modem)) continue;
    if (best === undefined || compareJobs(job, best) < 0) best = job;
  }
  return best;
}
