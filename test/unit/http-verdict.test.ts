import assert from "node:assert/strict";
import { httpVerdict } from "../../gateway/adapters/post/http-verdict.ts";
import type { PostResult } from "../../gateway/adapters/post/poster.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { NOON } from "../support/test-clock.ts";

const answered = (status: number, more: Partial<PostResult> = {}): PostResult =>
  ({ kind: "answered", status, retryAfter: null, location: null, body: "", ...more }) as PostResult;

const verdict = (result: PostResult) => httpVerdict(result, NOON);

const waitMs = (result: PostResult): number => {
  const given = verdict(result);
  assert.equal(given.fate, "retry");
  return given.fate === "retry" ? given.waitMs : -1;
};

describe("the verdict on an answer of HTTP", () => {
  it("is sent for any 2xx", () => {
    for (const status of [200, 201, 202, 204, 299])
      assert.deepEqual(verdict(answered(status)), { fate: "sent", works: true, result: String(status) });
  });

  it("is to try again for 408, 409, 425, 429, any 5xx and no answer", () => {
    for (const status of [408, 409, 425, 429, 500, 502, 503, 599])
      assert.equal(verdict(answered(status)).fate, "retry");
    assert.deepEqual(verdict({ kind: "unreached", why: "connect ECONNREFUSED" }), {
      fate: "retry",
      works: false,
      result: "unreached",
      reason: "connect ECONNREFUSED",
      detail: "connect ECONNREFUSED",
      waitMs: 0,
    });
  });

  it("is failed for every other 4xx, without what the server said", () => {
    for (const status of [400, 401, 403, 404, 410, 422]) assert.equal(verdict(answered(status)).fate, "failed");
    const given = verdict(answered(422, { body: "unknown address" } as Partial<PostResult>));
    assert.deepEqual(given, { fate: "failed", works: null, result: "422", reason: "HTTP 422", detail: "HTTP 422" });
  });

  it("is failed for a redirect, whose path is not shown", () => {
    const given = verdict(answered(301, { location: "https://other.example/secret" } as Partial<PostResult>));
    assert.equal(given.fate, "failed");
    assert.match(given.fate === "failed" ? given.detail : "", /a redirect to https:\/\/other\.example, which/);
  });

  it("waits as long as the server asks, in seconds or until a date", () => {
    const asks = (retryAfter: string): number => waitMs(answered(429, { retryAfter } as Partial<PostResult>));
    assert.equal(asks("90"), seconds(90));
    assert.equal(asks("Mon, 23 Nov 2026 12:02:00 GMT"), minutes(2));
    assert.equal(asks("86400"), minutes(1_440));
    assert.equal(asks("0"), 0);
    assert.equal(asks("soon"), 0);
    assert.equal(asks("Mon, 23 Nov 2026 11:00:00 GMT"), 0);
  });
});
