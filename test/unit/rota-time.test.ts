import assert from "node:assert/strict";
import { nextChange, stretchesOf } from "../../gateway/core/rota-time.ts";
import { parseSiteTime } from "../../gateway/core/site-time.ts";
import { days, hours } from "../../gateway/core/units.ts";
import { dutyPlan, onDutyAt } from "../support/rotas.ts";

const rota = (...layers: string[]): string => `rotas: [ { id: r, layers: [ ${layers.join(", ")} ] } ]`;
/** 2026-11-02 is a Monday. */
const NIGHTS = `{ people: [a, b, c, d], hours: "18:00-08:00", rotate: weekly, start: 2026-11-02, atOnce: 2 }`;

describe("Who is on duty", () => {
  it("over midnight is whoever began in the evening, to the minute", () => {
    const plan = dutyPlan(rota(NIGHTS));
    assert.deepEqual(onDutyAt(plan, "2026-11-08T17:59:59"), []);
    assert.deepEqual(onDutyAt(plan, "2026-11-08T18:00"), [["a", "b"]]);
    assert.deepEqual(onDutyAt(plan, "2026-11-09T07:59:59"), [["a", "b"]], "Sunday's night ends on Monday");
    assert.deepEqual(onDutyAt(plan, "2026-11-09T08:00"), []);
    assert.deepEqual(onDutyAt(plan, "2026-11-09T18:00"), [["c", "d"]]);
    assert.deepEqual(onDutyAt(plan, "2026-11-16T18:00"), [["a", "b"]]);
    assert.deepEqual(onDutyAt(plan, "2026-11-01T20:00"), [], "before the first turn nobody");
  });

  it("in a daily rotation changes at the hand-over, with nobody missing between", () => {
    const plan = dutyPlan(rota(`{ people: [a, b], rotate: daily, start: 2026-11-02, handOver: "09:00" }`));
    assert.deepEqual(onDutyAt(plan, "2026-11-02T08:59"), []);
    assert.deepEqual(onDutyAt(plan, "2026-11-02T09:00"), [["a"]]);
    assert.deepEqual(onDutyAt(plan, "2026-11-03T08:59:59"), [["a"]]);
    assert.deepEqual(onDutyAt(plan, "2026-11-03T09:00"), [["b"]]);
  });

  it("is the upper layer where it has somebody; the lower ones stand by", () => {
    const plan = dutyPlan(
      rota(`{ people: [office], days: [workdays], hours: "08:30-17:30" }`, `{ people: [chief, office] }`),
    );
    assert.deepEqual(onDutyAt(plan, "2026-11-02T12:00"), [["office"], ["chief"]]);
    assert.deepEqual(onDutyAt(plan, "2026-11-02T18:00"), [["chief", "office"]]);
    assert.deepEqual(onDutyAt(plan, "2026-11-07T12:00"), [["chief", "office"]], "a Saturday is no workday");
  });

  it("on holidays and moved workdays is who is named for them", () => {
    const plan = dutyPlan(
      `holidays: [ { name: 国庆节, from: 2026-10-01, to: 2026-10-07 }, { name: 元旦, from: 2027-01-01 } ]
workdays: [2026-10-10]
` +
        rota(
          `{ people: [golden], days: [国庆节] }`,
          `{ people: [holiday], days: [holidays] }`,
          `{ people: [office], days: [workdays] }`,
          `{ people: [saturday], days: [sat] }`,
          `{ people: [weekend], days: [weekends] }`,
        ),
    );
    assert.deepEqual(onDutyAt(plan, "2026-10-01T12:00"), [["golden"], ["holiday"]]);
    assert.deepEqual(onDutyAt(plan, "2027-01-01T12:00"), [["holiday"]]);
    assert.deepEqual(onDutyAt(plan, "2026-10-10T12:00"), [["office"]], "a Saturday that is worked");
    assert.deepEqual(onDutyAt(plan, "2026-10-17T12:00"), [["saturday"], ["weekend"]]);
    assert.deepEqual(onDutyAt(plan, "2026-10-18T12:00"), [["weekend"]]);
    assert.deepEqual(onDutyAt(plan, "2026-10-08T12:00"), [["office"]]);
  });

  it("of a night before a holiday is the night of the day on which it began", () => {
    const plan = dutyPlan(
      `holidays: [ { name: 元旦, from: 2027-01-01 } ]\n` +
        rota(`{ people: [eve], days: [workdays], hours: "20:00-08:00" }`, `{ people: [new], days: [holidays] }`),
    );
    assert.deepEqual(onDutyAt(plan, "2027-01-01T07:59"), [["eve"], ["new"]]);
    assert.deepEqual(onDutyAt(plan, "2027-01-01T08:00"), [["new"]]);
  });

  it("follows the clock where it is set forward and back", () => {
    const zone = "Europe/Berlin";
    const plan = dutyPlan(rota(`{ people: [a], hours: "22:00-02:30" }`, `{ people: [b], hours: "02:30-22:00" }`), zone);
    const [r] = plan.rotas;
    const span = (from: string) => {
      const start = parseSiteTime(from, zone, "from");
      return stretchesOf(plan, r!, [], { from: start, to: start + hours(14) }, zone).map(({ from: at, rosters }) => [
        new Date(at).toISOString().slice(0, 16),
        rosters.map(({ people }) => people.join()).join("|"),
      ]);
    };
    assert.deepEqual(span("2026-03-28T20:00"), [
      ["2026-03-28T19:00", "b"],
      ["2026-03-28T21:00", "a"],
      ["2026-03-29T01:00", "b"],
    ]);
    assert.deepEqual(span("2026-10-24T20:00"), [
      ["2026-10-24T18:00", "b"],
      ["2026-10-24T20:00", "a"],
      ["2026-10-25T00:30", "b"],
    ]);
  });

  it("is who an override says, the newest of all, or nobody", () => {
    const plan = dutyPlan(
      `rotas: [ { id: r, layers: [ { people: [a, b] }, { people: [c] } ], overrides: [
  { from: 2026-11-02, to: 2026-11-05, instead: a, people: [x] },
  { from: 2026-11-03, to: 2026-11-04, people: [y, z] },
  { from: "2026-11-03 12:00", to: "2026-11-03 13:00", people: nobody } ] } ]`,
    );
    assert.deepEqual(onDutyAt(plan, "2026-11-02T00:00"), [["x", "b"], ["c"]]);
    assert.deepEqual(onDutyAt(plan, "2026-11-03T11:59"), [["y", "z"]]);
    assert.deepEqual(onDutyAt(plan, "2026-11-03T12:00"), []);
    assert.deepEqual(onDutyAt(plan, "2026-11-05T00:00"), [["a", "b"], ["c"]]);
  });

  it("has a next change, or none", () => {
    const at = parseSiteTime("2026-11-03T12:00", "UTC", "now");
    const plan = dutyPlan(rota(NIGHTS));
    assert.equal(nextChange(plan, plan.rotas[0]!, [], at, "UTC"), at + hours(6));
    const always = dutyPlan(rota(`{ people: [a] }`));
    assert.equal(nextChange(always, always.rotas[0]!, [], at, "UTC"), null);
    const yearly = dutyPlan(`holidays: [ { name: 春节, from: 2027-02-06 } ]\n${rota(`{ people: [a], days: [春节] }`)}`);
    assert.equal(nextChange(yearly, yearly.rotas[0]!, [], at, "UTC"), at + days(95) - hours(12));
  });
});
