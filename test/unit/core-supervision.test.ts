import assert from "node:assert/strict";
import { BATTERY_SURE_AFTER_MS } from "../../gateway/core/battery.ts";
import { viewFaults, type FaultRow } from "../../gateway/core/fault-view.ts";
import { conditionOf, TEST_EVERY_MS, TEST_NOTICE_MS, testDueAt } from "../../gateway/core/supervision.ts";
import { days, hours, minutes, seconds } from "../../gateway/core/units.ts";
import { SILENT_ROWS_MAX } from "../../gateway/core/watch.ts";
import { COMMUNITY, device } from "../support/core-community.ts";
import { CoreHome } from "../support/core-home.ts";

const BEEF = "okc:beef";
const conditionIn = (home: CoreHome, id = BEEF): string =>
  conditionOf(home.state, home.state.enrolled.get(id)!, home.now);
const rows = (home: CoreHome): FaultRow[] => [...viewFaults(home.state, home.now)];
const keys = (home: CoreHome): string[] => rows(home).map(({ key, level }) => `${level} ${key}`);

/** A pendant reports every hour, and two and a half hours of silence are a fault. */
const heartbeat = (home: CoreHome, address = "beef", batteryPct = 90): void => {
  const counter = (home.counters.get(address) ?? 9) + 1;
  home.counters.set(address, counter);
  const said = { kind: "heartbeat", press: null, counter, ageMs: 0, ageAtLeast: false, proof: "valid" } as const;
  const line = { bridge: "okc", address, line: "ttyUSB0", transport: "serial", raw: "c0de" } as const;
  const report = { ...said, ...line, batteryPct, receivedAt: home.now };
  home.decide({ type: "report", report, silentAfterMs: minutes(150), heartbeatEveryMs: hours(1) });
};

/** A test press that the hotline received. */
const prove = (home: CoreHome): void => {
  home.report("test");
  home.receipt([...home.state.tests.values()].at(-1)!.delivery!, "received");
};

describe("How a device stands", () => {
  it("is unproved until a press of it was heard, whatever else it says; then live", () => {
    const home = new CoreHome();
    assert.equal(conditionIn(home), "unproved");
    heartbeat(home);
    assert.equal(conditionIn(home), "unproved");
    prove(home);
    heartbeat(home);
    assert.equal(conditionIn(home), "live");
  });

  it("is late a quarter of an interval beyond its time: a calm row for staff; then silent, a fault with what to do", () => {
    const home = new CoreHome();
    prove(home);
    heartbeat(home);
    home.forward(minutes(75) - 1);
    assert.deepEqual([conditionIn(home), keys(home)], ["live", []]);
    home.clear();
    home.forward(1);
    assert.deepEqual(home.kinds, ["device-late"]);
    assert.deepEqual([conditionIn(home), keys(home)], ["late", ["notice late:ttyUSB0"]]);
    assert.match(rows(home)[0]!.detail, /okc:beef/);
    home.forward(minutes(75));
    assert.deepEqual([conditionIn(home), keys(home)], ["silent", ["fault silent:okc:beef"]]);
    assert.match(rows(home)[0]!.todo, /at home, charged and in reach/);
    heartbeat(home);
    assert.deepEqual([conditionIn(home), keys(home)], ["live", []]);
  });

  it("is seen by looking, before any due time has run, and survives a restart and a clock that is set", () => {
    const home = new CoreHome();
    prove(home);
    heartbeat(home);
    home.now += hours(2);
    assert.equal(conditionIn(home), "late");
    home.stepClock(-hours(30));
    home.restart();
    assert.equal(conditionIn(home), "late");
    home.forward(minutes(30));
    assert.equal(conditionIn(home), "silent");
  });

  it("is not blamed for the hours in which the gateway itself was away", () => {
    const home = new CoreHome();
    prove(home);
    heartbeat(home);
    home.forward(minutes(30));
    home.restart(hours(9));
    assert.deepEqual([conditionIn(home), keys(home)], ["live", []]);
    home.forward(minutes(45));
    assert.equal(conditionIn(home), "late");
    home.forward(minutes(75));
    assert.deepEqual([conditionIn(home), keys(home)], ["silent", ["fault silent:okc:beef"]]);
  });

  it("is unsupervised where it never reports by itself", () => {
    const home = new CoreHome();
    prove(home);
    home.forward(days(10));
    assert.equal(conditionIn(home), "unsupervised");
  });

  it("is one notice for many on one line, and none while the line is down", () => {
    const people = [...COMMUNITY, ...Array.from({ length: 9 }, (_, n) => device(`a${n}`, "r1"))];
    const home = new CoreHome({ people });
    for (let n = 0; n < 9; n++) heartbeat(home, `a${n}`);
    home.forward(hours(2));
    assert.deepEqual(keys(home), ["notice late:ttyUSB0"]);
    assert.match(rows(home)[0]!.detail, /okc:a4 and 4 more$/);
    home.fault("line:ttyUSB0", true, "line-down");
    assert.deepEqual(keys(home), ["fault line:ttyUSB0"]);
  });
});

describe("Many devices of one line that fall silent while it works", () => {
  const silent = (): CoreHome => {
    const people = [...COMMUNITY, ...Array.from({ length: 9 }, (_, n) => device(`a${n}`, "r1"))];
    const home = new CoreHome({ people });
    for (let n = 0; n < 9; n++) heartbeat(home, `a${n}`);
    home.forward(hours(3));
    return home;
  };

  it("have a few rows of their own, and one for the rest", () => {
    const home = silent();
    const own = keys(home).filter((key) => key.startsWith("fault silent:"));
    assert.equal(own.length, SILENT_ROWS_MAX);
    assert.ok(keys(home).includes("fault quiet:ttyUSB0"));
    assert.equal(keys(home).length, SILENT_ROWS_MAX + 1);
  });

  it("are over when each was heard again, the shared row with the last of the rest", () => {
    const home = silent();
    const rest = Array.from({ length: 9 }, (_, n) => `a${n}`).filter(
      (id) => !home.state.faults.get(`silent:okc:${id}`),
    );
    for (const id of rest.slice(1)) heartbeat(home, id);
    assert.ok(home.state.faults.get("quiet:ttyUSB0"));
    heartbeat(home, rest[0]);
    assert.equal(home.state.faults.get("quiet:ttyUSB0"), undefined);
    assert.equal(keys(home).length, SILENT_ROWS_MAX);
  });
});

describe("A suspended device", () => {
  it("is watched for nothing, and from its return on as before", () => {
    const home = new CoreHome();
    prove(home);
    heartbeat(home);
    home.forward(hours(3));
    home.deviceAct("suspend");
    assert.deepEqual([conditionIn(home), keys(home)], ["suspended", []]);
    home.forward(hours(30));
    assert.deepEqual(keys(home), []);
    home.deviceAct("resume");
    assert.equal(conditionIn(home), "live");
    home.forward(minutes(149));
    assert.equal(conditionIn(home), "late");
    home.forward(minutes(1));
    assert.deepEqual(keys(home), ["fault silent:okc:beef"]);
  });

  it("that falls silent meanwhile raises nothing", () => {
    const home = new CoreHome();
    heartbeat(home);
    home.deviceAct("retire");
    home.forward(hours(5));
    assert.deepEqual([conditionIn(home), keys(home)], ["retired", []]);
  });
});

describe("The monthly test press", () => {
  const only = (): CoreHome => new CoreHome({ people: [COMMUNITY[0]!, device("beef", "r1")] });

  it("of a button that cannot report is noticed a week before, is a fault when overdue, and ends with a press", () => {
    const home = only();
    prove(home);
    home.forward(TEST_EVERY_MS - TEST_NOTICE_MS - 1);
    assert.deepEqual(keys(home), []);
    home.forward(1);
    assert.ok(keys(home).includes("notice tests-due"));
    home.forward(TEST_NOTICE_MS);
    assert.ok(keys(home).includes("fault tests-overdue"));
    assert.match(rows(home).find(({ key }) => key === "tests-overdue")!.todo, /okc test DEVICE/);
    home.deviceAct("test");
    home.report("emergency");
    assert.ok(!keys(home).some((key) => key.includes("tests-")));
    assert.equal(testDueAt(home.state, home.state.enrolled.get(BEEF)!), home.now + TEST_EVERY_MS);
  });

  it("is asked of a device that was never proved, from the day it was enrolled, though it reports by itself", () => {
    const home = only();
    assert.equal(testDueAt(home.state, home.state.enrolled.get(BEEF)!), home.now + TEST_EVERY_MS);
    heartbeat(home);
    home.forward(TEST_EVERY_MS);
    assert.ok(keys(home).includes("fault tests-overdue"));
    home.press();
    heartbeat(home);
    assert.ok(!keys(home).includes("fault tests-overdue"), "a real press proves it too");
    assert.equal(testDueAt(home.state, home.state.enrolled.get(BEEF)!), null);
  });

  it("is overdue by whatever its date where a gateway did not note the enrolment, survives a restart, and is not asked of a suspended one", () => {
    const home = only();
    home.state.enrolled.set(BEEF, { ...home.state.enrolled.get(BEEF)!, enrolledAt: null });
    home.restart(days(21));
    assert.deepEqual(keys(home), ["fault tests-overdue"]);
    home.deviceAct("suspend");
    assert.deepEqual(keys(home), []);
    home.deviceAct("resume");
    assert.deepEqual(keys(home), ["fault tests-overdue"]);
  });

  it("is due as late as before when the clock was set", () => {
    const home = only();
    home.forward(days(3));
    home.stepClock(-days(400));
    home.forward(TEST_EVERY_MS - days(3) - 1);
    assert.ok(!keys(home).includes("fault tests-overdue"));
    home.forward(1);
    assert.ok(keys(home).includes("fault tests-overdue"));
  });
});

describe("A battery", () => {
  const codes = (home: CoreHome): string[] => [...home.state.faults.values()].map(({ code }) => code);

  it("whose lamp flips within one burst is no fault", () => {
    const home = new CoreHome();
    home.report("emergency", { batteryPct: 5 });
    home.report("emergency", { batteryPct: 90, counter: 10 });
    home.forward(minutes(1));
    assert.deepEqual(codes(home), []);
  });

  it("that was low once and said nothing good within seconds is one, over a restart too", () => {
    const home = new CoreHome();
    home.report("heartbeat", { batteryPct: 5 });
    home.restart(seconds(2));
    home.forward(BATTERY_SURE_AFTER_MS - seconds(2) - 1);
    assert.deepEqual(codes(home), []);
    home.forward(1);
    assert.deepEqual(codes(home), ["battery-low"]);
    home.report("heartbeat", { batteryPct: null });
    assert.deepEqual(codes(home), ["battery-low"], "unknown is not good");
    home.report("heartbeat", { batteryPct: 30 });
    assert.deepEqual(codes(home), []);
  });
});
