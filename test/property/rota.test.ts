import assert from "node:assert/strict";
import fc from "fast-check";
import { nextChange, rostersAt, stretchesOf } from "../../gateway/core/rota-time.ts";
import { DAY_KINDS, WEEKDAYS, type DutyOverride, type DutyPlan, type RotaLayer } from "../../gateway/core/rota.ts";
import { days, minutes } from "../../gateway/core/units.ts";

const ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"] as const;
const PEOPLE = ["a", "b", "c", "d", "e"];
const START = Date.UTC(2026, 2, 1);
const YEAR_MIN = 400 * 24 * 60;

const minuteOfDay = fc.integer({ min: 0, max: 24 * 60 - 1 });
const some = fc.uniqueArray(fc.constantFrom(...PEOPLE), { minLength: 1, maxLength: 4 });
const window = fc
  .tuple(minuteOfDay, minuteOfDay)
  .filter(([fromMin, toMin]) => fromMin !== toMin)
  .map(([fromMin, toMin]) => ({ fromMin, toMin }));

const layer: fc.Arbitrary<RotaLayer> = fc
  .record({
    people: some,
    days: fc.option(fc.subarray([...WEEKDAYS, ...DAY_KINDS], { minLength: 1 })),
    hours: fc.option(window),
    every: fc.option(fc.constantFrom("day" as const, "week" as const)),
    handOverMin: minuteOfDay,
    atOnce: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ people, days: on, hours, every, handOverMin, atOnce }) => ({
    name: "",
    people,
    days: on,
    hours,
    turns: every && {
      every,
      start: "2026-03-04",
      handOverMin: hours?.fromMin ?? handOverMin,
      atOnce: Math.min(atOnce, people.length),
    },
  }));

const override: fc.Arbitrary<DutyOverride> = fc
  .record({
    from: fc.integer({ min: 0, max: YEAR_MIN }),
    length: fc.integer({ min: 1, max: 5_000 }),
    instead: fc.option(fc.constantFrom(...PEOPLE)),
    people: fc.uniqueArray(fc.constantFrom("x", "y"), { maxLength: 2 }),
  })
  .map(({ from, length, instead, people }, index = 0) => ({
    id: `o${index}`,
    rota: null,
    from: START + minutes(from),
    to: START + minutes(from + length),
    instead,
    people,
    by: null,
  }));

const plan: fc.Arbitrary<DutyPlan> = fc.record({
  noticeBeforeMs: fc.constant(null),
  holidays: fc.constant([{ name: "五一", from: "2026-05-01", to: "2026-05-05" }]),
  workdays: fc.constant(["2026-05-09"]),
  rotas: fc
    .array(layer, { minLength: 1, maxLength: 3 })
    .map((layers) => [{ id: "r", name: "r", target: "staffOnDuty" as const, buildings: null, layers }]),
  overrides: fc.array(override, { maxLength: 3 }),
});

const zone = fc.constantFrom(...ZONES);
const moment = fc.integer({ min: 0, max: YEAR_MIN }).map((minute) => START + minutes(minute));
const settings = { numRuns: 150 };

describe("A roster, whatever it is", () => {
  it("says at each moment the same as its stretches, which leave no moment out and differ from each other", () => {
    fc.assert(
      fc.property(plan, zone, moment, fc.array(fc.nat(days(9)), { maxLength: 20 }), (duty, tz, from, offsets) => {
        const [rota] = duty.rotas;
        const to = from + days(9);
        const stretches = stretchesOf(duty, rota!, [], { from, to }, tz);
        assert.equal(stretches[0]!.from, from);
        assert.equal(stretches.at(-1)!.to, to);
        for (const [index, stretch] of stretches.entries()) {
          assert.ok(stretch.from < stretch.to);
          const before = stretches[index - 1];
          if (before) assert.equal(before.to, stretch.from);
          if (before) assert.notDeepEqual(before.rosters, stretch.rosters);
        }
        for (const at of [
          ...offsets.map((offset) => from + offset),
          ...stretches.flatMap((one) => [one.from, one.to - 1]),
        ]) {
          const within = stretches.find((one) => one.from <= at && at < one.to);
          if (within) assert.deepEqual(rostersAt(duty, rota!, [], at, tz), within.rosters, new Date(at).toISOString());
        }
      }),
      settings,
    );
  });

  it("names nobody twice at one moment, and nobody who is not named in it", () => {
    fc.assert(
      fc.property(plan, zone, moment, (duty, tz, at) => {
        const people = rostersAt(duty, duty.rotas[0]!, [], at, tz).flatMap((one) => one.people);
        assert.equal(new Set(people).size, people.length);
        for (const person of people) assert.ok([...PEOPLE, "x", "y"].includes(person));
      }),
      settings,
    );
  });

  it("does not change before its next change, and does then", () => {
    fc.assert(
      fc.property(plan, zone, moment, fc.double({ min: 0, max: 1, noNaN: true }), (duty, tz, at, share) => {
        const [rota] = duty.rotas;
        const next = nextChange(duty, rota!, [], at, tz);
        if (next === null) return;
        assert.ok(next > at);
        const now = rostersAt(duty, rota!, [], at, tz);
        assert.deepEqual(rostersAt(duty, rota!, [], at + Math.floor((next - 1 - at) * share), tz), now);
        assert.notDeepEqual(rostersAt(duty, rota!, [], next, tz), now);
      }),
      settings,
    );
  });

  it("that is handed over every day or week has somebody from its first turn on, whatever the clock does", () => {
    const turning = layer.filter(({ turns, hours, days: on }) => turns !== null && hours === null && on === null);
    fc.assert(
      fc.property(turning, zone, moment, (one, tz, at) => {
        const duty: DutyPlan = {
          noticeBeforeMs: null,
          holidays: [],
          workdays: [],
          rotas: [{ id: "r", name: "r", target: "staffOnDuty", buildings: null, layers: [one] }],
          overrides: [],
        };
        const later = Math.max(at, START + days(6));
        assert.equal(rostersAt(duty, duty.rotas[0]!, [], later, tz)[0]?.people.length, one.turns!.atOnce);
      }),
      settings,
    );
  });
});
