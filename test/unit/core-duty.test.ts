import assert from "node:assert/strict";
import type { DirectoryEvent } from "../../gateway/core/events.ts";
import { readState, writeState } from "../../gateway/core/state.ts";
import { hours, minutes } from "../../gateway/core/units.ts";
import { COMMUNITY, responder } from "../support/core-community.ts";
import { CoreHome, GATEWAY_ID, policiesWith, WANG } from "../support/core-home.ts";
import { dutyPlan } from "../support/rotas.ts";
import { NOON } from "../support/test-clock.ts";

/** s1 and s2 of the community, and three more of the staff. */
const PEOPLE: readonly DirectoryEvent[] = [
  ...COMMUNITY,
  ...responder("s3", "staff", 10, "8"),
  ...responder("s4", "staff", 11, "8"),
  ...responder("s5", "operator", 12, "8"),
];

/** By day s1 and behind them s2; nobody from 20:00 to 08:00. */
const DAYTIME = `rotas:
  - id: day
    layers:
      - { people: [s1], hours: "08:00-20:00" }
      - { people: [s2, s3], hours: "08:00-20:00" }
`;

function homeOn(
  duty: string,
  { atHour = 12, people = PEOPLE }: { atHour?: number; people?: readonly DirectoryEvent[] } = {},
) {
  const home = new CoreHome({ people, at: NOON + hours(atHour - 12), duty: dutyPlan(duty) });
  home.clear();
  return home;
}

const staff = (home: CoreHome): string[] => home.offers("staff");

describe("The roster", () => {
  it("says who of the staff is called: those on duty first, those who stand by from the repetition on", () => {
    const home = homeOn(DAYTIME);
    home.press();
    home.forward(minutes(2));
    assert.deepEqual(staff(home), ["s1"]);
    assert.equal(home.offer("s1").why?.onDuty, 1);
    home.forward(minutes(3));
    assert.deepEqual(staff(home), ["s1", "s2", "s3"]);
    assert.equal(home.offer("s3").why?.onDuty, 2);
  });

  it("gives way to the life of a person: in the second repetition everybody is called", () => {
    const home = homeOn(DAYTIME);
    home.press();
    home.forward(minutes(10));
    assert.deepEqual(staff(home), ["s1", "s2", "s3", "s4", "s5"]);
  });

  it("widens within it by the policy's numbers where several steps call staff", () => {
    const home = homeOn(DAYTIME);
    home.report("inactivity");
    home.forward(minutes(1));
    assert.deepEqual(staff(home), ["s1"]);
    home.forward(minutes(4));
    assert.deepEqual(staff(home), ["s1", "s2", "s3"]);
  });

  it("with nobody on duty calls all staff at once and says so, where somebody may be in danger", () => {
    const home = homeOn(DAYTIME, { atHour: 21 });
    home.press();
    home.forward(minutes(2));
    assert.deepEqual(staff(home), ["s1", "s2", "s3", "s4", "s5"]);
    assert.ok(home.alarm.flags.includes("nobody-to-ask"));
  });

  it("with nobody on duty wakes nobody for a service request, and says so", () => {
    const policies = policiesWith("service", {
      steps: [
        {
          afterMs: 0,
          targets: ["staffOnDuty", "desk"],
          channels: null,
          onlyIf: { noOwner: false, noArrival: false, timeWindow: null },
          onOwner: null,
          optional: false,
        },
      ],
      repeatFromStep: 0,
    });
    const home = new CoreHome({ people: PEOPLE, at: NOON + hours(9), duty: dutyPlan(DAYTIME), policies });
    home.report("service");
    home.forward(hours(2));
    assert.deepEqual(staff(home), []);
    assert.ok(home.alarm.flags.includes("nobody-to-ask"));
  });

  it("counts somebody who cannot be reached as nobody", () => {
    const mute = responder("s9", "staff", 20, "8", []);
    const home = homeOn(`rotas: [ { id: a, layers: [ { people: [s9, gone] } ] } ]`, { people: [...PEOPLE, ...mute] });
    home.press();
    home.forward(minutes(2));
    assert.deepEqual(staff(home).slice(0, 2), ["s1", "s2"]);
    assert.ok(home.alarm.flags.includes("nobody-to-ask"));
  });

  it("does not hold while the clock cannot be trusted: everybody is called", () => {
    const home = homeOn(DAYTIME);
    home.stepClock(hours(9));
    home.press();
    home.forward(minutes(2));
    assert.deepEqual(staff(home), ["s1", "s2", "s3", "s4", "s5"]);
    assert.ok(!home.alarm.flags.includes("nobody-to-ask"));
  });

  it("of a building comes before that of everybody", () => {
    const home = homeOn(`rotas:
  - { id: all, layers: [ { people: [s1] } ] }
  - { id: one, buildings: ["1"], layers: [ { people: [s2] } ] }
`);
    home.press();
    home.forward(minutes(2));
    assert.deepEqual(staff(home), ["s2"], "r1 lives in building 1");
    home.report("emergency", { address: "cafe" });
    home.forward(minutes(2));
    assert.deepEqual(staff(home), ["s1"], "r2 does not");
  });

  it("of volunteers asks those on duty first and leaves nobody out", () => {
    const home = homeOn(`rotas: [ { id: v, target: volunteers, layers: [ { people: [v6] }, { people: [v5] } ] } ]`);
    home.press();
    assert.deepEqual(home.offers("volunteers"), ["v6", "v5", "v4"]);
    home.forward(minutes(2));
    assert.deepEqual(staff(home).length, 5, "nothing is said of staff");
  });

  it("of a family calls the one whose turn it is, and the others from the repetition on", () => {
    const sister = responder("f2", "family", 13, "9", ["webhook", "voice"], ["r1"]);
    const home = homeOn(`rotas: [ { id: f, target: family, layers: [ { people: [f2] } ] } ]`, {
      people: [...PEOPLE, ...sister],
    });
    home.press();
    home.forward(minutes(1));
    assert.deepEqual(home.offers("family"), ["f2"]);
    home.forward(minutes(4));
    assert.deepEqual(home.offers("family"), ["f2", "f1"]);
  });
});

describe("Changing the roster", () => {
  const change = (home: CoreHome, more: object = {}) =>
    home.decide({
      type: "duty",
      act: "override",
      by: WANG,
      rota: null,
      instead: null,
      people: ["s4"],
      from: home.now,
      to: home.now + hours(1),
      ...more,
    }).reply!;

  it("puts somebody else on duty for a time, with the name of who did it", () => {
    const home = homeOn(DAYTIME);
    const reply = change(home);
    assert.ok(reply.ok && reply.override?.id === "o1" && reply.override.by === WANG.name);
    home.press();
    home.forward(minutes(2));
    assert.deepEqual(staff(home), ["s4"]);
  });

  it("swaps one person for another and is over by itself", () => {
    const home = homeOn(DAYTIME);
    assert.ok(change(home, { instead: "s1" }).ok);
    home.forward(minutes(50));
    home.press();
    home.forward(minutes(2));
    assert.deepEqual(staff(home), ["s4"]);
    home.resolve();
    home.forward(hours(1));
    home.press();
    home.forward(minutes(2));
    assert.deepEqual(staff(home), ["s1"]);
  });

  it("can be taken back, and only once", () => {
    const home = homeOn(DAYTIME);
    change(home);
    const end = () => home.decide({ type: "duty", act: "end", override: "o1", by: WANG }).reply!;
    assert.ok(end().ok);
    const again = end();
    assert.ok(!again.ok && again.code === "not-found");
    home.press();
    home.forward(minutes(2));
    assert.deepEqual(staff(home), ["s1"]);
  });

  it("is refused where it makes no sense, with what is allowed", () => {
    const home = homeOn(`rotas: [ { id: a, layers: [ { people: [s1] } ] }, { id: b, layers: [ { people: [s2] } ] } ]`);
    const said = (more: object): string => {
      const reply = change(home, more);
      return reply.ok ? "taken" : `${reply.code}: ${reply.message}`;
    };
    assert.equal(said({}), "bad-input: which rota is meant? allowed: a, b");
    assert.equal(said({ rota: "c" }), "bad-input: no rota c; allowed: a, b");
    assert.match(said({ rota: "a", people: ["s99"] }), /^bad-input: no responder s99 is known/);
    assert.match(said({ rota: "a", to: home.now }), /must come after its beginning/);
    assert.match(said({ rota: "a", from: home.now - hours(2), to: home.now - hours(1) }), /is over already/);
    assert.equal(said({ rota: "a" }), "taken");
    assert.match(
      String(
        (
          new CoreHome({ people: PEOPLE }).decide({
            type: "duty",
            act: "override",
            by: WANG,
            rota: null,
            instead: null,
            people: [],
            from: NOON,
            to: NOON + 1,
          }).reply as { message: string }
        ).message,
      ),
      /^no duty file is in force/,
    );
  });

  it("survives a restart, and so does the file; both are the fold of the journal", () => {
    const home = homeOn(DAYTIME);
    change(home);
    const before = writeState(home.state);
    assert.equal(writeState(home.folded), before);
    home.restart();
    home.press();
    home.forward(minutes(2));
    assert.deepEqual(staff(home), ["s4"]);
    assert.deepEqual(readState(before, GATEWAY_ID).duty.get("duty")?.overrides.length, 1);
    assert.equal(home.kinds.filter((kind) => kind === "duty-saved").length, 0, "the same file is not saved again");
  });
});

describe("Gaps of the roster", () => {
  it("of the coming week stand at the desk as one fault, and go when somebody is put there", () => {
    const policies = policiesWith("emergency", { steps: [], repeatFromStep: 0 }).filter(
      ({ id }) => id === "unverified",
    );
    const home = new CoreHome({ people: PEOPLE, policies, duty: dutyPlan(DAYTIME) });
    home.start();
    const fault = home.state.faults.get("duty-gap");
    assert.match(fault!.detail, /^unverified: nobody would be called during \[.* 20:00–08:00/);
    const reply = home.decide({
      type: "duty",
      act: "override",
      by: WANG,
      rota: "day",
      instead: null,
      people: ["s4"],
      from: home.now,
      to: home.now + hours(24 * 14),
    }).reply!;
    assert.ok(reply.ok);
    assert.equal(home.state.faults.get("duty-gap"), undefined);
    home.decide({ type: "duty", act: "end", override: "o1", by: WANG });
    assert.ok(home.state.faults.get("duty-gap"));
  });
});
