import assert from "node:assert/strict";
import type { PostResult } from "../../gateway/adapters/webhook/poster.ts";
import { verdictOn } from "../../gateway/adapters/webhook/verdict.ts";
import { WEBHOOK_LIMITS } from "../../gateway/adapters/webhook/webhook-limits.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { NOON } from "../support/test-clock.ts";

const answered = (status: number, more: Partial<PostResult> = {}): PostResult =>
  ({ kind: "answered", status, retryAfter: null, location: null, body: "", ...more }) as PostResult;

const verdict = (result: PostResult, attempts = 1) => verdictOn(result, attempts, WEBHOOK_LIMITS, NOON);

const waitMs = (result: PostResult, attempts = 1): number => {
  const given = verdict(result, attempts);
  assert.equal(given.fate, "retry");
  return given.fate === "retry" ? given.waitMs : -1;
};

describe("the verdict on a webhook's answer", () => {
  it("is sent for any 2xx", () => {
    for (const status of [200, 201, 202, 204, 299])
      assert.deepEqual(verdict(answered(status)), { fate: "sent", works: true });
  });

  it("is to try again for 408, 409, 425, 429, any 5xx and no answer", () => {
    for (const status of [408, 409, 425, 429, 500, 502, 503, 599])
      assert.equal(verdict(answered(status)).fate, "retry");
    assert.deepEqual(verdict({ kind: "unreached", why: "connect ECONNREFUSED" }), {
      fate: "retry",
      works: false,
      reason: "connect ECONNREFUSED",
      detail: "connect ECONNREFUSED",
      waitMs: seconds(1),
    });
  });

  it("is failed for every other 4xx, without what the server said", () => {
    for (const status of [400, 401, 403, 404, 410, 422]) assert.equal(verdict(answered(status)).fate, "failed");
    const given = verdict(answered(422, { body: "unknown address" } as Partial<PostResult>));
    assert.deepEqual(given, { fate: "failed", works: null, reason: "HTTP 422", detail: "HTTP 422" });
  });

  it("is failed for a redirect, whose path is not shown", () => {
    const given = verdict(answered(301, { location: "https://other.example/secret" } as Partial<PostResult>));
    assert.equal(given.fate, "failed");
    assert.match(given.fate === "failed" ? given.detail : "", /a redirect to https:\/\/other\.example, which/);
  });

  it("waits twice as long each time, up to a minute", () => {
    const waits = [1, 2, 3, 6, 7, 8, 500].map((attempts) => waitMs(answered(503), attempts));
    assert.deepEqual(waits, [1, 2, 4, 32, 60, 60, 60].map(seconds));
  });

  it("waits as long as the server asks, in seconds or until a date, within a bound", () => {
    const asks = (retryAfter: string): number => waitMs(answered(429, { retryAfter } as Partial<PostResult>));
    assert.equal(asks("90"), seconds(90));
    assert.equal(asks("Mon, 23 Nov 2026 12:02:00 GMT"), minutes(2));
    assert.equal(asks("86400"), minutes(5));
    assert.equal(asks("0"), seconds(1));
    assert.equal(asks("soon"), seconds(1));
    assert.equal(asks("Mon, 23 Nov 2026 11:00:00 GMT"), seconds(1));
  });
});
