import assert from "node:assert/strict";
import { viewFaults } from "../../gateway/core/fault-view.ts";
import { conditionOf } from "../../gateway/core/supervision.ts";
import { hours, minutes } from "../../gateway/core/units.ts";
import { COMMUNITY, device } from "../support/core-community.ts";
import { CoreHome } from "../support/core-home.ts";

const SILENT_AFTER = hours(3);

/** Nine devices of one bridge, heard a minute ago. */
function bridgeOfNine(): CoreHome {
  const people = [...COMMUNITY, ...Array.from({ length: 9 }, (_, n) => device(`a${n}`, "r1"))];
  const home = new CoreHome({ people });
  for (let n = 0; n < 9; n++) home.report("heartbeat", { address: `a${n}` }, SILENT_AFTER);
  home.forward(minutes(1));
  return home;
}

const keys = (home: CoreHome): string[] => viewFaults(home.state, home.now).map(({ key }) => key);
const stateOf = (home: CoreHome): string => conditionOf(home.state, home.state.enrolled.get("okc:a0")!, home.now);

for (const [key, code] of [
  ["bridge-silent:okc", "bridge-silent"],
  ["bridge:okc", "bridge-down"],
  ["line:ttyUSB0", "line-down"],
] as const)
  describe(`${code}: a whole bridge or line that is deaf`, () => {
    it("is the only row, however long it lasts, and its devices have as long as before once it is back", () => {
      const home = bridgeOfNine();
      home.fault(key, true, code);
      home.forward(SILENT_AFTER * 3);
      assert.deepEqual(keys(home), [key]);
      assert.equal(stateOf(home), "silent", "the row is one, but nobody is called live");
      home.fault(key, false, code);
      assert.deepEqual(keys(home), []);
      home.forward(SILENT_AFTER - 1);
      assert.deepEqual(keys(home), []);
      home.forward(1);
      assert.ok(keys(home).includes("silent:okc:a0"));
    });

    it("gives the time back to those that had not fallen silent when it was over", () => {
      const home = bridgeOfNine();
      home.fault(key, true, code);
      home.forward(hours(2));
      home.fault(key, false, code);
      assert.equal(home.kinds.filter((kind) => kind === "devices-unheard").length, 1, "one row for all of them");
      home.forward(SILENT_AFTER - minutes(1) - 1);
      assert.deepEqual(keys(home), []);
      home.restart();
      home.forward(1);
      assert.ok(keys(home).includes("silent:okc:a0"));
    });

    it("that comes and goes within a minute leaves no row for its devices", () => {
      const home = bridgeOfNine();
      home.clear();
      home.fault(key, true, code);
      home.forward(minutes(1) - 1);
      home.fault(key, false, code);
      assert.ok(!home.kinds.includes("devices-unheard"));
    });
  });

describe("A deaf bridge", () => {
  it("says nothing of the devices of others", () => {
    const home = bridgeOfNine();
    home.fault("bridge-silent:zigbee2mqtt", true, "bridge-silent");
    home.forward(SILENT_AFTER);
    assert.ok(keys(home).includes("silent:okc:a0"));
  });

  it("is told to the hotline as loss of supervision, and its return too", () => {
    const home = bridgeOfNine();
    home.fault("bridge-silent:okc", true, "bridge-silent");
    const [report] = [...home.state.faultReports.values()];
    assert.deepEqual([report?.event, report?.told, report?.resident], ["355", 1, null]);
    home.fault("bridge-silent:okc", false, "bridge-silent");
    assert.equal(home.state.faultReports.get("bridge-silent:okc")?.waiting.at(-1)?.qualifier ?? 3, 3);
  });
});
