import type { DurationMs, EpochMs } from "../../core/units.ts";
import type { Verdict } from "../../ports/sender.ts";
import { isSuccess, type PostResult } from "./poster.ts";

/** 4xx that say "not now" rather than "not this". */
const RETRIED_STATUSES = new Set([408, 409, 425, 429]);

/** What HTTP says of a message: what came, and the machine's time, for a Retry-After that is a date. */
export function httpVerdict(result: PostResult, wallAt: EpochMs): Verdict {
  if (result.kind === "unreached") {
    const { why } = result;
    return { fate: "retry", works: false, result: "unreached", reason: why, detail: why, waitMs: 0 };
  }
  const { status } = result;
  if (isSuccess(status)) return { fate: "sent", works: true, result: String(status) };
  const told = { result: String(status), reason: `HTTP ${status}`, detail: `HTTP ${status}` };
  if (status >= 300 && status < 400) {
    const detail = `HTTP ${status}: a redirect to ${originOf(result.location)}, which is not followed; correct the url`;
    return { ...told, fate: "failed", works: null, detail };
  }
  if (status < 500 && !RETRIED_STATUSES.has(status)) return { ...told, fate: "failed", works: null };
  const works = status >= 500 ? false : null;
  return { ...told, fate: "retry", works, waitMs: retryAfterMs(result.retryAfter, wallAt) };
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
