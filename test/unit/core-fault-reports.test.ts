import assert from "node:assert/strict";
import { BATTERY_SURE_AFTER_MS } from "../../gateway/core/battery.ts";
import { FAULT_REPORT_AGAIN_MS, FAULT_REPORTS_MAX } from "../../gateway/core/fault-report.ts";
import { keyOfSiteReport, siteReportOf, type SiteReport } from "../../gateway/core/site-report.ts";
import { FAULT_REPORTS_PER_MS, type FaultReports } from "../../gateway/core/fault-reports.ts";
import { alarmOfKey } from "../../gateway/core/alarm.ts";
import { hours, minutes, seconds } from "../../gateway/core/units.ts";
import { CoreHome } from "../support/core-home.ts";

const mains = (home: CoreHome, lost: boolean): void => void home.fault("mains", lost, "mains-lost");

/** What left for the hotline since the last `clear`, as its receiver would have it. */
const left = (home: CoreHome): string[] =>
  home.effects.flatMap((effect) =>
    effect.do === "deliver" ? [nameOf(siteReportOf(home.state, idOf(effect.key)))] : [],
  );
const idOf = alarmOfKey;
const nameOf = (report: SiteReport | null): string =>
  report ? `${report.event}/${report.qualifier} ${report.resident ?? "site"}` : "nothing";

const reportsOf = (home: CoreHome, fault = "mains"): FaultReports => home.state.faultReports.get(fault)!;

/** The receiver answers for the one on its way. */
const answer = (home: CoreHome, status: "sent" | "failing" | "received" | "failed", fault = "mains"): void =>
  void home.receipt(keyOfSiteReport(reportsOf(home, fault).waiting[0]!.id), status);

describe("A technical fault that the hotline knows an event for", () => {
  it("is told as new when it is raised, and as restore when it is over", () => {
    const home = new CoreHome();
    mains(home, true);
    assert.deepEqual(left(home), ["301/1 site"]);
    answer(home, "received");
    home.clear();
    mains(home, false);
    assert.deepEqual(left(home), ["301/3 site"]);
    answer(home, "received");
    assert.deepEqual(reportsOf(home).waiting, []);
    assert.deepEqual(home.alarms, [], "it opens no alarm for people");
  });

  it("of a device carries its resident", () => {
    const home = new CoreHome();
    home.report("low_battery", { batteryPct: 4 });
    home.forward(BATTERY_SURE_AFTER_MS);
    assert.deepEqual(left(home), ["384/1 r1"]);
  });

  it("is told once, however often and with whatever words it is raised", () => {
    const home = new CoreHome();
    for (const detail of ["first", "second", "third"])
      home.decide({ type: "fault", key: "mains", code: "mains-lost", active: true, detail });
    assert.deepEqual(left(home), ["301/1 site"]);
  });

  it("stays at the desk where the code has no event, or the site no hotline", () => {
    const home = new CoreHome();
    home.fault("line:ttyUSB0", true, "line-down");
    assert.deepEqual(left(home), []);
    const alone = new CoreHome({ facilities: { hotline: false } });
    mains(alone, true);
    mains(alone, false);
    assert.deepEqual(left(alone), []);
  });

  it("is told when a hotline is configured later, and its restore too", () => {
    const home = new CoreHome({ facilities: { hotline: false } });
    mains(home, true);
    home.restart(0, { hotline: true });
    assert.deepEqual(left(home), ["301/1 site"]);
  });

  it("does not take the number of an alarm", () => {
    const home = new CoreHome();
    mains(home, true);
    const first = reportsOf(home).waiting[0]!.id;
    assert.notEqual(home.press().id, first);
  });
});

describe("A restore", () => {
  it("waits until its fault was received: it never overtakes it", () => {
    const home = new CoreHome();
    mains(home, true);
    home.clear();
    mains(home, false);
    assert.deepEqual(left(home), []);
    answer(home, "sent");
    answer(home, "failing");
    assert.deepEqual(left(home), []);
    answer(home, "received");
    assert.deepEqual(left(home), ["301/3 site"]);
  });

  it("that has not left is forgotten when the fault is back: no more than two ever wait", () => {
    const home = new CoreHome();
    mains(home, true);
    for (let n = 0; n < 40; n++) {
      mains(home, false);
      mains(home, true);
      home.forward(minutes(15));
      assert.ok(reportsOf(home).waiting.length <= 2);
    }
    home.clear();
    while (reportsOf(home).waiting.length > 0) answer(home, "received");
    home.forward(hours(2));
    while (reportsOf(home).waiting.length > 0) answer(home, "received");
    assert.equal(reportsOf(home).told, 1, "in the end the hotline knows that the mains are lost");
  });
});

describe("A report without a receipt", () => {
  it("leaves again after a restart, under its key, and no second one beside it", () => {
    const home = new CoreHome();
    mains(home, true);
    const key = keyOfSiteReport(reportsOf(home).waiting[0]!.id);
    mains(home, false);
    home.clear();
    home.restart();
    assert.deepEqual(home.effects, [{ do: "deliver", key }]);
    home.receipt(key, "received");
    home.clear();
    home.restart();
    assert.deepEqual(left(home), ["301/3 site"]);
  });

  it("that the hotline would not have is made anew after an hour, if it is still true", () => {
    const home = new CoreHome();
    mains(home, true);
    answer(home, "failed");
    home.clear();
    home.forward(FAULT_REPORT_AGAIN_MS);
    assert.deepEqual(left(home), ["301/1 site"]);
    answer(home, "failed");
    mains(home, false);
    home.clear();
    home.forward(FAULT_REPORT_AGAIN_MS);
    assert.deepEqual(left(home), [], "the receiver never knew of it");
  });

  it("keeps its place when the clock is stepped", () => {
    const home = new CoreHome();
    mains(home, true);
    answer(home, "failed");
    home.stepClock(-hours(9));
    home.clear();
    home.forward(FAULT_REPORT_AGAIN_MS - 1);
    assert.deepEqual(left(home), []);
    home.forward(1);
    assert.deepEqual(left(home), ["301/1 site"]);
  });
});

describe("A fault that comes and goes", () => {
  const flap = (home: CoreHome, times: number): void => {
    for (let n = 0; n < times; n++) {
      mains(home, true);
      if (reportsOf(home).waiting.length > 0) answer(home, "received");
      mains(home, false);
      if (reportsOf(home).waiting.length > 0) answer(home, "received");
      home.forward(seconds(1));
    }
  };

  it("is told so many times an hour and no more; one row says so", () => {
    const home = new CoreHome();
    flap(home, 30);
    assert.equal(left(home).length, FAULT_REPORTS_MAX);
    const rows = [...home.state.faults.values()].filter(({ code }) => code === "fault-flapping");
    assert.equal(rows.length, 1);
    assert.match(rows[0]!.detail, /^mains came and went/);
    assert.ok([...home.state.faults.values()].every(({ count }) => count === 1));
  });

  it("is told as it then is when the hour is over, and the row goes", () => {
    const home = new CoreHome();
    flap(home, FAULT_REPORTS_MAX);
    mains(home, true);
    home.clear();
    home.forward(FAULT_REPORTS_PER_MS);
    assert.deepEqual(left(home), ["301/1 site"]);
    assert.deepEqual(
      [...home.state.faults.values()].map(({ code }) => code),
      ["mains-lost"],
    );
  });

  it("is not told again when it ended as the hotline believes", () => {
    const home = new CoreHome();
    flap(home, FAULT_REPORTS_MAX);
    home.clear();
    home.forward(hours(2));
    assert.deepEqual(left(home), []);
    assert.deepEqual([...home.state.faults.values()], []);
  });

  it("and what is settled is forgotten after its hour, so that the state does not grow", () => {
    const home = new CoreHome();
    home.fault("battery:okc:gone", true, "battery-low");
    answer(home, "received", "battery:okc:gone");
    home.fault("battery:okc:gone", false, "battery-low");
    answer(home, "received", "battery:okc:gone");
    home.forward(FAULT_REPORTS_PER_MS);
    mains(home, true);
    answer(home, "received");
    assert.deepEqual(
      [...home.state.faultReports.values()].map(({ key }) => key),
      ["mains"],
    );
  });

  it("folds to the same state", () => {
    const home = new CoreHome();
    flap(home, 5);
    mains(home, true);
    home.stepClock(minutes(7));
    assert.deepEqual([...home.folded.faultReports.values()], [...home.state.faultReports.values()]);
  });
});
