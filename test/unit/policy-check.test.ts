import assert from "node:assert/strict";
import type { DirectoryEvent, Facilities } from "../../gateway/core/events.ts";
import { evolve } from "../../gateway/core/evolve.ts";
import type { ResponderRole } from "../../gateway/core/kinds.ts";
import { checkPolicies } from "../../gateway/core/policy-check.ts";
import { DEFAULT_POLICIES } from "../../gateway/core/policy-defaults.ts";
import { readPolicies } from "../../gateway/core/policy-file.ts";
import type { Policy } from "../../gateway/core/policy.ts";
import { readState, type State } from "../../gateway/core/state.ts";

const complete: Facilities = { hotline: true, siren: true, channels: ["webhook", "voice"], timezone: "Asia/Shanghai" };

function siteWith(...people: readonly (readonly [id: string, role: ResponderRole, channel: string])[]): State {
  const state = readState(null, "test");
  const events: DirectoryEvent[] = people.flatMap(([id, role, channel], order) => [
    { kind: "responder-saved", id, role, residents: [], order },
    { kind: "contact-saved", responder: id, channel, order: 1, personal: { person: id, data: { address: "a" } } },
  ]);
  for (const event of events) evolve(state, event);
  return state;
}
const staffed = () => siteWith(["v", "volunteer", "webhook"], ["f", "family", "webhook"], ["s", "staff", "voice"]);

const withOwn = (...own: Record<string, unknown>[]): readonly Policy[] => {
  const { policies, problems } = readPolicies({ policies: own }, () => "here");
  assert.deepEqual(problems, []);
  return policies;
};

describe("checking policies against the site", () => {
  it("finds nothing but the quiet hours of the shipped service policy where everything is there", () => {
    assert.deepEqual(checkPolicies(DEFAULT_POLICIES, staffed(), complete), {
      problems: [],
      warnings: ["service: during 20:00–08:00 no step calls staff; an alarm of these hours waits at the desk"],
    });
  });

  it("says for each missing target who calls it and what happens instead", () => {
    const facilities = { ...complete, hotline: false, siren: false };
    const { problems, warnings } = checkPolicies(DEFAULT_POLICIES, siteWith(["s", "staff", "voice"]), facilities);
    assert.deepEqual(problems, []);
    const about = (target: string): string => warnings.find((line) => line.startsWith(`${target} (`)) ?? "nothing";
    assert.match(
      about("hotline"),
      /called by emergency, fall, inactivity, test\): no receiver .* staff are asked instead/,
    );
    assert.match(about("siren"), /called by emergency, fall, inactivity\): no command is configured/);
    assert.match(about("volunteers"), /no volunteer is imported; .*nobody-to-ask/);
    assert.match(about("family"), /no family member is imported/);
    assert.equal(about("staffOnDuty"), "nothing");
  });

  it("counts a responder only with a contact on a configured channel", () => {
    const facilities = { ...complete, channels: ["webhook"] };
    const { warnings } = checkPolicies(DEFAULT_POLICIES, staffed(), facilities);
    assert.ok(warnings.some((line) => /^staffOnDuty .*no staff member or operator has a contact/.test(line)));
    assert.ok(warnings.some((line) => /^channel voice \(asked for by emergency, fall\) is not configured/.test(line)));
  });

  it("calls it a problem when nothing and nobody can be reached", () => {
    const facilities = { ...complete, hotline: false, siren: false, channels: [] };
    assert.match(checkPolicies(DEFAULT_POLICIES, staffed(), facilities).problems[0]!, /^nobody can be reached/);
  });

  it("calls a kind without a policy a problem", () => {
    const { problems } = checkPolicies(
      DEFAULT_POLICIES.filter(({ id }) => id !== "fall"),
      staffed(),
      complete,
    );
    assert.deepEqual(problems, ["no policy applies to fall of everybody; add one with appliesTo: { kinds: [fall] }"]);
  });

  it("names the exact hours that no staff step covers, to the minute", () => {
    const staffAt = (timeWindow: string) => ({ after: "0s", targets: ["staffOnDuty"], onlyIf: { timeWindow } });
    const hoursOf = (...windows: string[]) =>
      checkPolicies(withOwn({ id: "service", steps: windows.map(staffAt) }), staffed(), complete).warnings;
    assert.match(hoursOf("08:00-12:30", "13:15-20:00")[0]!, /during 12:30–13:15, 20:00–08:00 no step/);
    assert.deepEqual(hoursOf("08:00-20:00", "20:00-08:00"), []);
    assert.match(hoursOf("00:00-23:59")[0]!, /during 23:59–00:00/);
  });

  it("warns of a policy that another always comes before", () => {
    const { warnings } = checkPolicies(withOwn({ id: "mine" }), staffed(), complete);
    assert.ok(warnings.some((line) => line.startsWith("mine never applies: emergency comes first")));
  });

  it("warns of residents that nobody imported", () => {
    const own = { id: "mine", appliesTo: { residents: ["r9"] } };
    const { warnings } = checkPolicies(withOwn(own), staffed(), complete);
    assert.ok(
      warnings.includes("mine: no resident r9; import them or take them out of appliesTo"),
      warnings.join("\n"),
    );
  });

  it("warns of a duty phone that no channel can call", () => {
    const own = { id: "fall", deadEnd: { dutyPhone: "021 1234" } };
    const { warnings } = checkPolicies(withOwn(own), staffed(), complete);
    assert.ok(warnings.some((line) => line.startsWith("fall: deadEnd.dutyPhone is not called")));
  });
});
