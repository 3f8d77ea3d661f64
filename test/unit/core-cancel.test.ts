import assert from "node:assert/strict";
import { isAwaiting } from "../../gateway/core/alarm.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { CHEN, CoreHome } from "../support/core-home.ts";

function cancelled(): CoreHome {
  const home = new CoreHome();
  home.press();
  home.deliverAll();
  home.clear();
  home.cancel();
  return home;
}

describe("A request to cancel", () => {
  it("is shown and stops, delays and withdraws nothing: every leg runs on", () => {
    const home = cancelled();
    assert.ok(home.alarm.flags.includes("cancel-requested"));
    assert.equal(home.alarm.timers.step, home.alarm.openedAt + seconds(45));
    home.forward(minutes(5));
    for (const one of ["webhook v3 offer", "webhook f1 offer", "voice s1 offer", "hotline 101/6", "siren"])
      assert.ok(home.left.includes(one), one);
    assert.ok(!home.left.some((one) => one.endsWith("withdrawn")));
    assert.deepEqual(home.alarm.stoppedLegs, []);
  });

  it("is not told to the hotline before a person verified", () => {
    const home = cancelled();
    home.forward(minutes(20));
    assert.ok(!home.left.some((one) => one.startsWith("hotline 406")));
  });

  it("twice is one request", () => {
    const home = cancelled();
    const { cancel } = home.alarm;
    home.forward(seconds(10));
    home.cancel();
    assert.deepEqual(home.alarm.cancel, cancel);
  });

  it("that nobody verifies in time brings staff", () => {
    const home = cancelled();
    home.forward(minutes(2) - 1);
    home.clear();
    home.forward(1);
    assert.ok(home.kinds.includes("cancel-overdue"));
    assert.ok(home.left.includes("webhook s1 offer"));
    assert.ok(home.alarm.flags.includes("cancel-requested"), "still open for a person to verify");
    assert.ok(home.act("verify-cancel").ok);
  });

  it("ends with a new press", () => {
    const home = cancelled();
    home.press();
    assert.equal(home.alarm.cancel, null);
    assert.ok(!home.alarm.flags.includes("cancel-requested"));
    assert.equal(home.alarm.timers.cancel, undefined);
    const reply = home.act("verify-cancel");
    assert.ok(!reply.ok && reply.code === "not-now");
  });

  it("without an open alarm is answered and opens none", () => {
    const home = new CoreHome();
    home.cancel();
    assert.deepEqual(home.said, ["heard"]);
    assert.deepEqual(home.alarms, []);
  });

  it("by a second pendant of the same resident is theirs; by a neighbour's it is not", () => {
    const home = new CoreHome();
    home.press();
    home.cancel({ address: "cafe" });
    assert.equal(home.alarm.cancel, null);
    home.cancel({ address: "c0de" });
    assert.ok(home.alarm.cancel);
  });
});

describe("A verified cancel", () => {
  it("stops all legs, tells the hotline 406, and leaves the end to a person", () => {
    const home = cancelled();
    home.clear();
    home.act("verify-cancel");
    assert.ok(home.left.includes("hotline 406/1"));
    assert.deepEqual(home.alarm.offers.filter(isAwaiting), []);
    assert.equal(home.alarm.state, "owned");
    assert.equal(home.alarm.owner?.name, "王芳");
    assert.deepEqual(home.alarm.cancel?.verifiedBy, "王芳");
    assert.ok(home.alarm.flags.includes("cancel-verified") && !home.alarm.flags.includes("cancel-requested"));
    assert.ok(home.alarm.timers.progress! > home.now);
  });

  it("stops staff who were called because it took so long", () => {
    const home = new CoreHome();
    home.press();
    home.act("take");
    home.cancel();
    home.forward(minutes(2));
    assert.ok(home.alarm.offers.some(isAwaiting));
    home.act("verify-cancel");
    assert.deepEqual(home.alarm.offers.filter(isAwaiting), []);
  });

  it("is told to the hotline once, whoever verifies again", () => {
    const home = cancelled();
    home.act("verify-cancel");
    assert.ok(home.act("verify-cancel").ok, "a repeat is no error");
    const other = home.act("verify-cancel", { by: CHEN });
    assert.ok(!other.ok && other.code === "not-now");
    assert.equal(home.left.filter((one) => one.startsWith("hotline 406")).length, 1);
    assert.equal(home.alarm.owner?.name, "王芳");
  });

  it("is not told to a hotline that never heard of the alarm", () => {
    const home = new CoreHome();
    home.report("service");
    home.cancel();
    home.clear();
    home.act("verify-cancel");
    assert.ok(!home.left.some((one) => one.startsWith("hotline")));
  });

  it("still reaches the hotline after the alarm was resolved", () => {
    const home = cancelled();
    home.act("verify-cancel");
    home.resolve();
    const report = home.hotline().at(-1)!;
    assert.equal(report.event, "406");
    assert.equal(report.status, "queued");
    home.clear();
    home.restart();
    assert.ok(home.left.includes("hotline 406/1"));
  });

  it("ends with a new press: everybody is alerted anew, the hotline by a new event, and the wearer is told the truth", () => {
    const home = cancelled();
    home.act("verify-cancel");
    home.deliverAll();
    home.clear();
    home.press();
    assert.equal(home.alarm.state, "alerting");
    assert.equal(home.alarm.owner, null);
    assert.equal(home.alarm.cancel, null);
    assert.ok(home.left.includes("hotline 101/1"), "a new event: the last one was cancelled");
    assert.equal(home.left.filter((one) => /v\d offer/.test(one)).length, 3);
    assert.equal(home.alarm.said, "heard");
    home.clear();
    home.act("take");
    assert.deepEqual(home.said, ["answered"]);
  });
});
