import assert from "node:assert/strict";
import { viewAlarm } from "../../gateway/core/alarm-view.ts";
import type { DirectoryEvent } from "../../gateway/core/events.ts";
import { POOL_SINCE, type Pool } from "../../gateway/core/policy.ts";
import { hours, minutes, seconds } from "../../gateway/core/units.ts";
import { COMMUNITY, device, resident, responder } from "../support/core-community.ts";
import { CoreHome, policiesWith } from "../support/core-home.ts";
import { dutyPlan } from "../support/rotas.ts";
import { NOON } from "../support/test-clock.ts";

const POOL: Pool = { first: 1, need: 1, widenBy: 1, maxOffers: 20, replaceOnDecline: true, ...POOL_SINCE };
const STEP = {
  afterMs: 0,
  channels: null,
  onlyIf: { noOwner: false, noArrival: false, timeWindow: null },
  onOwner: null,
  optional: false,
};
/** Volunteers are called once; only the pool asks for more until the repetition an hour later. */
const ONCE = {
  steps: [
    { ...STEP, targets: ["volunteers" as const, "desk" as const] },
    { ...STEP, afterMs: hours(1), targets: ["volunteers" as const] },
  ],
  repeatFromStep: 1,
  repeatEveryMs: hours(1),
};

function homeWith(pool: Partial<Pool>, people: readonly DirectoryEvent[] = COMMUNITY, at = NOON): CoreHome {
  const home = new CoreHome({
    people,
    at,
    policies: policiesWith("emergency", { ...ONCE, pool: { ...POOL, ...pool } }),
  });
  home.press();
  home.deliverAll();
  return home;
}
const asked = (home: CoreHome): string[] => home.offers("volunteers");
const isUnderstaffed = (home: CoreHome): boolean => home.alarm.flags.includes("understaffed");

describe("A pool that widens by itself", () => {
  it("asks more so long after the last, without waiting for a step", () => {
    const home = homeWith({ widenAfterMs: seconds(20), widenBy: 2 });
    assert.deepEqual(asked(home), ["v4"]);
    home.forward(seconds(19));
    assert.equal(asked(home).length, 1);
    home.forward(seconds(1));
    assert.equal(asked(home).length, 3);
    home.forward(seconds(20));
    assert.equal(asked(home).length, 5);
  });

  it("asks no more once somebody comes, and again when they cannot after all", () => {
    const home = homeWith({ widenAfterMs: seconds(20) });
    home.answer("v4", "accept");
    home.forward(minutes(5));
    assert.equal(asked(home).length, 1);
    home.answer("v4", "decline");
    assert.equal(asked(home).length, 2, "instead of v4");
    home.forward(seconds(20));
    assert.equal(asked(home).length, 3);
  });

  it("asks no more people than the policy allows, and none while a person of the desk has it", () => {
    const few = homeWith({ widenAfterMs: seconds(20), maxOffers: 2 });
    few.forward(minutes(30));
    assert.equal(asked(few).length, 2);
    const taken = homeWith({ widenAfterMs: seconds(20) });
    taken.act("take");
    taken.forward(minutes(1));
    assert.equal(asked(taken).length, 1);
  });

  it("goes on after a restart", () => {
    const home = homeWith({ widenAfterMs: seconds(20) });
    home.restart(seconds(30));
    assert.equal(asked(home).length, 2);
  });
});

describe("More than one who must come", () => {
  it("are asked for until so many have accepted; then the others stand down", () => {
    const home = homeWith({ first: 4, need: 2 });
    home.answer("v4", "accept");
    assert.ok(!home.alarm.stoppedLegs.includes("volunteers"));
    home.answer("v1", "accept");
    assert.ok(home.alarm.stoppedLegs.includes("volunteers"));
    const states = Object.fromEntries(home.alarm.offers.map(({ responder: id, state }) => [id, state]));
    assert.deepEqual([states["v4"], states["v1"], states["v2"]], ["accepted", "accepted", "withdrawn"]);
  });

  it("are too few when everybody has answered: staff see it, and who declined long ago is asked again", () => {
    const home = homeWith({ first: 6, need: 2 });
    home.answer("v4", "accept");
    home.answer("v4", "arrive");
    for (const who of ["v1", "v2", "v3", "v5"]) home.answer(who, "decline");
    assert.ok(!isUnderstaffed(home), "v6 may still say yes");
    home.answer("v6", "decline");
    assert.ok(isUnderstaffed(home));
    home.clear();
    home.forward(minutes(10) - 1);
    assert.deepEqual(
      home.left.filter((one) => one.endsWith(" offer")),
      [],
    );
    home.forward(1);
    assert.deepEqual(
      home.left.filter((one) => one.endsWith(" offer")),
      ["webhook v1 offer"],
      "one is missing, v1 is the next",
    );
    home.answer("v1", "accept");
    assert.ok(!isUnderstaffed(home), "enough come now");
  });

  it("are too few when the time is over, though somebody never answered", () => {
    const home = homeWith({ first: 6, need: 1, widenAfterMs: minutes(2) });
    home.forward(minutes(2));
    assert.ok(isUnderstaffed(home));
  });
});

/** r1 in house A; near is 150 m away, far 600 m; far came often, near never. */
const HOUSES: readonly DirectoryEvent[] = [
  { kind: "building-saved", name: "A", lat: 29.87, lon: 121.55 },
  { kind: "building-saved", name: "B", lat: 29.87135, lon: 121.55 },
  { kind: "building-saved", name: "C", lat: 29.8754, lon: 121.55 },
  resident("r1", "A"),
  ...responder("far", "volunteer", 1, "C"),
  ...responder("near", "volunteer", 2, "B"),
  ...responder("unknown", "volunteer", 3, "Z"),
  device("beef", "r1"),
];
const living = (id: string, fields: object): DirectoryEvent[] =>
  HOUSES.map((event) => (event.kind === "responder-saved" && event.id === id ? { ...event, ...fields } : event));

describe("Whom a pool asks first", () => {
  it("are those within its radius; then wider, those whose way nobody knows last", () => {
    const home = homeWith({ first: 3, radiusM: 300 }, HOUSES);
    assert.deepEqual(asked(home), ["near", "far", "unknown"]);
    assert.equal(home.offer("near").why?.beyondRadius, undefined);
    assert.equal(home.offer("far").why?.beyondRadius, true);
    const { why } = viewAlarm(home.state, home.alarm).offers.find(({ responder: id }) => id === "far")!;
    assert.match(why!.en, /beyond the radius/);
    assert.match(why!.zh, /在半径之外/);
  });

  it("are those who are awake: in somebody's quiet hours others go first, and nobody is left out", () => {
    const quiet = { fromMin: 22 * 60, toMin: 7 * 60 };
    const night = homeWith({ first: 3 }, living("near", { quiet }), NOON + hours(14));
    assert.deepEqual(asked(night), ["far", "unknown", "near"]);
    assert.equal(night.offer("near").why?.quiet, true);
    assert.deepEqual(asked(homeWith({ first: 3 }, living("near", { quiet }))), ["near", "far", "unknown"], "by day");
  });

  it("are by the pool's quiet hours where somebody has none of their own", () => {
    const quietHours = { fromMin: 11 * 60, toMin: 13 * 60 };
    const own = living("far", { quiet: { fromMin: 0, toMin: 60 } });
    assert.deepEqual(asked(homeWith({ first: 3, quietHours }, own)), ["far", "near", "unknown"]);
  });

  it("are those who are rested; from the repetition on neither rest nor sleep counts", () => {
    const home = homeWith({ first: 1, minRestMs: hours(8) }, HOUSES);
    assert.deepEqual(asked(home), ["near"]);
    home.resolve();
    home.act("close");
    home.forward(hours(3));
    home.press();
    assert.deepEqual(asked(home), ["far"]);
    home.answer("far", "decline");
    home.answer("unknown", "decline");
    assert.equal(home.offer("near").why?.resting, true);
    const asleep = homeWith(
      { first: 1, quietHours: { fromMin: 0, toMin: 23 * 60 } },
      living("far", { quiet: { fromMin: 1380, toMin: 1439 } }),
    );
    assert.deepEqual(asked(asleep), ["far"]);
    asleep.forward(hours(1));
    assert.deepEqual(asked(asleep)[1], "near");
    assert.equal(asleep.offer("near").why?.quiet, undefined);
  });

  it("count not while the clock cannot be trusted", () => {
    const quiet = { fromMin: 0, toMin: 1439 };
    const home = new CoreHome({
      people: living("near", { quiet }),
      policies: policiesWith("emergency", { ...ONCE, pool: POOL }),
    });
    home.stepClock(hours(3));
    home.press();
    assert.deepEqual(asked(home), ["near"]);
  });

  it("of a service request leaves out whoever sleeps, unless the roster says that they are on duty", () => {
    const quiet = { fromMin: 0, toMin: 1439 };
    const people = COMMUNITY.map((event) =>
      event.kind === "responder-saved" && event.id === "s1" ? { ...event, quiet } : event,
    );
    const home = new CoreHome({ people });
    home.report("service");
    assert.deepEqual(home.offers("staff"), ["s2"]);
    const onDuty = new CoreHome({ people, duty: dutyPlan("rotas: [ { id: a, layers: [ { people: [s1] } ] } ]") });
    onDuty.report("service");
    assert.deepEqual(onDuty.offers("staff"), ["s1"]);
  });
});
