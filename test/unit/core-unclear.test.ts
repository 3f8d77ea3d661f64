import assert from "node:assert/strict";
import type { DirectoryEvent } from "../../gateway/core/events.ts";
import { UNPROVED_PRESSES_MAX } from "../../gateway/core/press.ts";
import type { Report } from "../../gateway/core/report.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { COMMUNITY, device } from "../support/core-community.ts";
import { CoreHome } from "../support/core-home.ts";

const WATCH = { ...device("w1", "r1"), id: "watch:w1", bridge: "watch" } as DirectoryEvent;
const UNCLEAR = {
  bridge: "watch",
  address: "w1",
  line: "tcp:watch:5093",
  transport: "tcp",
  press: null,
  unclear: "alarm 0x2f",
  repeatMs: seconds(60),
  counter: null,
  ageMs: null,
  proof: "none",
  raw: "[3G*…*AL,…]",
} as const satisfies Partial<Report>;

describe("an alarm whose cause its device does not tell", () => {
  const home = (): CoreHome => new CoreHome({ people: [...COMMUNITY, WATCH] });

  it("goes to staff only, and says what it is", () => {
    const one = home();
    one.report("other", UNCLEAR);
    const { flags, kind, resident, presses } = one.alarm;
    assert.deepEqual([flags, kind, resident], [["unclear-cause"], "emergency", "r1"]);
    assert.deepEqual([presses[0]!.unclear, presses[0]!.raw], ["alarm 0x2f", "[3G*…*AL,…]"]);
    one.forward(minutes(10));
    assert.deepEqual([...one.offers("volunteers"), ...one.offers("family"), ...one.hotline()], []);
    assert.ok(one.offers("staff").length > 0);
  });

  it("repeated it is the same alarm, with a few rows at most", () => {
    const one = home();
    one.report("other", UNCLEAR);
    one.clear();
    one.report("other", UNCLEAR, null, { sinceMs: seconds(5), runMs: seconds(5) });
    assert.deepEqual([one.last!.heard, one.events], ["counted-before", []]);
    for (let n = 0; n < 2 * UNPROVED_PRESSES_MAX; n++) {
      one.forward(minutes(2));
      one.report("other", UNCLEAR);
    }
    assert.equal(one.alarms.length, 1);
    assert.equal(one.alarm.presses.length, UNPROVED_PRESSES_MAX);
  });

  it("a press after it calls everybody, in an alarm of its own", () => {
    const one = home();
    one.report("other", UNCLEAR);
    one.report("emergency", { ...UNCLEAR, press: "sos", unclear: undefined } as never);
    assert.equal(one.alarms.length, 2);
    assert.deepEqual(one.alarm.flags, []);
    assert.ok(one.offers("volunteers").length > 0 && one.hotline().length > 0);
  });

  it("beside an open alarm it is one more press of that", () => {
    const one = home();
    one.press();
    one.report("other", UNCLEAR);
    assert.equal(one.alarms.length, 1);
    assert.deepEqual([one.alarm.presses[1]!.unverified, one.alarm.presses[1]!.unclear], [true, "alarm 0x2f"]);
  });

  it("of a device that nobody enrolled it is nothing; of a suspended one staff see it", () => {
    const one = home();
    one.report("other", { ...UNCLEAR, address: "w9" });
    assert.deepEqual([one.last!.heard, one.alarms], ["ignored", []]);
    one.deviceAct("suspend", { device: "watch:w1" });
    one.report("other", UNCLEAR);
    assert.deepEqual([one.last!.heard, one.alarm.flags], ["suspended", ["unverified", "suspended-device"]]);
  });
});
