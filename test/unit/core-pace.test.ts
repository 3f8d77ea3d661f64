import assert from "node:assert/strict";
import { INTERVALS_MAX, INTERVALS_MIN, LEARNED_MIN_MS, LEARNED_MAX_MS } from "../../gateway/core/pace.ts";
import { conditionOf } from "../../gateway/core/supervision.ts";
import { days, hours, minutes, seconds } from "../../gateway/core/units.ts";
import { RadioHome } from "../support/radio-home.ts";

const ID = "radio:a1b2c";
const EVERY = hours(4);

const stateIn = (home: RadioHome): string => conditionOf(home.state, home.state.enrolled.get(ID)!, home.now);
const known = (home: RadioHome) => home.state.devices.get(ID)!;
const learnedIn = (home: RadioHome): number | null => known(home).pace?.learnedMs ?? null;
const keys = (home: RadioHome): string[] => [...home.state.faults.values()].map(({ key }) => key);

/** It tells its battery by itself, `times` times. */
function reportBySelf(home: RadioHome, times: number, everyMs = EVERY): void {
  for (let n = 0; n < times; n++) {
    home.forward(everyMs);
    home.hear({ kind: "other", press: null, batteryPct: 90 });
  }
}

/** Proved by a press, then silent for a while: what comes with a press is none of its own reports. */
function pressed(): RadioHome {
  const home = new RadioHome();
  home.hear();
  return home;
}

describe("The pace of a device whose definition states none", () => {
  it("is learned from the reports that it makes by itself: then it is live, late and silent like any other", () => {
    const home = pressed();
    assert.equal(stateIn(home), "unsupervised");
    reportBySelf(home, INTERVALS_MIN);
    assert.deepEqual([learnedIn(home), stateIn(home)], [null, "unsupervised"], "one interval short");
    reportBySelf(home, 1);
    assert.deepEqual([learnedIn(home), stateIn(home)], [EVERY, "live"]);
    home.forward(EVERY * 1.5 - 1);
    assert.equal(stateIn(home), "live");
    home.forward(1);
    assert.equal(stateIn(home), "late");
    home.forward(EVERY * 1.5);
    assert.equal(stateIn(home), "silent");
    assert.ok(keys(home).includes(`silent:${ID}`));
  });

  for (const [what, echo] of [
    ["the key that came up", { press: null, released: ["ON"] }],
    ["its battery", { press: null, batteryPct: 85 }],
    ["its low battery", { kind: "low_battery", press: null }],
  ] as const)
    it(`is not learned from presses, nor from ${what} that comes with one, however steady they are`, () => {
      const home = new RadioHome();
      for (let n = 0; n < 3 * INTERVALS_MAX; n++) {
        home.forward(hours(24));
        home.hear({ batteryPct: 40 });
        home.forward(seconds(30));
        home.hear(echo);
      }
      assert.deepEqual([learnedIn(home), known(home).silentAt, stateIn(home)], [null, null, "unsupervised"]);
    });

  it("is not learned from reports that come as chance will have it", () => {
    const home = pressed();
    for (const hoursApart of [3, 20, 7, 41, 5, 12, 30, 2, 26, 9, 17, 4]) reportBySelf(home, 1, hours(hoursApart));
    assert.deepEqual([learnedIn(home), stateIn(home)], [null, "unsupervised"]);
  });

  it("is not learned from what a bridge says of all its devices each time that it starts, or that the gateway does", () => {
    const home = pressed();
    for (let n = 0; n < 3 * INTERVALS_MAX; n++) {
      home.forward(hours(24));
      home.fault("bridge:radio", true, "bridge-down");
      home.fault("bridge:radio", false, "bridge-down");
      home.hear({ press: null });
    }
    for (let n = 0; n < 3 * INTERVALS_MAX; n++) {
      home.forward(hours(24));
      home.restart(minutes(3));
      home.hear({ press: null });
    }
    assert.deepEqual([learnedIn(home), stateIn(home)], [null, "unsupervised"]);
  });

  it("follows the longest of the last few, is spoilt by no extra report, and costs no row of its own", () => {
    const home = pressed();
    reportBySelf(home, INTERVALS_MIN + 1);
    home.clear();
    reportBySelf(home, 1, hours(1));
    assert.equal(learnedIn(home), EVERY);
    reportBySelf(home, 1, 2 * EVERY);
    assert.equal(learnedIn(home), 2 * EVERY, "one that the radio missed");
    reportBySelf(home, INTERVALS_MAX);
    assert.equal(learnedIn(home), EVERY);
    const kinds = home.kinds.filter((kind) => kind !== "step-run" && kind !== "rounds-planned");
    assert.deepEqual(new Set(kinds), new Set(["report-heard", "device-late"]));
    assert.ok(known(home).pace!.intervals.length <= INTERVALS_MAX);
  });

  it("is given up when it was silent, and learned anew: a mistake is one row", () => {
    const home = pressed();
    reportBySelf(home, INTERVALS_MIN + 1);
    home.forward(3 * EVERY);
    assert.equal(stateIn(home), "silent");
    home.hear();
    assert.deepEqual([learnedIn(home), stateIn(home), keys(home)], [null, "unsupervised", []]);
    home.forward(days(20));
    assert.deepEqual(keys(home), []);
  });

  it("survives a restart and a clock that is set, and is not blamed on the gateway's absence", () => {
    const home = pressed();
    reportBySelf(home, INTERVALS_MIN + 1);
    home.stepClock(-hours(30));
    home.restart(hours(20));
    assert.deepEqual([learnedIn(home), stateIn(home)], [EVERY, "live"]);
    reportBySelf(home, 2);
    assert.equal(learnedIn(home), EVERY);
    home.forward(3 * EVERY);
    assert.equal(stateIn(home), "silent");
  });

  it("of one that speaks all the time is some minutes, and of one that is seldom heard nothing", () => {
    const chatty = pressed();
    for (let n = 0; n < 300; n++) reportBySelf(chatty, 1, seconds(20));
    assert.equal(learnedIn(chatty), LEARNED_MIN_MS);
    const seldom = pressed();
    reportBySelf(seldom, INTERVALS_MAX + 1, LEARNED_MAX_MS + 1);
    assert.equal(learnedIn(seldom), null);
  });

  it("is not asked where the definition states how long it may be silent; lateness is", () => {
    const home = pressed();
    const stated = (): void => {
      home.forward(EVERY);
      const report = {
        bridge: "radio",
        address: "a1b2c",
        line: "l",
        transport: "serial",
        raw: "",
        counter: null,
      } as const;
      const said = { kind: "other", press: null, ageMs: null, ageAtLeast: false, batteryPct: null } as const;
      const one = { ...report, ...said, proof: "none", receivedAt: home.now } as const;
      home.decide({ type: "report", report: one, silentAfterMs: days(3) });
    };
    for (let n = 0; n <= INTERVALS_MIN; n++) stated();
    assert.equal(known(home).silentAt, home.now + days(3));
    assert.equal(known(home).lateAt, home.now + EVERY * 1.5);
  });
});
