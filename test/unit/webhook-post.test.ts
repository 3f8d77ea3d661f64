import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { bodyOf, headersOf, signatureOf } from "../../gateway/adapters/post/webhook-post.ts";
import { offerMessage } from "../support/peers/offer-message.ts";
import { NOON } from "../support/test-clock.ts";

const offer = offerMessage({
  key: "okc-aaaa1111-a1-d3",
  offer: { id: "o1", version: 2 },
  alarm: { id: "a1", kind: "fall", priority: 1 },
  words: { title: "【一键通】跌倒", text: "李奶奶，3 2 501。", spoken: "跌倒。" },
  code: "47",
  answer: {
    url: "https://okc.example.org/api/offers/o1/answer",
    token: "t0ken",
    expiresAt: "2026-11-23T12:10:00.000Z",
  },
});

describe("the post of an offer", () => {
  it("has the documented fields, and no others", () => {
    assert.deepEqual(JSON.parse(bodyOf(offer)), {
      type: "offer",
      offer: { id: "o1", version: 2 },
      alarm: { id: "a1", kind: "fall", priority: 1 },
      responder: "wang",
      resident: { name: "李奶奶", building: "3", unit: "2", room: "501" },
      link: "https://okc.example.org/o/o1#t0ken",
      answer: {
        url: "https://okc.example.org/api/offers/o1/answer",
        token: "t0ken",
        expiresAt: "2026-11-23T12:10:00.000Z",
      },
      address: "13800000000",
      reason: null,
      text: { title: "【一键通】跌倒", text: "李奶奶，3 2 501。" },
      code: "47",
    });
  });

  it("ends an offer without a resident and an answer", () => {
    const end = { ...offer, type: "withdrawn", resident: null, answer: null, reason: "taken by 王芳" } as const;
    const body = JSON.parse(bodyOf(end)) as Record<string, unknown>;
    assert.deepEqual(
      [body["type"], body["resident"], body["answer"], body["reason"]],
      ["withdrawn", null, null, "taken by 王芳"],
    );
  });

  it("is signed over its time and its bytes", () => {
    const expected = createHmac("sha256", "s3cret").update(`1795435200.{"a":"月"}`).digest("hex");
    assert.equal(signatureOf('{"a":"月"}', "s3cret", NOON + 999), `t=1795435200,v1=${expected}`);
  });

  it("names its key", () => {
    const body = bodyOf(offer);
    const headers = headersOf(offer, body, "s3cret", NOON);
    assert.equal(headers["content-type"], "application/json; charset=utf-8");
    assert.equal(headers["idempotency-key"], offer.key);
    assert.equal(headers["x-okc-signature"], signatureOf(body, "s3cret", NOON));
  });

  it("is not signed without a secret", () => {
    assert.equal("x-okc-signature" in headersOf(offer, "{}", null, NOON), false);
  });
});
