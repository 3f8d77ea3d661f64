import assert from "node:assert/strict";
import { parse } from "yaml";
import { readDuty } from "../../gateway/core/rota-file.ts";
import { dutyPlan } from "../support/rotas.ts";

const problemsOf = (yaml: string): readonly string[] =>
  readDuty(parse(yaml), (path) => `at ${path.join("/")}`, "Asia/Shanghai").problems;
const layer = (text: string): string => `rotas: [ { id: night, layers: [ { people: [s1, s2], ${text} } ] } ]`;

describe("a duty file", () => {
  it("is read whole, its times in the site's zone", () => {
    const plan = dutyPlan(
      `
noticeBefore: 15min
holidays:
  - { name: 国庆节, from: 2026-10-01, to: 2026-10-07 }
  - { name: 元旦, from: 2027-01-01 }
workdays: [2026-10-10]
rotas:
  - id: night
    name: 夜间值班
    target: staffOnDuty
    buildings: [1号楼]
    layers:
      - { name: 国庆, days: [国庆节], people: [s9] }
      - { name: 夜班, hours: "18:00-08:00", rotate: weekly, start: 2026-11-02, atOnce: 2, people: [s1, s2, s3, s4] }
      - { name: 备勤, rotate: daily, start: 2026-11-01, handOver: "09:00", people: [s5, s6] }
    overrides:
      - { from: "2026-12-24 18:00", to: "2026-12-25 08:00", people: [s9] }
      - { from: 2026-12-31, to: 2027-01-01, instead: s1, people: nobody }
`,
      "Asia/Shanghai",
    );
    assert.equal(plan.noticeBeforeMs, 900_000);
    assert.deepEqual(plan.holidays[1], { name: "元旦", from: "2027-01-01", to: "2027-01-01" });
    assert.deepEqual(plan.workdays, ["2026-10-10"]);
    const [rota] = plan.rotas;
    assert.deepEqual([rota!.id, rota!.name, rota!.buildings], ["night", "夜间值班", ["1号楼"]]);
    assert.deepEqual(rota!.layers[1], {
      name: "夜班",
      people: ["s1", "s2", "s3", "s4"],
      days: null,
      hours: { fromMin: 1080, toMin: 480 },
      turns: { every: "week", start: "2026-11-02", handOverMin: 1080, atOnce: 2 },
    });
    assert.deepEqual(rota!.layers[2]!.turns, { every: "day", start: "2026-11-01", handOverMin: 540, atOnce: 1 });
    assert.deepEqual(
      plan.overrides.map(({ rota: of, from, instead, people }) => [of, new Date(from).toISOString(), instead, people]),
      [
        ["night", "2026-12-24T10:00:00.000Z", null, ["s9"]],
        ["night", "2026-12-30T16:00:00.000Z", "s1", []],
      ],
    );
  });

  it("needs little: one rota for everybody, told half an hour before", () => {
    const plan = dutyPlan("rotas: [ { id: all, layers: [ { people: [s1] } ] } ]");
    assert.equal(plan.noticeBeforeMs, 1_800_000);
    assert.deepEqual(plan.rotas[0], {
      id: "all",
      name: "all",
      target: "staffOnDuty",
      buildings: null,
      layers: [{ name: "", people: ["s1"], days: null, hours: null, turns: null }],
    });
  });

  const refusals: readonly (readonly [string, string])[] = [
    ["rota: []\n" + layer(""), "at rota: rota: unknown key; allowed: noticeBefore, holidays, workdays, rotas"],
    ["rotas: []", "at rotas: rotas: is empty; must be a list of rotas, as { id: night, layers: [ … ] }"],
    [
      "rotas: [ { id: a, layers: [ { people: [s1] } ] }, { id: a, layers: [ { people: [s1] } ] } ]",
      'at rotas/1/id: rotas[1].id: "a" stands in the file twice; keep one',
    ],
    [layer("rotate: monthly, start: 2026-11-02"), '"monthly" is not known; allowed: daily, weekly'],
    [layer("rotate: weekly"), "start: is missing: the day of the first turn, as 2026-11-02"],
    [layer("atOnce: 2"), "atOnce: belongs to people who take turns; give rotate too: daily or weekly"],
    [layer("rotate: weekly, start: 2026-11-02, atOnce: 3"), "atOnce: 3 is more than the 2 people of this layer"],
    [
      layer('rotate: weekly, start: 2026-11-02, hours: "18:00-08:00", handOver: "12:00"'),
      "handOver: does not go with hours: the hand-over is when they begin",
    ],
    [layer("rotate: weekly, start: 2026-02-30"), '"2026-02-30" is no date; must be as 2026-10-01'],
    [layer('rotate: daily, start: 2026-11-02, handOver: "25:00"'), '"25:00" is no time of the day; must be as "18:00"'],
    [layer('hours: "18-8"'), '"18-8" is no time window'],
    [
      layer("days: [monday]"),
      '"monday" is not known; allowed: mon, tue, wed, thu, fri, sat, sun, workdays, weekends, holidays',
    ],
    ["holidays: [ { name: 国庆节, from: 2026-10-07, to: 2026-10-01 } ]\n" + layer(""), "is before from, 2026-10-07"],
    [
      "holidays: [ { name: mon, from: 2026-10-07 } ]\n" + layer(""),
      '"mon" is the name of a kind of days; take another',
    ],
    [
      "rotas: [ { id: a, layers: [ { people: [s1] } ], overrides: [ { from: 2026-01-02, to: 2026-01-02, people: [s1] } ] } ]",
      "to: is not after from",
    ],
    [
      "rotas: [ { id: a, layers: [ { people: [s1] } ], overrides: [ { from: tomorrow, to: 2026-01-02, people: [s1] } ] } ]",
      'from: "tomorrow" is not a date',
    ],
    [
      "rotas: [ { id: a, target: hotline, layers: [ { people: [s1] } ] } ]",
      '"hotline" is not known; allowed: staffOnDuty, volunteers, family',
    ],
    ["rotas: [ { id: a, layers: [ { people: [s 1] } ] } ]", '"s 1" is no id of a responder'],
    ["rotas: [ { id: a b, layers: [ { people: [s1] } ] } ]", "is no id; must be 1 to 64 characters"],
    ["rotas: [ { id: a } ]", "layers: is missing and must be given"],
  ];
  for (const [yaml, says] of refusals)
    it(`is refused: ${says}`, () => {
      const problems = problemsOf(yaml.replace(", } ]", " } ]"));
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.ok(problems[0]!.includes(says), problems[0]);
    });
});
