import assert from "node:assert/strict";
import { AnswerQueue, KEEP_MS, type Fate, type Pending } from "../../gateway/console/src/offer/answer-queue.ts";
import { readLink } from "../../gateway/console/src/offer/link.ts";

/** A queue whose sends and pauses end when the test says so. */
class Rig {
  now = 1_000;
  readonly sent: string[] = [];
  readonly settled: string[] = [];
  kept: readonly Pending[] = [];
  #answerOne: ((fate: Fate) => void) | null = null;
  #endPause: (() => void) | null = null;
  readonly pauses: number[] = [];
  readonly queue = new AnswerQueue({
    send: ({ answer }) => {
      this.sent.push(answer);
      return new Promise((resolve) => (this.#answerOne = resolve));
    },
    now: () => this.now,
    pause: (ms) => {
      this.pauses.push(ms);
      let cut = (): void => undefined;
      const over = new Promise<void>((resolve) => (cut = resolve));
      this.#endPause = cut;
      return { over, cut };
    },
    keep: (items) => (this.kept = items),
    changed: (done) => {
      if (done) this.settled.push(`${done.pending.answer} ${done.fate}`);
    },
  });

  async answered(fate: Fate): Promise<void> {
    this.#answerOne!(fate);
    await turns();
  }

  async rested(): Promise<void> {
    this.#endPause!();
    await turns();
  }
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

describe("an answer on its way from the page", () => {
  it("is pending until the gateway has taken it, and seen goes before it", async () => {
    const rig = new Rig();
    rig.queue.add("seen", 1);
    rig.queue.add("accept", 1);
    assert.equal(rig.queue.pending?.answer, "accept");
    await rig.answered("taken");
    assert.deepEqual(rig.sent, ["seen", "accept"]);
    assert.equal(rig.queue.pending?.answer, "accept", "nothing is calm before the gateway has it");
    await rig.answered("taken");
    assert.deepEqual([rig.queue.pending, rig.settled, rig.kept], [null, ["seen taken", "accept taken"], []]);
  });

  it("is one answer, however often it is tapped", async () => {
    const rig = new Rig();
    for (let tap = 0; tap < 5; tap++) rig.queue.add("accept", 1);
    await rig.answered("taken");
    assert.deepEqual(rig.sent, ["accept"]);
  });

  it("is tried again, ever less often, until it is taken; a tap or the network's return tries at once", async () => {
    const rig = new Rig();
    rig.queue.add("accept", 1);
    for (let tries = 1; tries <= 6; tries++) {
      await rig.answered("unsent");
      assert.ok(rig.queue.isFailing);
      await rig.rested();
    }
    assert.deepEqual(rig.pauses, [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    await rig.answered("unsent");
    rig.queue.add("accept", 1);
    await turns();
    assert.equal(rig.sent.length, 8);
    await rig.answered("taken");
    assert.deepEqual([rig.queue.pending, rig.queue.isFailing], [null, false]);
  });

  it("gives way to another that the person taps instead", async () => {
    const rig = new Rig();
    rig.queue.add("accept", 1);
    await rig.answered("unsent");
    rig.queue.add("decline", 1);
    await turns();
    await rig.answered("taken");
    assert.deepEqual(rig.sent, ["accept", "decline"]);
    assert.equal(rig.queue.pending, null);
  });

  it("that may already have arrived is followed by the other, not replaced", async () => {
    const rig = new Rig();
    rig.queue.add("accept", 1);
    rig.queue.add("decline", 1);
    await rig.answered("taken");
    await rig.answered("taken");
    assert.deepEqual(rig.settled, ["accept taken", "decline taken"]);
  });

  it("that is refused is not tried again", async () => {
    const rig = new Rig();
    rig.queue.add("accept", 1);
    await rig.answered("refused");
    assert.deepEqual([rig.sent.length, rig.queue.pending, rig.settled], [1, null, ["accept refused"]]);
  });

  it("is not sent any more after ten minutes: the person is asked again", async () => {
    const rig = new Rig();
    rig.queue.add("accept", 1);
    await rig.answered("unsent");
    rig.now += KEEP_MS;
    await rig.rested();
    assert.deepEqual([rig.sent.length, rig.settled], [1, ["accept unsent"]]);
  });

  it("outlives a reload of the page, but not its ten minutes", async () => {
    const before = new Rig();
    before.queue.add("arrive", 2);
    const after = new Rig();
    after.queue.resume(before.kept);
    assert.deepEqual([after.sent, after.queue.pending?.version], [["arrive"], 2]);
    const late = new Rig();
    late.now += KEEP_MS;
    late.queue.resume(before.kept);
    await turns();
    assert.deepEqual([late.sent, late.settled], [[], ["arrive unsent"]]);
  });
});

describe("the address of the page", () => {
  const TOKEN = "q5-_".repeat(10) + "abc";
  it("is an offer with the token behind the #, whatever an app adds to it", () => {
    const link = { of: "offer", offer: "7gk2qx9d-17.o1", token: TOKEN, message: null };
    for (const hash of [`#${TOKEN}`, `#${TOKEN}&from=singlemessage`, `#${TOKEN}#wechat_redirect`])
      assert.deepEqual(readLink("/o/7gk2qx9d-17.o1", hash), link);
  });

  it("names the message that it stood in", () => {
    const link = { of: "offer", offer: "7gk2qx9d-17.o1", token: TOKEN, message: "d12" };
    for (const hash of [`#${TOKEN}.d12`, `#${TOKEN}.d12&from=singlemessage`])
      assert.deepEqual(readLink("/o/7gk2qx9d-17.o1", hash), link);
    for (const hash of [`#${TOKEN}.dx`, `#${TOKEN}.`, `#${TOKEN}.d12x`])
      assert.deepEqual(readLink("/o/7gk2qx9d-17.o1", hash), { ...link, message: null });
  });

  it("whose token was lost or cut short says so", () => {
    for (const hash of ["", "#", `#${TOKEN.slice(1)}`, `#${TOKEN}x`])
      assert.deepEqual(readLink("/o/a-1.o1", hash), { of: "offer", offer: "a-1.o1", token: null, message: null });
    assert.deepEqual(readLink("/o/", ""), { of: "nothing" });
    assert.deepEqual(readLink("/proof/0af3", ""), { of: "proof", id: "0af3" });
  });
});
