import assert from "node:assert/strict";
import type { Delivery } from "../../gateway/core/alarm.ts";
import type { DirectoryEvent } from "../../gateway/core/events.ts";
import { POOL_SINCE, type Chase } from "../../gateway/core/policy.ts";
import { seconds } from "../../gateway/core/units.ts";
import { device, resident, responder } from "../support/core-community.ts";
import { CoreHome, policiesWith } from "../support/core-home.ts";

const KINDS = { push: "push", text: "sms", call: "voice", group: "wecom" };

/** Two volunteers with push, text and telephone, in this order. */
const PEOPLE: readonly DirectoryEvent[] = [
  resident("r1", "1"),
  device("beef", "r1"),
  ...responder("v1", "volunteer", 1, "1", ["push", "text", "call"]),
  ...responder("v2", "volunteer", 2, "3", ["text"]),
];

const chased = (responder: string, channel: string, order: number, chase: Partial<Chase>): DirectoryEvent => ({
  kind: "contact-saved",
  responder,
  channel,
  order,
  chase,
  personal: { person: responder, data: { address: `${channel}/${responder}` } },
});

interface Options {
  readonly people?: readonly DirectoryEvent[];
  readonly chase?: Chase;
}

/** One volunteer is asked at a time; links can be opened from outside. */
function pressed({ people = PEOPLE, chase }: Options = {}): CoreHome {
  const pool = { ...POOL_SINCE, first: 1, need: 1, widenBy: 1, maxOffers: 4, replaceOnDecline: true };
  const onlyIf = { noOwner: false, noArrival: false, timeWindow: null };
  const step = { targets: ["volunteers"], channels: null, onlyIf, onOwner: null, optional: false } as const;
  const steps = [0, 3_600].map((after) => ({ ...step, afterMs: seconds(after) }));
  const home = new CoreHome({
    people,
    facilities: { hotline: false, siren: false, channels: Object.keys(KINDS), channelKinds: KINDS },
    policies: policiesWith("emergency", { pool, steps, repeatFromStep: 1, ...(chase && { chase }) }),
  });
  home.decide({ type: "public-url-proved", url: "https://okc.example" });
  home.press();
  return home;
}

const to = (home: CoreHome, who: string): Delivery[] =>
  home.alarm.deliveries.filter((one) => one.to === who && one.type === "offer");
const ways = (home: CoreHome, who = "v1"): string[] => to(home, who).map(({ channel }) => channel);
const last = (home: CoreHome, who = "v1"): Delivery => to(home, who).at(-1)!;

describe("Somebody who does not prove to have it", () => {
  it("is tried by their next way: push is not seen in 30 s, the text is not delivered in 20, then they are called", () => {
    const home = pressed();
    home.receipt(last(home).key, "sent");
    home.forward(seconds(29));
    assert.deepEqual(ways(home), ["push"], "what a push service took is not chased for delivery: it cannot prove it");
    home.forward(seconds(1));
    assert.deepEqual(ways(home), ["push", "text"]);
    home.receipt(last(home).key, "sent");
    home.forward(seconds(20));
    assert.deepEqual(ways(home), ["push", "text", "call"]);
    home.forward(seconds(600));
    assert.deepEqual(ways(home), ["push", "text", "call"], "nothing is shown twice on one channel");
  });

  it("has until the page is touched, where the telephone has it, and until an answer, where they have seen it", () => {
    const home = pressed();
    home.forward(seconds(30));
    home.receipt(last(home).key, "delivered");
    assert.equal(home.offer("v1").state, "delivered");
    home.forward(seconds(25));
    assert.deepEqual(ways(home), ["push", "text"]);
    home.answer("v1", "seen");
    home.forward(seconds(34));
    assert.deepEqual(ways(home), ["push", "text"]);
    home.forward(seconds(1));
    assert.deepEqual(ways(home), ["push", "text", "call"], "no answer for a minute");
  });

  for (const answer of ["accept", "decline"] as const)
    it(`is left in peace once they ${answer}`, () => {
      const home = pressed();
      home.answer("v1", answer);
      home.forward(seconds(600));
      assert.deepEqual(ways(home), ["push"]);
      assert.equal(home.alarm.timers[`chase:${home.offer("v1").id}`], undefined);
    });

  it("is left in peace once the alarm is taken, and every way that they were messaged on is told, each once", () => {
    const home = pressed();
    home.forward(seconds(50));
    home.clear();
    home.act("take");
    assert.deepEqual(home.left, ["push v1 withdrawn", "text v1 withdrawn", "call v1 withdrawn"]);
    home.clear();
    home.forward(seconds(200));
    assert.deepEqual(
      home.left.filter((one) => one.includes("v1")),
      [],
    );
  });

  it("by any of their ways is said, and the next person is asked", () => {
    const home = pressed();
    home.forward(seconds(50));
    home.receipt(last(home).key, "failing", "no answer");
    home.forward(seconds(60));
    assert.deepEqual(home.alarm.flags, ["unreached"]);
    assert.deepEqual(ways(home, "v2"), ["text"]);
    assert.equal(home.offer("v1").state, "queued", "they may still answer");
    assert.ok(home.alarm.timers.step !== undefined);
  });

  it("is not said of somebody whose telephone had it, or whose service took it and can say no more", () => {
    const home = pressed();
    home.receipt(last(home).key, "sent");
    home.forward(seconds(900));
    assert.deepEqual(home.alarm.flags, []);
  });

  it("is chased on after a restart, at the time that was due", () => {
    const home = pressed();
    home.forward(seconds(29));
    home.restart();
    assert.deepEqual(ways(home), ["push"]);
    home.forward(seconds(1));
    assert.deepEqual(ways(home), ["push", "text"]);
    home.restart(seconds(20));
    assert.deepEqual(ways(home), ["push", "text", "call"]);
  });

  it("is chased for no link that cannot be opened from outside", () => {
    const home = pressed();
    home.state.site.set("site", { ...home.state.site.get("site")!, publicProof: null });
    home.resolve();
    home.press({ address: "beef" });
    home.forward(seconds(59));
    assert.deepEqual(ways(home), ["push"]);
    home.forward(seconds(1));
    assert.deepEqual(ways(home), ["push", "text"]);
  });
});

describe("The page of a message", () => {
  const touched = (home: CoreHome, answer: "seen" | "accept", way: number): void => {
    const { id, version } = home.offer("v1");
    const message = to(home, "v1")[way]!.key.split(".")[1]!;
    home.decide({ type: "answer", offer: id, version, answer, message });
  };

  it("proves the way that its link came by, and no other", () => {
    const home = pressed();
    home.receipt(last(home).key, "sent");
    home.forward(seconds(30));
    touched(home, "seen", 1);
    assert.deepEqual(
      to(home, "v1").map(({ status }) => status),
      ["sent", "seen"],
    );
    assert.equal(home.alarm.times.deliveredAt, home.now);
    touched(home, "accept", 1);
    assert.equal(last(home).status, "answered");
    home.receipt(last(home).key, "delivered");
    assert.equal(last(home).status, "answered", "what proves less comes too late");
  });

  it("of a message of another offer proves nothing", () => {
    const home = pressed();
    const { id, version } = home.offer("v1");
    home.decide({ type: "answer", offer: id, version, answer: "seen", message: "d99" });
    assert.deepEqual([last(home).status, home.offer("v1").state], ["stopped", "seen"]);
  });
});

describe("A message that does not get through", () => {
  for (const status of ["failing", "failed"] as const)
    it(`goes to the same person's next way at once when it is ${status}, not to the next person`, () => {
      const home = pressed();
      home.receipt(last(home).key, status, "no network");
      assert.deepEqual(ways(home), ["push", "text"]);
      assert.deepEqual(ways(home, "v2"), []);
      home.receipt(to(home, "v1")[0]!.key, "failed", "gone");
      assert.deepEqual(ways(home), ["push", "text"], "what becomes of the first is no news");
    });

  it("on the last way too ends the offer, and the next person is asked", () => {
    const home = pressed();
    for (let way = 0; way < 3; way++) home.receipt(last(home).key, "failed", "no");
    assert.equal(home.offer("v1").state, "expired");
    assert.deepEqual(ways(home, "v2"), ["text"]);
  });

  it("is not the first choice while another path lives", () => {
    const home = pressed();
    home.resolve();
    home.fault("path:push:push", true);
    home.press();
    assert.deepEqual(ways(home), ["text"]);
    home.receipt(last(home).key, "failed", "no");
    home.receipt(last(home).key, "failed", "no");
    assert.deepEqual(ways(home), ["text", "call", "push"], "the dead one is the last resort");
  });
});

describe("How long somebody is waited for", () => {
  it("is what their contact says", () => {
    const people = [...PEOPLE, chased("v1", "push", 1, { notSeenMs: seconds(5) })];
    const home = pressed({ people });
    home.forward(seconds(5));
    assert.deepEqual(ways(home), ["push", "text"]);
  });

  it("is for ever where the contact says so", () => {
    const never = { notDeliveredMs: null, notSeenMs: null, noReplyMs: null };
    const home = pressed({ people: [...PEOPLE, chased("v1", "push", 1, never)] });
    home.receipt(last(home).key, "sent");
    home.forward(seconds(1_000));
    assert.deepEqual(ways(home), ["push"]);
  });

  it("is what the policy says, where the contact does not", () => {
    const home = pressed({ chase: { notDeliveredMs: null, notSeenMs: null, noReplyMs: seconds(90) } });
    home.forward(seconds(89));
    assert.deepEqual(ways(home), ["push"]);
    home.forward(seconds(1));
    assert.deepEqual(ways(home), ["push", "text"]);
  });

  it("is the usual time in an alarm whose policy is of an earlier gateway", () => {
    const home = pressed();
    home.resolve();
    for (const policy of [...home.state.policies.values()]) {
      const { chase: _, ...older } = policy;
      home.state.policies.set(`${policy.id}@${policy.version}`, older);
    }
    home.press();
    home.forward(seconds(30));
    assert.deepEqual(ways(home), ["push", "text"]);
  });
});
