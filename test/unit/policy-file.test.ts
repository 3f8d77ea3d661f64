import assert from "node:assert/strict";
import { parse } from "yaml";
import { DEFAULT_POLICIES } from "../../gateway/core/policy-defaults.ts";
import { readPolicies } from "../../gateway/core/policy-file.ts";
import type { Policy } from "../../gateway/core/policy.ts";

/** Places as paths, so that a test sees which key was meant. */
const place = (path: readonly (string | number)[]): string => `at ${path.join("/")}`;
const read = (yaml: string) => readPolicies(parse(yaml), place);
const problemsOf = (yaml: string): readonly string[] => read(yaml).problems;

function policyOf(yaml: string, id: string): Policy {
  const { policies, problems } = read(yaml);
  assert.deepEqual(problems, []);
  const policy = policies.find((one) => one.id === id);
  assert.ok(policy, `no policy ${id}`);
  return policy;
}
const shipped = (id: string): Policy => DEFAULT_POLICIES.find((one) => one.id === id)!;

describe("a policies file", () => {
  it("replaces a shipped policy by its id and leaves the others in force", () => {
    const { policies, problems } = read(`policies: [ { id: service, ackTimeout: 10min } ]`);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      policies.map(({ id }) => id),
      DEFAULT_POLICIES.map(({ id }) => id),
    );
    assert.deepEqual(
      policies.find(({ id }) => id === "service"),
      { ...shipped("service"), ackTimeoutMs: 600_000 },
    );
    assert.equal(policies[0], DEFAULT_POLICIES[0]);
  });

  it("takes what a policy of a new id leaves out from the shipped emergency policy", () => {
    const own = policyOf(`policies: [ { id: ward-3, appliesTo: { kinds: [fall], residents: ["r1"] } } ]`, "ward-3");
    assert.deepEqual(own, {
      ...shipped("emergency"),
      id: "ward-3",
      name: "ward-3",
      appliesTo: { kinds: ["fall"], priorities: null, residents: ["r1"] },
    });
  });

  it("reads every key of a policy and of a step", () => {
    const own = policyOf(
      `
policies:
  - id: emergency
    version: 7
    name: 紧急
    appliesTo: { kinds: [emergency, fall], priorities: [1, 2] , residents: ["r1", "r2"] }
    priority: 2
    steps:
      - { after: 0s, targets: [hotline, { volunteers: {} }, desk:] }
      - after: 45s
        targets: [family]
        channels: [webhook]
        onlyIf: { noOwner: true, noArrival: true, timeWindow: "20:00-08:30" }
        onOwner: continue
        optional: true
    repeatFromStep: 0
    repeatEvery: 3min
    ackTimeout: 4min
    arriveBy: 5min
    resolveReminder: 6h
    presses: { mergeWhileOpen: false, bumpAgainAfter: 7s }
    cancel: { verifyWithin: 8s }
    deadEnd: { siren: false, dutyPhone: "0211234" }
    chase: { notDelivered: 11s, notSeen: 12s, noReply: null }
    pool: { first: 4, need: 2, widenBy: 3, maxOffers: 9, replaceOnDecline: false, widenAfter: 30s, radius: 300, quietHours: "22:00-07:00", minRest: 8h }
  - { id: everybody, appliesTo: { kinds: [emergency, fall] } }
`,
      "emergency",
    );
    assert.deepEqual(own, {
      id: "emergency",
      version: 7,
      name: "紧急",
      appliesTo: { kinds: ["emergency", "fall"], priorities: [1, 2], residents: ["r1", "r2"] },
      priority: 2,
      steps: [
        {
          afterMs: 0,
          targets: ["hotline", "volunteers", "desk"],
          channels: null,
          onlyIf: { noOwner: false, noArrival: false, timeWindow: null },
          onOwner: null,
          optional: false,
        },
        {
          afterMs: 45_000,
          targets: ["family"],
          channels: ["webhook"],
          onlyIf: { noOwner: true, noArrival: true, timeWindow: { fromMin: 1200, toMin: 510 } },
          onOwner: "continue",
          optional: true,
        },
      ],
      repeatFromStep: 0,
      repeatEveryMs: 180_000,
      ackTimeoutMs: 240_000,
      arriveByMs: 300_000,
      resolveReminderMs: 21_600_000,
      presses: { mergeWhileOpen: false, bumpAgainAfterMs: 7_000 },
      cancel: { verifyWithinMs: 8_000 },
      deadEnd: { siren: false, dutyPhone: "0211234" },
      chase: { notDeliveredMs: 11_000, notSeenMs: 12_000, noReplyMs: null },
      pool: {
        first: 4,
        need: 2,
        widenBy: 3,
        maxOffers: 9,
        replaceOnDecline: false,
        widenAfterMs: 30_000,
        radiusM: 300,
        quietHours: { fromMin: 1320, toMin: 420 },
        minRestMs: 28_800_000,
      },
    });
  });

  it("repeats a list of its own from the last step when it does not say", () => {
    const yaml = `policies: [ { id: emergency, steps: [ { after: 0s, targets: [hotline] }, { after: 9s, targets: [desk] } ] } ]`;
    assert.equal(policyOf(yaml, "emergency").repeatFromStep, 1);
  });

  it("names every problem at once, with place, key and what is allowed", () => {
    const problems = problemsOf(`
speed: fast
policies:
  - id: emergency
    priority: 6
    ackTimeout: 5
    snooze: 1min
    steps: [ { after: 1m, targets: [volunteer] }, { targets: [] , onlyIf: { timeWindow: "8-20" } } ]
`);
    const starts = [
      "at speed: speed: unknown key; allowed: policies",
      "at policies/0/priority: policies[0].priority: 6 is not a whole number from 1 to 5",
      "at policies/0/ackTimeout: policies[0].ackTimeout: 5 is not a duration; must be a whole number and a unit",
      "at policies/0/snooze: policies[0].snooze: unknown key; allowed: id, version, name, appliesTo, priority, steps",
      'at policies/0/steps/0/after: policies[0].steps[0].after: "1m" is not a duration',
      'at policies/0/steps/0/targets/0: policies[0].steps[0].targets[0]: "volunteer" is not known; allowed: hotline, volunteers',
      "at policies/0/steps/1/targets: policies[0].steps[1].targets: is empty; must be a list of targets: hotline",
      'at policies/0/steps/1/onlyIf/timeWindow: policies[0].steps[1].onlyIf.timeWindow: "8-20" is no time window',
      "at policies/0/steps/1/after: policies[0].steps[1].after: is missing",
    ];
    assert.equal(problems.length, starts.length, problems.join("\n"));
    for (const [index, start] of starts.entries()) assert.ok(problems[index]!.startsWith(start), problems[index]);
  });

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ["no steps", "{ id: emergency, steps: [] }", /steps: is empty/],
    [
      "steps that go backwards",
      "{ id: emergency, steps: [ { after: 9s, targets: [desk] }, { after: 8s, targets: [desk] } ] }",
      /steps\[1\]\.after: is earlier than the step before/,
    ],
    ["a repeat step outside the shipped list", "{ id: emergency, repeatFromStep: 5 }", /outside the list.* 0 to 4 are/],
    [
      "stopAll for volunteers",
      "{ id: emergency, steps: [ { after: 0s, targets: [volunteers, desk], onOwner: stopAll } ] }",
      /onOwner: stopAll is for .* not volunteers; allowed here: stopThisLeg, continue/,
    ],
    [
      "more acceptances than people asked",
      "{ id: emergency, pool: { first: 2, need: 3 } }",
      /need 3 is more than first 2/,
    ],
    [
      "volunteers for tests",
      "{ id: test, steps: [ { after: 0s, targets: [volunteers] } ] }",
      /test: never goes to volunt/,
    ],
    ["a policy without id", "{ name: x }", /policies\[0\]\.id: is missing/],
    ["an id with a blank", "{ id: my policy }", /"my policy" is no id/],
    [
      "a phone number that lost its zero",
      "{ id: fall, deadEnd: { dutyPhone: 211234 } }",
      /dutyPhone: must stand in quotes/,
    ],
    ["two targets in one", "{ id: fall, steps: [ { after: 0s, targets: [ { desk: , siren: } ] } ] }", /a name alone/],
    [
      "an unknown kind",
      "{ id: fall, appliesTo: { kinds: [tumble] } }",
      /"tumble" is not known; allowed: emergency, fall/,
    ],
    [
      "a kind that lost its policy",
      "{ id: fall, appliesTo: { kinds: [emergency] } }",
      /nothing applies to fall of everybody/,
    ],
  ];
  for (const [what, policy, expected] of refused)
    it(`refuses ${what}, and the shipped policies stay`, () => {
      const { policies, problems } = read(`policies: [ ${policy} ]`);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0]!, expected);
      assert.equal(problems[0]!.includes("\n"), false);
      assert.equal(policies, DEFAULT_POLICIES);
    });

  it("looks at the order of steps though another key of the policy is wrong", () => {
    const steps = "[ { after: 9s, targets: [desk] }, { after: 8s, targets: [desk] } ]";
    const problems = problemsOf(`policies: [ { id: fall, priority: 0, steps: ${steps} } ]`);
    assert.equal(problems.length, 2, problems.join("\n"));
    assert.match(problems[0]!, /priority: 0 is not a whole number from 1 to 5/);
    assert.match(problems[1]!, /earlier than the step before/);
  });

  it("refuses an id that stands in the file twice", () => {
    assert.deepEqual(problemsOf("policies: [ { id: fall }, { id: fall } ]"), [
      'at policies/1/id: policies[1].id: "fall" stands in the file twice; keep one',
    ]);
  });

  it("refuses a file that is empty or about something else", () => {
    assert.match(problemsOf("")[0]!, /the file must hold policies/);
    assert.match(problemsOf("policies: { emergency: 1 }")[0]!, /must be a list of policies/);
    assert.match(problemsOf("policies: [ 5 ]")[0]!, /must have keys of its own, not 5/);
  });
});
