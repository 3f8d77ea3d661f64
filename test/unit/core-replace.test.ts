import assert from "node:assert/strict";
import { device } from "../support/core-community.ts";
import { CoreHome } from "../support/core-home.ts";

const OLD = "okc:beef";

/** With a spare pendant in the drawer. */
function withSpare(): CoreHome {
  const home = new CoreHome();
  const spare = { ...device("d00d", null), means: "service" as const };
  home.decide({ type: "save", events: [spare] });
  home.clear();
  return home;
}

const codeOf = (home: CoreHome, fresh: string, old = OLD): string => {
  const reply = home.deviceAct("replace", { device: old, with: fresh });
  return reply.ok ? `changed ${reply.changed}` : reply.code;
};

describe("A device that takes another's place", () => {
  it("takes its resident, meaning, label and place; the old one is retired, and both remember it", () => {
    const home = withSpare();
    const old = home.state.enrolled.get(OLD)!;
    const { key } = home.state.enrolled.get("okc:d00d")!;
    assert.equal(codeOf(home, "okc:d00d"), "changed true");
    const fresh = home.state.enrolled.get("okc:d00d")!;
    assert.deepEqual([fresh.resident, fresh.means, fresh.key, fresh.replaces], ["r1", old.means, key, OLD]);
    const after = home.state.enrolled.get(OLD)!;
    assert.deepEqual([after.standing, after.replacedBy, after.resident], ["retired", "okc:d00d", "r1"]);
    assert.equal(codeOf(home, "okc:d00d"), "changed false", "asked for again it is done");
    home.restart();
    assert.equal(home.state.enrolled.get(OLD)!.replacedBy, "okc:d00d");
    home.report("emergency", { address: "d00d" });
    assert.equal(home.alarm.resident, "r1");
  });

  it("keeps both names when it is imported anew", () => {
    const home = withSpare();
    codeOf(home, "okc:d00d");
    home.decide({ type: "save", events: [device("d00d", "r1"), device("beef", "r1")] });
    const [old, fresh] = [OLD, "okc:d00d"].map((id) => home.state.enrolled.get(id)!);
    assert.deepEqual([old!.replacedBy, old!.standing, fresh!.replaces], ["okc:d00d", "retired", OLD]);
  });

  it("is a spare one, in use, and another one: nobody's pendant is taken away", () => {
    const home = withSpare();
    assert.equal(codeOf(home, "okc:cafe"), "not-now", "r2's");
    assert.equal(codeOf(home, "okc:nope"), "not-found");
    assert.equal(codeOf(home, OLD), "bad-input");
    home.deviceAct("suspend", { device: "okc:d00d" });
    assert.equal(codeOf(home, "okc:d00d"), "not-now");
    home.deviceAct("resume", { device: "okc:d00d" });
    assert.equal(codeOf(home, "okc:d00d"), "changed true");
    assert.equal(codeOf(home, "okc:c0de"), "not-now", "it was replaced already");
  });
});
