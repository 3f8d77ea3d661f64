import assert from "node:assert/strict";
import { nameOf, reasonText } from "../../gateway/core/by-whom.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { CoreHome } from "../support/core-home.ts";

describe("A volunteer who comes after the time", () => {
  it("may still arrive, and the wearer is told that somebody is there", () => {
    const home = new CoreHome();
    home.press();
    home.answer("v4", "accept");
    const { version } = home.offer("v4");
    home.forward(minutes(10));
    assert.equal(home.offer("v4").state, "expired");
    assert.equal(home.answer("v4", "arrive", version).ok, true);
    assert.equal(home.alarm.state, "attending");
    assert.equal(home.alarm.said, "coming");
  });
});

describe("A cancel", () => {
  it("concerns the call for help, even when a service request came later", () => {
    const home = new CoreHome();
    home.press();
    home.report("service", { counter: 50 });
    home.cancel({ counter: 51 });
    const asked = home.alarms.filter(({ cancel }) => cancel !== null);
    assert.deepEqual(
      asked.map(({ kind }) => kind),
      ["emergency"],
    );
  });
});

describe("Pressing again and again", () => {
  it("raises the priority once the first press is long ago, however short the pauses are", () => {
    const home = new CoreHome();
    home.press();
    for (let round = 0; round < 2; round++) {
      home.forward(seconds(90));
      home.press();
    }
    assert.ok(home.alarm.flags.includes("again"));
  });
});

describe("Names of responders", () => {
  it("are read from the directory when they are shown", () => {
    const home = new CoreHome();
    assert.equal(nameOf(home.state, "@v4"), "人v4");
    assert.equal(nameOf(home.state, "王芳"), "王芳");
    assert.equal(reasonText(home.state, "accepted by @v4"), "人v4已答应前往 accepted by 人v4");
    assert.equal(reasonText(home.state, "did not arrive in time"), "did not arrive in time");
  });
});
