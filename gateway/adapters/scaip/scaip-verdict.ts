import type { DurationMs } from "../../core/units.ts";
import { formatDuration } from "../../core/units.ts";
import { STATUS_NUMBERS, VOICE_WORDS } from "./scaip-codes.ts";
import type { Result } from "./scaip-exchanges.ts";
import type { ScaipLimits } from "./scaip-limits.ts";
import type { ScaipReply } from "./scaip-xml.ts";

/** What is done with a message after an exchange. */
export type Step =
  | { readonly do: "received"; readonly detail: string }
  /** It is sent again in the rhythm of a hold. */
  | { readonly do: "hold"; readonly why: string }
  /** It is tried again after a rest. `unreached`: as soon as the receiver is heard of. */
  | { readonly do: "rest"; readonly restMs: DurationMs; readonly why: string; readonly unreached: boolean }
  /** It is sent once more at once, without its texts. */
  | { readonly do: "bare"; readonly why: string }
  | { readonly do: "fail"; readonly why: string };

/** How far a message is. */
export interface Progress {
  readonly bare: boolean;
  /** Tries that found nobody. */
  readonly misses: number;
}

/** Judges an exchange. `undefined` numbers of a later version are like 99. */
export function stepAfter(result: Result, { bare, misses }: Progress, limits: ScaipLimits): Step {
  const rest = (why: string, restMs: DurationMs): Step => ({ do: "rest", restMs, why, unreached: false });
  const miss = (why: string): Step => {
    const restMs = Math.min(limits.retryFirstMs * 2 ** Math.min(misses, 20), limits.retryMaxMs);
    return { do: "rest", restMs, why, unreached: true };
  };
  switch (result.type) {
    case "reply":
      return stepAfterReply(result.reply, bare, limits);
    case "status":
      return stepAfterStatus(result, bare, limits);
    case "unauthorised":
      return rest(result.why, limits.refusedRetryMs);
    case "no-reply":
      return miss("took the message and gave no SCAIP reply");
    case "silent":
      return miss("does not answer");
    case "lost":
      return miss(`cannot be reached (${result.why})`);
  }
}

function stepAfterReply(reply: ScaipReply, bare: boolean, limits: ScaipLimits): Step {
  const { verdict, words } = STATUS_NUMBERS[reply.status] ?? STATUS_NUMBERS[99]!;
  const why = `answers ${reply.status}: ${words}`;
  switch (verdict) {
    case "taken":
      return { do: "received", detail: takenWords(reply) };
    case "hold":
      return { do: "hold", why };
    case "not-treated":
    case "busy":
    case "undefined":
      return { do: "rest", restMs: limits.retryMaxMs, why, unreached: false };
    case "refused":
      return bare ? { do: "fail", why } : { do: "bare", why };
  }
}

/** How the operator may call back, without the number: it is somebody's. */
export function takenWords({ callBack, voice, number }: ScaipReply): string {
  const back =
    callBack === null
      ? ""
      : callBack <= 60
        ? `may call back within ${formatDuration(callBack * 60_000)}`
        : callBack === 61
          ? "calls back as agreed"
          : "wants to be called";
  const wanted = voice === null ? "" : (VOICE_WORDS[voice] ?? "");
  const given = number === null ? "" : "a number was given";
  return [back, wanted, given].filter((part) => part !== "").join(", ");
}

/** Statuses by which the receiver or its people are busy (RFC 3261, section 21). */
const BUSY: readonly number[] = [480, 486, 491, 503, 600];
/** Statuses that speak of what stands in the message. */
const CONTENT: readonly number[] = [400, 413, 415, 488, 493, 606];

function stepAfterStatus(
  { status, retryAfterMs }: Extract<Result, { type: "status" }>,
  bare: boolean,
  limits: ScaipLimits,
): Step {
  const why = `answers SIP ${status}`;
  if (CONTENT.includes(status) && !bare) return { do: "bare", why };
  const usualMs = BUSY.includes(status) || status === 408 || status === 500 ? limits.retryMaxMs : limits.refusedRetryMs;
  const restMs =
    retryAfterMs === null ? usualMs : Math.min(Math.max(retryAfterMs, limits.retryFirstMs), limits.refusedRetryMs);
  return { do: "rest", restMs, why, unreached: false };
}
