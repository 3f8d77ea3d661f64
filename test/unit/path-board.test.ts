import assert from "node:assert/strict";
import { PathBoard } from "../../gateway/app/path-board.ts";
import { hours, seconds } from "../../gateway/core/units.ts";
import { NOON, TestClock } from "../support/test-clock.ts";

describe("the board of paths", () => {
  let clock: TestClock;
  let board: PathBoard;
  let changes: string[];

  beforeEach(() => {
    clock = new TestClock();
    changes = [];
    board = new PathBoard({
      clock,
      paths: [
        { id: "hotline:a", kind: "dc09", lostAfterMs: seconds(90) },
        { id: "webhook:phones", kind: "webhook", lostAfterMs: null },
      ],
      changed: (id, up, why) => changes.push(`${id} ${up ? "up" : "down"}: ${why}`),
    });
    board.start();
  });

  afterEach(() => {
    board.stop();
    assert.equal(clock.pending, 0, "a timer was left behind");
  });

  const stateOf = (id: string): string | undefined => board.view().find((path) => path.id === id)?.state;

  it("never calls a path up that nothing has proved", () => {
    assert.deepEqual(
      board.view().map(({ id, state, lastProofAt }) => [id, state, lastProofAt]),
      [
        ["hotline:a", "unproved", null],
        ["webhook:phones", "unproved", null],
      ],
    );
    assert.deepEqual(changes, []);
  });

  it("says when it was last proved", async () => {
    board.proved("hotline:a");
    await clock.forward(seconds(30));
    board.proved("hotline:a");
    assert.equal(board.view()[0]!.lastProofAt, new Date(NOON + seconds(30)).toISOString());
    assert.deepEqual(changes, ["hotline:a up: answered"], "a proof of what is up is no change");
  });

  it("has a path with a heartbeat down when nothing proved it for its time, also from the start on", async () => {
    await clock.forward(seconds(89));
    assert.equal(stateOf("hotline:a"), "unproved");
    await clock.forward(seconds(1));
    assert.equal(stateOf("hotline:a"), "down");
    assert.deepEqual(changes, ["hotline:a down: nothing proved it for 90s"]);
    board.proved("hotline:a");
    assert.equal(stateOf("hotline:a"), "up");
    await clock.forward(seconds(60));
    board.proved("hotline:a");
    await clock.forward(seconds(89));
    assert.equal(stateOf("hotline:a"), "up");
    await clock.forward(seconds(1));
    assert.equal(stateOf("hotline:a"), "down");
    assert.equal(changes.length, 3);
  });

  it("does not raise again what is down already", async () => {
    board.told("hotline:a", false, "refused");
    await clock.forward(hours(1));
    assert.deepEqual(changes, ["hotline:a down: refused"]);
  });

  it("forgets the proof of a path without a heartbeat after a day, and calls it unproved, not down", async () => {
    board.told("webhook:phones", true, "answered 2xx");
    await clock.forward(hours(24));
    assert.equal(stateOf("webhook:phones"), "up");
    await clock.forward(seconds(1));
    assert.equal(stateOf("webhook:phones"), "unproved");
    assert.equal(changes.filter((change) => change.startsWith("webhook")).length, 1);
  });
});
