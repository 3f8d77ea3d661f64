import assert from "node:assert/strict";
import { SIGN_EVERY_MS } from "../../gateway/core/hear.ts";
import { BUSY_EVERY_MS, BUSY_PRESSES, STUCK_AFTER_MS } from "../../gateway/core/repeats.ts";
import { readState, writeState } from "../../gateway/core/state.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { GATEWAY_ID } from "../support/core-home.ts";
import { BUTTON, RadioHome, WINDOW_MS } from "../support/radio-home.ts";

describe("a button without a counter", () => {
  let home: RadioHome;
  beforeEach(() => {
    home = new RadioHome();
  });

  it("opens an alarm of what it is enrolled for, and nobody is told that the wearer was told", () => {
    home.hear();
    assert.equal(home.alarm.kind, "emergency");
    assert.deepEqual(home.alarm.flags, []);
    assert.ok(!home.effects.some((effect) => effect.do === "say"));
    assert.equal(home.alarm.times.heardAt, null);
  });

  it("counts one press once, however often the radio repeats it", () => {
    for (const ms of [0, 130, 900, 2_000]) {
      home.forward(ms);
      home.hear();
    }
    assert.equal(home.alarm.presses.length, 1);
    assert.equal(home.rows, 1);
  });

  it("slides: repeats that follow each other are one press for longer than the window", () => {
    home.babble(seconds(2), seconds(12));
    assert.equal(home.alarm.presses.length, 1);
  });

  it("counts the next press once the window is over", () => {
    home.hear();
    home.forward(WINDOW_MS + 1);
    home.hear();
    assert.equal(home.alarm.presses.length, 2);
  });

  it("counts another key of the same device at once", () => {
    home.hear();
    home.hear({ press: "OFF" });
    assert.equal(home.alarm.presses.length, 2);
  });

  it("neither counts twice nor swallows over a restart", () => {
    home.hear();
    home.restart(seconds(1));
    home.hear();
    assert.equal(home.alarm.presses.length, 1);
    home.restart(seconds(4));
    home.hear();
    assert.equal(home.alarm.presses.length, 2);
  });

  it("a key that came up counts anew, however soon", () => {
    home.hear({ press: "sos", repeatMs: seconds(12) });
    home.forward(seconds(2));
    home.hear({ press: "sos", repeatMs: seconds(12) });
    home.hear({ press: null, released: ["sos"] });
    home.hear({ press: "sos", repeatMs: seconds(12) });
    assert.equal(home.alarm.presses.length, 2);
    home.hear({ press: null, released: ["sos"] });
    home.restart(0);
    home.hear({ press: "sos", repeatMs: seconds(12) });
    assert.equal(home.alarm.presses.length, 3);
  });

  it("a stuck key is one press, one fault and no more rows", () => {
    home.babble(100, STUCK_AFTER_MS + minutes(5));
    assert.equal(home.alarms.length, 1);
    assert.equal(home.alarm.presses.length, 1);
    assert.equal(home.rows, 1);
    const stuck = home.state.faults.get("stuck:radio:a1b2c");
    assert.equal(stuck?.code, "device-stuck");
    assert.equal(stuck.count, 1);
    home.forward(WINDOW_MS + 1);
    home.hear();
    assert.equal(home.alarm.presses.length, 2);
    assert.equal(home.state.faults.get("stuck:radio:a1b2c"), undefined);
  });

  it("one that pauses just long enough to count is held to one press a minute", () => {
    home.babble(WINDOW_MS + 500, minutes(30));
    assert.equal(home.alarms.length, 1);
    const most = BUSY_PRESSES + minutes(30) / BUSY_EVERY_MS;
    assert.ok(home.alarm.presses.length >= BUSY_PRESSES && home.alarm.presses.length <= most);
    assert.ok(home.state.faults.get("stuck:radio:a1b2c"));
  });

  it("says `other` without a press as a sign of life, which never alarms", () => {
    home.hear({ press: null });
    home.forward(seconds(1));
    home.hear({ press: null });
    assert.deepEqual(home.alarms, []);
    assert.equal(home.rows, 1);
    home.forward(SIGN_EVERY_MS);
    home.hear({ press: null });
    assert.equal(home.rows, 2);
  });

  it("of the neighbourhood opens nothing, unless it says emergency: that is for staff", () => {
    assert.equal(home.hear({ address: "fffff" }).heard, "ignored");
    assert.deepEqual([home.alarms, home.events], [[], []]);
    for (let copy = 0; copy < 3; copy++)
      home.hear({ address: "fffff", kind: "emergency", press: "emergency", proof: "bridge" });
    assert.deepEqual(home.alarm.flags, ["unknown-device"]);
    assert.equal(home.alarm.presses.length, 1);
  });

  it("tells its battery by a lamp, and tells when it is good again", () => {
    home.hear({ kind: "low_battery", press: null, batteryOk: false });
    home.forward(seconds(1));
    home.hear({ kind: "low_battery", press: null, batteryOk: false });
    home.forward(seconds(9));
    assert.equal(home.state.faults.get("battery:radio:a1b2c")?.count, 1);
    home.forward(seconds(1));
    home.hear({ press: null, batteryOk: true });
    assert.equal(home.state.faults.get("battery:radio:a1b2c"), undefined);
  });

  it("of which keys are enrolled each by itself: what the whole says of itself, it says of them", () => {
    const keys = ["node:bell", "node:cord"].map((address) => ({ ...BUTTON, id: `radio:${address}`, address }));
    home = new RadioHome(...keys);
    home.hear({ address: "node", kind: "low_battery", press: null, batteryOk: false });
    home.forward(seconds(10));
    void home.decide({ type: "device-lost", bridge: "radio", address: "node", how: "left" });
    const rows = [...home.state.faults.values()].map(({ key }) => key).sort();
    const ofBoth = ["battery", "left"].flatMap((what) => keys.map(({ id }) => `${what}:${id}`));
    assert.deepEqual(rows, ofBoth);
    home.hear({ address: "node", press: null, kind: "heartbeat" });
    assert.deepEqual([...home.state.faults.values()].map(({ key }) => key).sort(), ofBoth.slice(0, 2));
    assert.equal(home.hear({ address: "nod", kind: "heartbeat", press: null }).heard, "ignored");
    assert.equal(home.hear({ address: "node", press: "other key" }).heard, "ignored");
    assert.deepEqual(home.alarms, []);
  });

  it("comes back from a snapshot as it went in", () => {
    home.hear();
    assert.equal(writeState(readState(writeState(home.state), GATEWAY_ID)), writeState(home.state));
    assert.equal(writeState(home.folded), writeState(home.state));
  });
});
