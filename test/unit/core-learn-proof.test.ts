import assert from "node:assert/strict";
import type { LearnAct, Recurrence } from "../../gateway/core/input.ts";
import { PROVE_WITHIN_MS, type HeardBefore } from "../../gateway/core/learn-events.ts";
import type { Report } from "../../gateway/core/report.ts";
import { conditionOf } from "../../gateway/core/supervision.ts";
import { TEST_WITHIN_MS } from "../../gateway/core/test-run.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { device } from "../support/core-community.ts";
import { CoreHome, WANG } from "../support/core-home.ts";

interface Heard {
  readonly recurrence?: Recurrence;
  readonly before?: HeardBefore;
  readonly isRolling?: boolean;
}

/** A button of a radio without keys. */
function press(home: CoreHome, address: string, more: Partial<Report> = {}, heard: Heard = {}): void {
  const said = {
    kind: "emergency",
    press: "1",
    repeatMs: 3_000,
    counter: null,
    ageMs: null,
    ageAtLeast: false,
  } as const;
  const line = { bridge: "radio", line: "433", transport: "serial", proof: "none", batteryPct: null } as const;
  const report: Report = { address, ...said, ...line, raw: `raw ${address}`, receivedAt: home.now, ...more };
  home.decide({ type: "report", report, silentAfterMs: null, ...heard });
}

function learning(more: Partial<LearnAct> = {}, home = new CoreHome()): CoreHome {
  const { reply } = home.decide({ type: "learn", act: "open", by: WANG, resident: "r1", forMs: minutes(5), ...more });
  assert.deepEqual(reply, { ok: true, changed: true });
  home.clear();
  return home;
}

/** With a button that was pressed twice. */
function enrolled(more: Partial<LearnAct> = {}, home = new CoreHome()): CoreHome {
  learning(more, home);
  press(home, "a1");
  home.forward(seconds(5));
  press(home, "a1");
  home.forward(seconds(5));
  assert.ok(home.state.enrolled.get("radio:a1"));
  home.clear();
  return home;
}

const conditionIn = (home: CoreHome, id = "radio:a1"): string =>
  conditionOf(home.state, home.state.enrolled.get(id)!, home.now);
const tests = (home: CoreHome) => [...home.state.tests.values()];
const passTest = (home: CoreHome): void => void home.receipt(tests(home).at(-1)!.delivery!, "received");

interface Shown {
  readonly what: string;
  readonly notes: readonly string[];
}

/** What the window said of the newest press. */
function shownLast(home: CoreHome): Shown {
  const event = home.events.findLast(({ kind }) => kind === "learn-heard" || kind === "learn-enrolled");
  if (event?.kind === "learn-heard") return { what: event.what, notes: event.notes ?? [] };
  assert.ok(event?.kind === "learn-enrolled", "nothing was shown");
  return { what: "enrolled", notes: event.notes ?? [] };
}

describe("The third press", () => {
  it("is the test, once: the next one is real, and within 20 s both are", () => {
    const home = enrolled();
    press(home, "a1");
    assert.deepEqual([tests(home).length, home.alarms], [1, []]);
    home.forward(seconds(5));
    press(home, "a1");
    assert.equal(home.alarm.presses.length, 2);
    assert.equal(home.state.learning.get("enrol"), undefined);
  });

  it("is followed by a real press later, too, while its test is under way", () => {
    const home = enrolled();
    press(home, "a1");
    home.forward(seconds(25));
    press(home, "a1");
    assert.equal(home.alarm.presses.length, 1);
    passTest(home);
    assert.equal(conditionIn(home), "unsupervised");
  });

  it("is real when it comes too late; the device stays unproved until a press of it is heard", () => {
    for (const restart of [false, true]) {
      const home = enrolled();
      if (restart) home.restart();
      home.forward(PROVE_WITHIN_MS);
      const ended = home.events.find(({ kind }) => kind === "learn-ended");
      assert.ok(ended?.kind === "learn-ended" && ended.device === "radio:a1" && ended.proved === undefined);
      assert.equal(conditionIn(home), "unproved");
      press(home, "a1");
      assert.equal(home.alarm.resident, "r1");
      assert.equal(conditionIn(home), "unsupervised");
    }
  });

  it("is real beside an open alarm of its wearer, and where it was kept from before", () => {
    const home = enrolled();
    home.press();
    press(home, "a1");
    assert.deepEqual([home.alarm.presses.length, tests(home)], [2, []]);
    const other = enrolled();
    press(other, "a1", { ageMs: minutes(2) });
    assert.equal(other.alarm.presses.length, 1);
  });

  it("proves nothing where the hotline does not receive it: the window says so", () => {
    const home = enrolled();
    press(home, "a1");
    home.forward(TEST_WITHIN_MS);
    const ended = home.events.find(({ kind }) => kind === "learn-ended");
    assert.ok(ended?.kind === "learn-ended" && /did not receive/.test(ended.why) && ended.proved === undefined);
    assert.equal(conditionIn(home), "unproved");
    const without = enrolled({}, new CoreHome({ facilities: { hotline: false } }));
    press(without, "a1");
    assert.deepEqual([conditionIn(without), without.state.learning.get("enrol")], ["unproved", undefined]);
  });

  it("goes on over a restart, and over a stepped clock", () => {
    for (const between of [(home: CoreHome) => home.restart(), (home: CoreHome) => home.stepClock(-minutes(300))]) {
      const home = enrolled();
      between(home);
      press(home, "a1");
      between(home);
      passTest(home);
      assert.equal(conditionIn(home), "unsupervised");
      assert.deepEqual(home.alarms, []);
    }
  });

  it("is the first one of a device that was made or imported and waits for nothing else", () => {
    const home = learning({ device: "okc:beef" });
    home.report("emergency");
    assert.deepEqual([tests(home).length, home.alarms, conditionIn(home, "okc:beef")], [1, [], "unproved"]);
    passTest(home);
    const again = home.decide({ type: "learn", act: "open", by: WANG, device: "okc:beef" }).reply!;
    assert.ok(!again.ok && again.code === "not-now" && /was proved already/.test(again.message));
  });

  it("of a button that means test proves it as well, and a fourth one is a test", () => {
    const home = enrolled({ means: "test" });
    press(home, "a1", { kind: "other" });
    passTest(home);
    assert.equal(conditionIn(home), "unsupervised");
    home.forward(seconds(5));
    press(home, "a1", { kind: "other" });
    assert.deepEqual([tests(home).length, home.alarms], [2, []]);
  });

  it("lets nothing else be enrolled meanwhile: another emergency is before staff", () => {
    const home = enrolled();
    press(home, "b2");
    assert.deepEqual([home.alarm.device, home.alarm.flags], ["radio:b2", ["unknown-device"]]);
    assert.equal(shownLast(home).what, "another");
  });

  it("is only then followed by the end of the device whose place the new one takes", () => {
    const home = enrolled({ replaces: "okc:beef" });
    assert.equal(home.state.enrolled.get("okc:beef")!.standing, "in-use");
    press(home, "a1");
    passTest(home);
    const [old, fresh] = ["okc:beef", "radio:a1"].map((id) => home.state.enrolled.get(id)!);
    assert.deepEqual([old!.standing, old!.replacedBy, fresh!.replaces], ["retired", "radio:a1", "okc:beef"]);
    const failed = enrolled({ replaces: "okc:beef" });
    failed.forward(PROVE_WITHIN_MS);
    assert.equal(failed.state.enrolled.get("okc:beef")!.standing, "in-use");
  });
});

describe("What a learn window says", () => {
  it("is everything that the message said", () => {
    const home = learning();
    press(home, "a1", { rssiDbm: -71, batteryPct: 80, batteryOk: true, wireId: "A1", press: "ON" });
    const { said } = home.state.learning.get("enrol")!;
    assert.deepEqual(said, {
      report: "emergency",
      press: "ON",
      wireId: "A1",
      line: "433",
      transport: "serial",
      proof: "none",
      rssiDbm: -71,
      linkQuality: null,
      batteryPct: 80,
      batteryOk: true,
      raw: "raw a1",
    });
  });

  it("is that a code is enrolled for somebody else, whose it is, and that nobody takes it over", () => {
    const home = learning({ resident: "r2" });
    home.report("emergency");
    const event = home.events.find(({ kind }) => kind === "learn-heard");
    assert.ok(event?.kind === "learn-heard" && event.resident === "r1");
    assert.deepEqual(shownLast(home), { what: "enrolled-already", notes: ["shared"] });
    assert.equal(home.alarm.resident, "r1", "it alarms as ever");
    home.deviceAct("suspend", { device: "okc:c0de" });
    home.report("emergency", { address: "c0de" });
    assert.deepEqual(shownLast(home).notes, ["shared", "not-in-use"]);
  });

  it("is that another key of the same remote is somebody else's", () => {
    const people = [device("beef", "r1")];
    const home = new CoreHome();
    home.decide({ type: "save", events: people });
    learning({ bindKey: true }, home);
    for (const key of ["1", "2"]) press(home, "a1", { kind: "other", press: key });
    assert.deepEqual(shownLast(home), { what: "another-key", notes: [] });
    home.forward(seconds(4));
    press(home, "a1", { kind: "other", press: "1" });
    assert.deepEqual([...home.state.enrolled.values()].at(-1)!.id, "radio:a1:1");
    home.forward(PROVE_WITHIN_MS);
    learning({ resident: "r2" }, home);
    press(home, "a1", { kind: "other", press: "2" });
    assert.deepEqual(shownLast(home), { what: "refused", notes: ["shared-remote"] });
    assert.equal(home.state.learning.get("enrol")!.candidate, null);
    press(home, "a1", { kind: "other", press: "1" });
    assert.equal(home.alarm.resident, "r1");
  });

  it("is that the second press came with another key, where the whole device is enrolled", () => {
    const home = learning();
    press(home, "a1", { press: "1" });
    home.forward(seconds(4));
    press(home, "a1", { press: "2" });
    assert.deepEqual(shownLast(home), { what: "enrolled", notes: ["another-key"] });
  });

  const before = (more: Partial<HeardBefore> = {}, home = new CoreHome()): HeardBefore => {
    const times = { firstAt: home.now - minutes(9), lastAt: home.now - minutes(1), since: home.now - minutes(99) };
    return { count: 3, ...times, lines: ["433"], rssiMinDbm: -80, rssiMaxDbm: -60, ...more };
  };

  it("is how often a code was heard before, and that it comes from several places", () => {
    for (const [known, notes] of [
      [before(), ["heard-before"]],
      [before({ count: 0 }), []],
      [before({ lines: ["433", "434"] }), ["heard-before", "several-places"]],
      [before({ count: 0, rssiMinDbm: -90, rssiMaxDbm: -64 }), ["several-places"]],
    ] as const) {
      const home = learning();
      press(home, "a1", {}, { before: known });
      assert.deepEqual(shownLast(home), { what: "candidate", notes });
    }
  });

  it("is that a rolling code cannot be relied on, and it is enrolled by force only", () => {
    const home = learning();
    press(home, "hcs200:1", {}, { isRolling: true });
    assert.deepEqual(shownLast(home), { what: "refused", notes: ["rolling"] });
    assert.deepEqual(home.alarm.flags, ["unknown-device"], "its call for help is before staff");
    const forced = learning({ force: true });
    for (let times = 0; times < 2; times++, forced.forward(seconds(4)))
      press(forced, "hcs200:1", { kind: "other" }, { isRolling: true });
    assert.ok(forced.state.enrolled.get("radio:hcs200:1"));
  });

  it("is that nobody knows whose connection it is: that is never enrolled, and its call is before staff", () => {
    const home = learning({ force: true });
    press(home, "unnamed-10.0.0.7");
    assert.deepEqual(shownLast(home), { what: "refused", notes: ["nameless"] });
    assert.deepEqual(home.alarm.flags, ["unknown-device"]);
  });

  it("is that a model which has another id with each press is likely one of those", () => {
    const home = learning();
    for (const id of ["x:1", "x:2", "x:3"]) press(home, id, { kind: "other" });
    assert.deepEqual(shownLast(home).notes, ["rolling-likely"]);
    // Two of one model, three codes without a model, three addresses of one maker.
    for (const ids of [
      ["x:1", "x:2", "y:3"],
      ["433:1", "433:2", "433:3"],
      ["bc:02:6e", "bc:02:6f", "bc:02:70"],
    ]) {
      const still = learning();
      for (const id of ids) press(still, id, { kind: "other" });
      assert.deepEqual(shownLast(still).notes, [], ids.join());
    }
  });
});
