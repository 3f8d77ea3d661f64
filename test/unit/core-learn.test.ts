import assert from "node:assert/strict";
import type { Report } from "../../gateway/core/report.ts";
import type { Recurrence, Reply } from "../../gateway/core/input.ts";
import { CAPTURE_MAX_MS } from "../../gateway/core/device-state.ts";
import { LEARN_MAX_MS, LEARN_MS } from "../../gateway/core/learn.ts";
import { conditionOf } from "../../gateway/core/supervision.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { CHEN, CoreHome, WANG } from "../support/core-home.ts";

const BUTTON = { bridge: "radio", counter: null, proof: "none", repeatMs: 3_000, batteryPct: null } as const;

/** A button of a radio without keys; `other` is a bare press. */
function press(home: CoreHome, address: string, more: Partial<Report> = {}, recurrence?: Recurrence): void {
  const rest = { address, kind: "other", press: "1", ageMs: null, ageAtLeast: false, line: "ttyUSB1" } as const;
  const report: Report = {
    ...BUTTON,
    ...rest,
    transport: "serial",
    raw: `raw ${address}`,
    receivedAt: home.now,
    ...more,
  };
  home.decide({ type: "report", report, silentAfterMs: null, ...(recurrence && { recurrence }) });
}

const open = (home: CoreHome, more: { resident?: string; forMs?: number; by?: typeof WANG } = {}): Reply =>
  home.decide({ type: "learn", act: "open", by: WANG, resident: "r1", ...more }).reply!;

const learning = (): CoreHome => {
  const home = new CoreHome();
  assert.deepEqual(open(home), { ok: true, changed: true });
  home.clear();
  return home;
};

const conditionIn = (home: CoreHome, id: string): string =>
  conditionOf(home.state, home.state.enrolled.get(id)!, home.now);

/** How the window ended. */
function endOf(home: CoreHome): object | undefined {
  const ended = home.events.findLast((event) => event.kind === "learn-ended");
  if (ended?.kind !== "learn-ended") return undefined;
  const { why, device, proved = false } = ended;
  return { why, device, proved };
}

const isOpen = (home: CoreHome): boolean => home.state.learning.get("enrol") !== undefined;

describe("A learn window", () => {
  it("takes a button's first press, enrols it at the second, proves it by the third, and calls nobody", () => {
    const home = learning();
    press(home, "a1");
    assert.equal(home.state.learning.get("enrol")!.candidate?.raw, "raw a1");
    assert.equal(home.state.enrolled.get("radio:a1"), undefined);
    home.forward(seconds(5));
    press(home, "a1");
    const { resident, means, key, standing } = home.state.enrolled.get("radio:a1")!;
    assert.deepEqual([resident, means, key, standing], ["r1", "emergency", null, "in-use"]);
    assert.deepEqual([isOpen(home), home.alarms, conditionIn(home, "radio:a1")], [true, [], "unproved"]);
    home.forward(seconds(5));
    press(home, "a1");
    const [test] = home.state.tests.values();
    assert.deepEqual([test!.device, home.alarms, conditionIn(home, "radio:a1")], ["radio:a1", [], "unproved"]);
    home.receipt(test!.delivery!, "received");
    assert.deepEqual([isOpen(home), conditionIn(home, "radio:a1")], [false, "unsupervised"]);
    assert.deepEqual(endOf(home), { why: "the hotline received it", device: "radio:a1", proved: true });
    home.forward(seconds(25));
    press(home, "a1");
    assert.equal(home.alarm.resident, "r1", "from then on it is real");
  });

  it("takes copies of one press for one press", () => {
    const home = learning();
    press(home, "a1");
    press(home, "a1", {}, { sinceMs: 300, runMs: 300 });
    assert.equal(home.state.enrolled.get("radio:a1"), undefined);
    press(home, "c1", { counter: 4, kind: "emergency" });
    press(home, "c1", { counter: 4, kind: "emergency" });
    assert.equal(home.state.enrolled.get("radio:c1"), undefined);
  });

  it("takes copies of the press that enrolled for that press: the next one is the one that proves it", () => {
    const home = learning();
    press(home, "a1", { kind: "emergency" }, { sinceMs: minutes(9), runMs: 0 });
    home.forward(seconds(5));
    press(home, "a1", { kind: "emergency" }, { sinceMs: 5_000, runMs: 0 });
    for (const runMs of [300, 600]) press(home, "a1", { kind: "emergency" }, { sinceMs: 300, runMs });
    home.restart(seconds(1));
    press(home, "a1", { kind: "emergency" });
    assert.ok(home.state.enrolled.get("radio:a1"));
    assert.deepEqual(home.alarms, []);
    home.forward(seconds(4));
    press(home, "a1", { kind: "emergency" }, { sinceMs: 4_000, runMs: 0 });
    assert.deepEqual([home.alarms, [...home.state.tests.values()].length], [[], 1], "the third press is the test");
  });

  it("leaves enrolled devices alone: they alarm as ever", () => {
    const home = learning();
    home.press();
    assert.equal(home.offers("volunteers").length, 3);
    assert.ok(isOpen(home));
  });

  it("captures the emergency of the device that is enrolled, and shows that of any other to staff", () => {
    const home = learning();
    press(home, "a1", { kind: "emergency", press: "sos" });
    assert.deepEqual(home.alarms, []);
    press(home, "b2", { kind: "emergency", press: "sos" });
    assert.deepEqual(home.alarm.flags, ["unknown-device"]);
    assert.equal(home.alarm.device, "radio:b2");
    home.forward(seconds(4));
    press(home, "a1", { kind: "emergency", press: "sos" });
    assert.ok(home.state.enrolled.get("radio:a1"));
    assert.equal(home.alarms.length, 1);
  });

  it("loses no call for help: what it captured and did not enrol is shown to staff when it ends, however it ends", () => {
    const ends: ((home: CoreHome) => unknown)[] = [
      (home) => home.forward(LEARN_MS),
      (home) => home.decide({ type: "learn", act: "close", by: WANG }),
      (home) => (home.restart(), home.forward(LEARN_MS)),
      (home) => (home.stepClock(-minutes(500)), home.forward(LEARN_MS)),
    ];
    for (const end of ends) {
      const home = learning();
      press(home, "a1", { kind: "emergency", press: "sos" });
      end(home);
      assert.deepEqual([isOpen(home), home.alarm.flags, home.alarm.device], [false, ["unknown-device"], "radio:a1"]);
      assert.deepEqual(new Set(home.alarm.offers.map(({ leg }) => leg)), new Set(["staff"]));
    }
  });

  it("keeps a call for help no longer than half a minute: then staff see it, and the window goes on", () => {
    for (const restart of [false, true]) {
      const home = new CoreHome();
      open(home, { forMs: LEARN_MAX_MS });
      press(home, "a1", { kind: "emergency", press: "sos" });
      home.forward(CAPTURE_MAX_MS - 1);
      if (restart) home.restart();
      assert.deepEqual(home.alarms, []);
      home.forward(1);
      assert.deepEqual([home.alarm.device, home.alarm.flags], ["radio:a1", ["unknown-device"]]);
      assert.deepEqual([isOpen(home), home.state.learning.get("enrol")!.candidate], [true, null]);
      for (let times = 0; times < 2; times++) {
        press(home, "b2");
        home.forward(CAPTURE_MAX_MS);
      }
      assert.ok(home.state.enrolled.get("radio:b2"), "a bare press is waited for until the end");
      assert.equal(home.alarms.length, 1);
    }
  });

  it("lets a bare press of another device take the place of the first, whose emergency is then shown", () => {
    const home = learning();
    press(home, "a1", { kind: "emergency", press: "sos" });
    press(home, "b2");
    assert.equal(home.alarm.device, "radio:a1");
    home.forward(seconds(4));
    press(home, "b2");
    assert.ok(home.state.enrolled.get("radio:b2"));
  });

  it("cannot enrol what has a key: that is shown to staff as ever, and said", () => {
    const home = learning();
    home.report("emergency", { address: "dead", proof: "no-key" });
    assert.deepEqual(home.alarm.flags, ["unknown-device"]);
    const heard = home.events.find((event) => event.kind === "learn-heard");
    assert.equal(heard?.kind === "learn-heard" && heard.what, "needs-key");
  });

  it("is one at a time, for a resident that is known, for ten minutes at most", () => {
    const home = learning();
    const second = open(home, { by: CHEN });
    assert.ok(!second.ok && second.code === "not-now" && second.message.includes(WANG.name));
    home.forward(LEARN_MS);
    const codes = [open(home, { resident: "nobody" }), open(home, { forMs: LEARN_MAX_MS + 1 })];
    assert.deepEqual(
      codes.map((reply) => (reply.ok ? "ok" : reply.code)),
      ["not-found", "bad-input"],
    );
  });

  it("takes nothing from the moment its time is over", () => {
    const home = learning();
    home.now += LEARN_MS;
    press(home, "a1", { kind: "emergency", press: "sos" });
    assert.deepEqual(home.alarm.flags, ["unknown-device"]);
  });
});
