import type { DurationMs, EpochMs } from "../../core/units.ts";
import type { PostResult } from "./poster.ts";
import { isSuccess } from "./poster.ts";
import type { WebhookLimits } from "./webhook-limits.ts";

/**
 * What an answer means for the message. `reason` stays the same while nothing changes and is fit for a log; `detail` is kept in the journal, so
 * what the server said, which may echo names, is in neither. `works`: whether the path does; null: the answer does not say.
 */
export type Verdict =
  | { readonly fate: "sent"; readonly works: true }
  | { readonly fate: "failed"; readonly works: null; readonly reason: string; readonly detail: string }
  | {
      readonly fate: "retry";
      readonly works: false | null;
      readonly reason: string;
      readonly detail: string;
      readonly waitMs: DurationMs;
    };

/** 4xx that say "not now" rather than "not this". */
const RETRIED_STATUSES = new Set([408, 409, 425, 429]);

/** Reads the result of attempt number `attempts` (from 1). */
export function verdictOn(result: PostResult, attempts: number, limits: WebhookLimits, wallAt: EpochMs): Verdict {
  const backoffMs = Math.min(limits.backoffFirstMs * 2 ** Math.min(attempts - 1, 20), limits.backoffMaxMs);
  if (result.kind === "unreached") {
    return { fate: "retry", works: false, reason: result.why, detail: result.why, waitMs: backoffMs };
  }
  const { status } = result;
  if (isSuccess(status)) return { fate: "sent", works: true };
  const reason = `HTTP ${status}`;
  if (status >= 300 && status < 400) {
    const detail = `${reason}: a redirect to ${originOf(result.location)}, which is not followed; correct the url`;
    return { fate: "failed", works: null, reason, detail };
  }
  if (status < 500 && !RETRIED_STATUSES.has(status)) return { fate: "failed", works: null, reason, detail: reason };
  const askedMs = Math.min(retryAfterMs(result.retryAfter, wallAt), limits.retryAfterMaxMs);
  const works = status >= 500 ? false : null;
  return { fate: "retry", works, reason, detail: reason, waitMs: Math.max(backoffMs, askedMs) };
}

/** RFC 9110, 10.2.3: seconds or a date; anything else is 0. */
function retryAfterMs(header: string | null, wallAt: EpochMs): DurationMs {
  if (header === null) return 0;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? 0 : Math.max(0, at - wallAt);
}

/** Without its path, which may hold a token. */
const originOf = (location: string | null): string =>
  location !== null && URL.canParse(location) ? new URL(location).origin : "another path";
