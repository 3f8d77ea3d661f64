import assert from "node:assert/strict";
import type { DirectoryEvent } from "../../gateway/core/events.ts";
import { conditionOf, testDueAt, type DeviceCondition } from "../../gateway/core/supervision.ts";
import { minutes } from "../../gateway/core/units.ts";
import { COMMUNITY } from "../support/core-community.ts";
import { CoreHome } from "../support/core-home.ts";
import { EVERYTHING } from "../support/spoken.ts";

/** What every protocol states of its devices: that some state is reached is not enough, it must be the right one. */
for (const definition of EVERYTHING)
  describe(`supervision of ${definition.bridge}`, () => {
    const { bridge, supervision } = definition;
    const { heartbeatEveryMs, silentAfterMs, bridgeSilentAfterMs } = supervision;
    const id = `${bridge}:x1`;
    const saved: DirectoryEvent = {
      kind: "device-saved",
      id,
      bridge,
      address: "x1",
      resident: "r1",
      means: "emergency",
      label: "",
      location: "",
    };
    const home = (): CoreHome => new CoreHome({ people: [...COMMUNITY, saved] });
    const stateIn = (one: CoreHome): DeviceCondition => conditionOf(one.state, one.state.enrolled.get(id)!, one.now);
    const hear = (one: CoreHome, kind: "heartbeat" | "test"): void => {
      const came = { bridge, address: "x1", line: "l", transport: "mqtt", receivedAt: one.now, raw: "" } as const;
      const said = { counter: null, ageMs: null, ageAtLeast: false, batteryPct: null, proof: "bridge" } as const;
      const report = { ...came, ...said, kind, press: kind === "test" ? "t" : null };
      const { silentAfterMs: silent, heartbeatEveryMs: every } = supervision;
      one.decide({ type: "report", report, silentAfterMs: silent, ...(every !== null && { heartbeatEveryMs: every }) });
      for (const { delivery, result } of one.state.tests.values())
        if (result === "running" && delivery !== null) one.receipt(delivery, "received");
    };

    it("states times that go together", () => {
      for (const ms of [heartbeatEveryMs, silentAfterMs, bridgeSilentAfterMs ?? null])
        assert.ok(ms === null || (Number.isInteger(ms) && ms >= minutes(1)), String(ms));
      if (heartbeatEveryMs === null) return;
      assert.ok(silentAfterMs !== null && silentAfterMs >= heartbeatEveryMs * 1.25, "silent before it is late");
    });

    it("is unproved before it was pressed, and asked to be; then live or unsupervised, as is stated", () => {
      const one = home();
      assert.equal(stateIn(one), "unproved");
      assert.notEqual(testDueAt(one.state, one.state.enrolled.get(id)!), null);
      hear(one, "heartbeat");
      assert.equal(stateIn(one), "unproved");
      hear(one, "test");
      assert.equal(stateIn(one), silentAfterMs === null ? "unsupervised" : "live");
      assert.equal(testDueAt(one.state, one.state.enrolled.get(id)!) === null, silentAfterMs !== null);
    });

    it("is late and silent when it should be, or never", () => {
      const one = home();
      hear(one, "test");
      if (silentAfterMs === null) {
        one.forward(minutes(60 * 24 * 20));
        return assert.equal(stateIn(one), "unsupervised");
      }
      if (heartbeatEveryMs !== null) {
        one.forward(heartbeatEveryMs * 1.25);
        assert.equal(stateIn(one), "late");
      }
      one.forward(silentAfterMs);
      assert.equal(stateIn(one), "silent");
      assert.ok(one.state.faults.get(`silent:${id}`));
    });

    it("is suspended or retired when a person says so, whatever was heard", () => {
      const one = home();
      hear(one, "test");
      for (const [act, state] of [
        ["suspend", "suspended"],
        ["retire", "retired"],
      ] as const) {
        one.deviceAct(act, { device: id });
        assert.equal(stateIn(one), state);
      }
    });
  });
