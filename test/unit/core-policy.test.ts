import assert from "node:assert/strict";
import { DEFAULT_POLICIES } from "../../gateway/core/policy-defaults.ts";
import { choosePolicy, POLICY_KINDS, policyKey, type Policy } from "../../gateway/core/policy.ts";
import { siteOf } from "../../gateway/core/state.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { CoreHome, policiesWith } from "../support/core-home.ts";

const emergency = DEFAULT_POLICIES[0]!;
const special = (id: string, appliesTo: Partial<Policy["appliesTo"]>): Policy => ({
  ...emergency,
  id,
  appliesTo: { ...emergency.appliesTo, ...appliesTo },
});

describe("The shipped policies", () => {
  it("have one for every kind, with steps in order and a repeat that calls somebody", () => {
    for (const kind of POLICY_KINDS) {
      const policy = choosePolicy(DEFAULT_POLICIES, kind, null, null);
      assert.equal(policy?.appliesTo.kinds[0], kind);
      const times = policy!.steps.map(({ afterMs }) => afterMs);
      assert.deepEqual(
        times,
        [...times].sort((a, b) => a - b),
      );
      assert.equal(times[0], 0, "something happens at once");
      assert.ok(policy!.repeatFromStep < policy!.steps.length && policy!.repeatEveryMs > 0);
      for (const { targets } of policy!.steps) assert.ok(targets.length > 0);
    }
  });

  it("for an emergency are 0, 45, 60, 120 and 300 s", () => {
    assert.deepEqual(
      emergency.steps.map(({ afterMs }) => afterMs / 1000),
      [0, 45, 60, 120, 300],
    );
  });

  it("never send a service request, a fault or an unproved press to volunteers or the hotline", () => {
    for (const id of ["service", "unverified", "technical"]) {
      const targets = DEFAULT_POLICIES.find((policy) => policy.id === id)!.steps.flatMap((step) => step.targets);
      assert.ok(!targets.some((target) => target === "volunteers" || target === "hotline" || target === "family"), id);
    }
  });
});

describe("Choosing a policy", () => {
  it("takes the first that fits; one for residents comes before one for priorities, and that before the general", () => {
    const general = special("general", {});
    const ofResident = special("of-r1", { residents: ["r1"] });
    const urgent = special("urgent", { priorities: [1] });
    const all = [general, special("second", {}), urgent, ofResident];
    assert.equal(choosePolicy(all, "emergency", "r2", null)?.id, "general");
    assert.equal(choosePolicy(all, "emergency", "r2", 1)?.id, "urgent");
    assert.equal(choosePolicy(all, "emergency", "r2", 2)?.id, "general");
    assert.equal(choosePolicy(all, "emergency", "r1", 1)?.id, "of-r1");
    assert.equal(choosePolicy(all, "emergency", null, 1)?.id, "urgent");
    assert.equal(choosePolicy(all, "fall", "r1", 1), null);
  });

  it("for a resident of their own is what their alarm runs under", () => {
    const own = special("of-r1", { residents: ["r1"] });
    const home = new CoreHome({ policies: [...DEFAULT_POLICIES, own] });
    assert.equal(home.press().policy, "of-r1@1");
    assert.equal(home.press({ address: "cafe" }).policy, "emergency@1");
  });

  it("for a priority is what alarms of that priority run under, linked ones too", () => {
    const usual = policiesWith("emergency", { priority: 2 });
    const home = new CoreHome({ policies: [...usual, special("urgent", { priorities: [1] })] });
    assert.equal(home.press().policy, "emergency@1");
    home.resolve();
    const next = home.press();
    assert.equal(next.priority, 1);
    assert.equal(next.policy, "urgent@1");
  });
});

describe("An alarm keeps the policy it was opened under", () => {
  it("when the site comes back with another", () => {
    const home = new CoreHome();
    home.press();
    home.deliverAll();
    const slow = policiesWith("emergency", { repeatEveryMs: minutes(60) });
    home.restart(0, {}, slow);
    assert.equal(home.alarm.policy, "emergency@1");
    home.press({ address: "cafe" });
    assert.equal(home.alarm.policy, "emergency@2");
    assert.deepEqual(siteOf(home.state).policies.includes("emergency@2"), true);
  });

  it("and the same policies read again make no new version", () => {
    const home = new CoreHome();
    home.restart();
    assert.deepEqual(home.kinds, ["gateway-started"]);
    assert.deepEqual(siteOf(home.state).policies, DEFAULT_POLICIES.map(policyKey));
  });

  it("until it ends: its steps run by the old times", () => {
    const home = new CoreHome();
    home.press();
    const steps = [...emergency.steps.slice(0, 1), { ...emergency.steps[1]!, afterMs: minutes(9) }];
    home.restart(0, {}, policiesWith("emergency", { steps, repeatFromStep: 1 }));
    home.clear();
    home.forward(seconds(45));
    assert.ok(home.left.includes("webhook v3 offer"));
  });
});
