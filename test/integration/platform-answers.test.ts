import assert from "node:assert/strict";
import { PlatformCallSender } from "../../gateway/adapters/post/platform.ts";
import type { HotlineMessage } from "../../gateway/ports/channel.ts";
import type { HeardAct } from "../../gateway/ports/platform.ts";
import type { Verdict } from "../../gateway/ports/sender.ts";
import { assertMatches } from "../support/json-schemas.ts";
import { detailsOf, emergency } from "../support/peers/hotline-rig.ts";
import { HttpPeer } from "../support/peers/http-peer.ts";
import { NOON, TestClock } from "../support/test-clock.ts";

describe("what a city platform answers to a call", () => {
  const clock = new TestClock();
  let peer: HttpPeer;
  let sender: PlatformCallSender;
  /** What it said of its operators, and whether it was done. */
  let heard: unknown[];
  let done: readonly HeardAct[];

  beforeEach(async () => {
    peer = await new HttpPeer().open();
    heard = [];
    done = [];
    const intake = {
      hear: (_: string, acts: readonly unknown[]) => {
        heard.push(...acts);
        return Promise.resolve(done);
      },
    };
    const url = `http://127.0.0.1:${peer.port}/okc`;
    const parts = { name: "81890", url, secret: "s3cret", acknowledges: "body" as const, site: "月湖社区" };
    sender = new PlatformCallSender({ ...parts, intake, clock });
    await sender.open();
  });
  afterEach(async () => {
    await sender.close();
    await peer.close();
  });

  const call = emergency("7gk2qx9d-17.d1", { alarm: "7gk2qx9d-17", details: detailsOf() });
  const answered = async (body: unknown, message: HotlineMessage = call): Promise<Verdict> => {
    peer.answer = { status: 200, body: typeof body === "string" ? body : JSON.stringify(body) };
    return sender.send(message, { attempt: 1, wallAt: NOON });
  };
  const fateOf = ({ fate }: Verdict): string => fate;

  it("is its receipt only where it says so, and of this very message", async () => {
    for (const body of [{ received: true }, { received: true, id: call.key }])
      assert.equal(fateOf(await answered(body)), "received", JSON.stringify(body));
    for (const body of ["", "OK", "[]", "null", {}, { received: "true" }, { received: true, id: "another" }]) {
      const verdict = await answered(body);
      assert.deepEqual([verdict.fate, "left" in verdict && verdict.left], ["retry", true], JSON.stringify(body));
    }
    for (const { body } of peer.requests.items) assertMatches("platform-message", JSON.parse(body));
  });

  it("is an operator's answer where one has taken this alarm, and it was done", async () => {
    const act = { id: "m-1", act: "taken", alarm: "7gk2qx9d-17" } as const;
    done = [{ ...act, done: true }];
    assert.equal(fateOf(await answered({ received: true, acts: [act] })), "answered");
    assert.deepEqual(heard, [act]);
    done = [{ ...act, done: false }];
    assert.equal(fateOf(await answered({ received: true, acts: [act] })), "received", "it was not done");
    done = [{ ...act, alarm: "7gk2qx9d-1", done: true }];
    assert.equal(fateOf(await answered({ received: true, acts: [act] })), "received", "it was another alarm");
  });

  it("refuses the call where it gives the alarm back, now or before; then it is not asked again", async () => {
    done = [{ act: "rejected", alarm: "7gk2qx9d-17", done: true }];
    const acts = [{ id: "m-1", act: "rejected", alarm: "7gk2qx9d-17", reason: "not-ours" }];
    assert.equal(fateOf(await answered({ received: true, acts })), "failed");
    const asked = peer.requests.items.length;
    const again = emergency("7gk2qx9d-17.d2", { details: detailsOf({ rejectedBy: ["81890"] }) });
    assert.equal(fateOf(await answered({ received: true }, again)), "failed");
    assert.equal(peer.requests.items.length, asked);
  });

  it("is asked for tests and technical reports without an alarm", async () => {
    await answered({ received: true }, emergency("7gk2qx9d-18.r1", { alarm: null, event: "601", details: null }));
    const { body } = peer.requests.items[0]!;
    const said = JSON.parse(body) as { alarm: unknown; event: string };
    assertMatches("platform-message", said);
    assert.deepEqual([said.alarm, said.event], [null, "601"]);
  });
});
