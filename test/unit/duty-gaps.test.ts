import assert from "node:assert/strict";
import { chineseOf } from "../../gateway/core/chinese.ts";
import { checkDuty } from "../../gateway/core/duty-check.ts";
import type { DirectoryEvent, Facilities } from "../../gateway/core/events.ts";
import { evolve } from "../../gateway/core/evolve.ts";
import type { PolicyFindings } from "../../gateway/core/policy-check.ts";
import { DEFAULT_POLICIES } from "../../gateway/core/policy-defaults.ts";
import { readPolicies } from "../../gateway/core/policy-file.ts";
import type { Policy } from "../../gateway/core/policy.ts";
import { readState } from "../../gateway/core/state.ts";
import { resident, responder } from "../support/core-community.ts";
import { dutyPlan } from "../support/rotas.ts";

const SITE: Facilities = { hotline: true, siren: true, channels: ["webhook"], timezone: "Asia/Shanghai" };
/** A Thursday morning. */
const NOW = Date.parse("2026-11-26T00:20:00+08:00");
const PEOPLE: readonly DirectoryEvent[] = [
  resident("r1", "1"),
  ...responder("s1", "staff", 1, "8", ["webhook"]),
  ...responder("s2", "staff", 2, "8", ["webhook"]),
  ...responder("v1", "volunteer", 3, "8", ["webhook"]),
];

interface Given {
  readonly policies?: readonly Policy[];
  readonly facilities?: Partial<Facilities>;
  readonly people?: readonly DirectoryEvent[];
}

function found(duty: string, { policies = DEFAULT_POLICIES, facilities, people = PEOPLE }: Given = {}): PolicyFindings {
  const tables = readState(null, "test");
  for (const event of people) evolve(tables, event);
  const plan = dutyPlan(duty, SITE.timezone);
  return checkDuty({ plan, overrides: [], policies, tables, facilities: { ...SITE, ...facilities } }, NOW);
}

const own = (...given: object[]): readonly Policy[] => {
  const { policies, problems } = readPolicies({ policies: given }, () => "here");
  assert.deepEqual(problems, []);
  return policies.filter(({ id }) => given.some((one) => (one as { id: string }).id === id));
};

const WEEK = (layers: string): string => `rotas: [ { id: week, layers: [ ${layers} ] } ]`;

describe("Gaps of a roster", () => {
  it("are none where somebody is on duty always", () => {
    assert.deepEqual(found(WEEK("{ people: [s1] }")), { problems: [], warnings: [] });
  });

  it("are named with their exact hours: every week, every day, or on a date", () => {
    const policies = own({ id: "unverified" });
    const hoursOf = (layers: string): string =>
      /\[(.*)\]/.exec(found(WEEK(layers), { policies }).problems.join("\n"))?.[1] ?? "none";
    const allBut = (day: string, rest: string): string =>
      `{ people: [s1], days: [${["mon", "tue", "wed", "thu", "fri", "sat", "sun"].filter((one) => one !== day).join(", ")}] }, ${rest}`;
    assert.equal(hoursOf(allBut("sat", `{ people: [s2], days: [sat], hours: "06:00-02:00" }`)), "Saturday 00:00–06:00");
    assert.equal(hoursOf(`{ people: [s1], hours: "06:30-22:15" }`), "every day 22:15–06:30");
    assert.equal(hoursOf(allBut("sat", `{ people: [s2], days: [holidays] }`)), "Saturday 00:00–24:00");
    assert.equal(
      hoursOf(`{ people: [s1], rotate: weekly, start: 2026-11-30, handOver: "09:00" }`),
      "Thursday 2026-11-26 00:00–24:00; Friday 2026-11-27 00:00–24:00; Saturday 2026-11-28 00:00–24:00; Sunday 2026-11-29 00:00–24:00; Monday 2026-11-30 00:00–09:00",
    );
  });

  it("are an error where no other step of the policy reaches anybody, else a warning that says what happens", () => {
    const nights = WEEK(`{ people: [s1], hours: "08:00-20:00" }`);
    const { problems, warnings } = found(nights);
    assert.match(problems.join("\n"), /^unverified: nobody would be called .*: all staff are called instead$/);
    assert.match(
      warnings.join("\n"),
      /^emergency, fall, inactivity: nobody is on duty during \[.*\]: all staff are called instead$/,
    );
    const alone = found(nights, {
      facilities: { hotline: false },
      people: PEOPLE.filter((one) => !JSON.stringify(one).includes('"v1"')),
    });
    assert.match(alone.problems[0]!, /^emergency, fall, inactivity, unverified: nobody would be called/);
  });

  it("count only where a step of the policy would call staff then", () => {
    const policies = own({ id: "service" });
    assert.deepEqual(found(WEEK(`{ people: [s1], hours: "08:00-20:00" }`), { policies }).problems, []);
    const { problems } = found(WEEK(`{ people: [s1], hours: "09:00-20:00" }`), { policies });
    assert.deepEqual(problems, [
      "service: nobody would be called during [every day 08:00–09:00], for nobody is on duty and no other step reaches anybody: such an alarm waits at the desk",
    ]);
  });

  it("count people without a contact on a channel of this site as nobody", () => {
    const mute = responder("s3", "staff", 4, "8", ["telex"]);
    const { problems, warnings } = found(WEEK("{ people: [s3] }"), { people: [...PEOPLE, ...mute] });
    assert.match(problems[0]!, /^unverified: nobody would be called during \[every day 00:00–24:00\]/);
    assert.ok(
      warnings.includes("rota week: s3 cannot be reached: no contact on a configured channel, or its last test failed"),
    );
  });

  it("count people whose contact failed its last test as nobody", () => {
    const tables = readState(null, "test");
    for (const event of PEOPLE) evolve(tables, event);
    const [contact] = tables.contacts.get("s1")!;
    const facts = {
      plan: dutyPlan(WEEK("{ people: [s1] }")),
      overrides: [],
      policies: DEFAULT_POLICIES,
      tables,
      facilities: SITE,
    };
    assert.deepEqual(checkDuty(facts, NOW).problems, []);
    tables.contacts.set("s1", [{ ...contact!, test: { state: "failed", at: NOW, why: "failed" } as never }]);
    assert.match(checkDuty(facts, NOW).problems[0]!, /^unverified: nobody would be called/);
  });

  it("are named by building where a rota is for some only", () => {
    const duty = `rotas: [ { id: one, buildings: ["1"], layers: [ { people: [s1], hours: "00:00-23:00" } ] } ]`;
    const { problems } = found(duty);
    assert.equal(problems.length, 1);
    assert.match(problems[0]!, /^unverified \(1\): nobody would be called during \[every day 23:00–00:00\]/);
  });

  it("come with people who are not there, are not meant, and buildings where nobody lives", () => {
    const duty = `rotas: [ { id: a, buildings: ["1", "77"], layers: [ { people: [s1, s9, v1] } ] } ]`;
    assert.deepEqual(found(duty).warnings, [
      "rota a: no responder s9 is imported; nobody can call them",
      "rota a: v1 are not staff or operator and are not called by it",
      "rota a: no resident lives in 77; buildings are spelt as in residents",
    ]);
  });

  it("are said in Chinese too, day by day", () => {
    const { problems } = found(WEEK(`{ people: [s1], days: [mon, tue, wed, thu, sun] }`), {
      policies: own({ id: "unverified" }),
    });
    assert.equal(
      chineseOf(problems[0]!),
      "unverified：星期五 00:00–24:00；星期六 00:00–24:00 将无人被通知，因为无人值班，其他步骤也找不到人：改为通知全体社区人员",
    );
  });
});
