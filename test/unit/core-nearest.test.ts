import assert from "node:assert/strict";
import { viewAlarm } from "../../gateway/core/alarm-view.ts";
import type { DirectoryEvent } from "../../gateway/core/events.ts";
import { floorOf } from "../../gateway/core/floor.ts";
import { POOL_SINCE } from "../../gateway/core/policy.ts";
import { readState, writeState } from "../../gateway/core/state.ts";
import { hours, minutes, seconds } from "../../gateway/core/units.ts";
import { device, responder } from "../support/core-community.ts";
import { CoreHome, GATEWAY_ID, policiesWith } from "../support/core-home.ts";

type Address = readonly [building: string, unit: string, room: string];

const living = (event: DirectoryEvent, [building, unit, room]: Address): DirectoryEvent => {
  if (event.kind !== "responder-saved") return event;
  const { person, data } = event.personal!;
  return { ...event, personal: { person, data: { ...data, building, unit, room } } };
};

const wearer = (id: string, [building, unit, room]: Address): DirectoryEvent => ({
  kind: "resident-saved",
  id,
  priority: null,
  account: null,
  zone: null,
  personal: { person: id, data: { name: id, building, unit, room, phone: "", notes: "", keyPlace: "" } },
});

/** r1 lives in house A, entrance 1, room 502; r2 next door. House B is 150 m from it, C 600 m; nobody knows where D is. */
function community(volunteers: Readonly<Record<string, Address>>): readonly DirectoryEvent[] {
  return [
    { kind: "building-saved", name: "A", lat: 29.87, lon: 121.55 },
    { kind: "building-saved", name: "B", lat: 29.87135, lon: 121.55 },
    { kind: "building-saved", name: "C", lat: 29.8754, lon: 121.55 },
    wearer("r1", ["A", "1", "502"]),
    wearer("r2", ["A", "1", "501"]),
    ...Object.entries(volunteers).flatMap(([id, address], index) =>
      responder(id, "volunteer", index + 1, "").map((event) => living(event, address)),
    ),
    device("beef", "r1"),
    device("cafe", "r2"),
  ];
}

const POOL = { first: 20, need: 1, widenBy: 2, maxOffers: 20, replaceOnDecline: true, ...POOL_SINCE };

function homeOf(volunteers: Readonly<Record<string, Address>>, pool: Partial<typeof POOL> = {}): CoreHome {
  const policies = policiesWith("emergency", { pool: { ...POOL, ...pool } });
  return new CoreHome({ people: community(volunteers), policies });
}

/** Who is asked for a press on `address`, in order. */
function asked(home: CoreHome, address = "beef"): string[] {
  home.press({ address });
  home.deliverAll();
  return home.offers("volunteers");
}

/** One alarm from the press to its end, as the people in it make it; four hours later nobody was asked lately. */
function episode(home: CoreHome, during: () => void): void {
  asked(home);
  during();
  home.resolve();
  home.act("close");
  home.forward(hours(4));
}

const SAME_FLOOR: Address = ["A", "1", "501"];
const FAR: Address = ["D", "1", "101"];

describe("The nearest volunteers", () => {
  it("are asked by floor, entrance, house and distance, whatever the order of import", () => {
    const home = homeOf({
      unknown: ["D", "1", "101"],
      far: ["C", "1", "101"],
      across: ["B", "1", "101"],
      entrance: ["A", "2", "502"],
      ground: ["A", "1", "101"],
      below: ["A", "1", "402"],
      floor: ["A", "1", "501"],
      home: ["A", "1", "502"],
    });
    assert.deepEqual(asked(home), ["home", "floor", "below", "ground", "entrance", "across", "far", "unknown"]);
  });

  it("who are as near as each other are asked in the order of import", () => {
    assert.deepEqual(asked(homeOf({ b: FAR, a: FAR, c: FAR })), ["b", "a", "c"]);
  });

  it("in a high house take the lift: twenty floors are no further than six", () => {
    const home = homeOf({ high: ["A", "1", "2502"], low: ["A", "1", "1102"] });
    assert.deepEqual(asked(home), ["high", "low"]);
  });

  it("whose floor no room tells get the middle of the house, no more and no less", () => {
    const home = homeOf({ top: ["A", "1", "1002"], nobodyKnows: ["A", "1", "5"], floor: SAME_FLOOR });
    assert.deepEqual(asked(home), ["floor", "nobodyKnows", "top"]);
  });

  const rooms: readonly (readonly [string, number | null])[] = [
    ["302", 3],
    ["302室", 3],
    ["３０２", 3],
    ["1203", 12],
    ["A302", 3],
    ["302A", 3],
    ["12-03", 12],
    ["2-301", 3],
    ["3-2-501", 5],
    ["1-12-03", 12],
    ["B1-05", -1],
    ["3楼", 3],
    ["12层东", 12],
    ["3F", 3],
    ["5", null],
    ["12", null],
    ["002", null],
    ["10203", null],
    ["门卫", null],
    ["", null],
  ];
  for (const [room, floor] of rooms)
    it(`room "${room}" is on ${floor === null ? "no floor that it tells" : `floor ${floor}`}`, () => {
      assert.equal(floorOf(room), floor);
    });
});

describe("Who came before", () => {
  const both = { first: SAME_FLOOR, second: SAME_FLOOR };
  const comes = (home: CoreHome, who: string) => () => {
    for (const answer of ["accept", "arrive", "done"] as const) assert.ok(home.answer(who, answer).ok);
  };
  const misses = (home: CoreHome, who: string) => () => {
    home.answer(who, "accept");
    home.forward(minutes(11));
    assert.ok(home.alarm.flags.includes("arrival-overdue"));
  };

  it("is asked before an equally near one, and whoever did not come behind", () => {
    const came = homeOf(both);
    episode(came, comes(came, "second"));
    assert.deepEqual(asked(came), ["second", "first"]);
    const missed = homeOf(both);
    episode(missed, misses(missed, "first"));
    assert.deepEqual(asked(missed), ["second", "first"]);
  });

  it("and came late all the same, came", () => {
    const home = homeOf(both);
    episode(home, () => {
      misses(home, "second")();
      assert.ok(home.answer("second", "arrive").ok);
    });
    assert.deepEqual(asked(home), ["second", "first"]);
  });

  it("is no reason to ask somebody far away first, nor one promise broken to ask them last for ever", () => {
    const home = homeOf({ near: SAME_FLOOR, far: ["C", "1", "101"] });
    for (let alarm = 0; alarm < 3; alarm++) episode(home, comes(home, "far"));
    episode(home, misses(home, "near"));
    assert.deepEqual(asked(home), ["near", "far"]);
  });

  it("does not shut out the new: they go before those who often failed", () => {
    const home = homeOf({ failing: SAME_FLOOR, reliable: SAME_FLOOR, newcomer: SAME_FLOOR });
    for (let alarm = 0; alarm < 3; alarm++) {
      episode(home, misses(home, "failing"));
      episode(home, comes(home, "reliable"));
    }
    const people = responder("newest", "volunteer", 9, "").map((event) => living(event, SAME_FLOOR));
    home.decide({ type: "save", events: people });
    assert.deepEqual(asked(home), ["reliable", "newcomer", "newest", "failing"]);
  });

  for (const [what, during] of [
    ["at once", (home: CoreHome) => home.answer("first", "decline")],
    [
      "after a yes",
      (home: CoreHome) => {
        home.answer("first", "accept");
        home.answer("first", "decline");
      },
    ],
  ] as const)
    it(`a decline ${what} never counts: the order and the record stay as they were`, () => {
      const home = homeOf(both);
      for (let alarm = 0; alarm < 5; alarm++)
        episode(home, () => {
          during(home);
          assert.equal(home.offer("first").state, "declined");
          assert.ok(home.answer("second", "seen").ok);
        });
      const { came, times } = whyOf(home, "first");
      assert.deepEqual([came, times], [0, 0]);
    });

  /** What a new alarm would say of somebody. */
  function whyOf(home: CoreHome, who: string) {
    asked(home);
    return home.offer(who).why!;
  }

  it("who was called back before they could come is none the worse for it", () => {
    const home = homeOf(both);
    episode(home, () => home.answer("first", "accept"));
    assert.deepEqual([whyOf(home, "first").came, whyOf(home, "first").times], [0, 0]);
  });

  it("silence counts by day, when there was time to answer; at night it does not, nor where no message left", () => {
    const silent = (fromNoonMs: number, sent: boolean, lastsMs: number): number => {
      const home = homeOf(both);
      home.forward(fromNoonMs);
      home.press();
      if (sent) home.deliverAll();
      home.forward(lastsMs);
      home.resolve();
      home.act("close");
      home.forward(hours(8));
      return whyOf(home, "first").times;
    };
    assert.equal(silent(0, true, minutes(6)), 1);
    assert.equal(silent(0, true, minutes(4)), 0, "others were quicker");
    assert.equal(silent(hours(11), true, minutes(6)), 0, "23:00");
    assert.equal(silent(0, false, minutes(6)), 0, "it never left");
  });

  it("fades: old counts are halved, and stay a share of what counts", () => {
    const home = homeOf(both);
    for (let alarm = 0; alarm < 50; alarm++) episode(home, comes(home, "first"));
    const { came, times } = whyOf(home, "first");
    assert.ok(came === times && times > 15 && times <= 40, `${came} of ${times}`);
  });
});

describe("The load of alarms", () => {
  it("goes round among the equally near; who was asked lately still goes before a stranger", () => {
    const home = homeOf({ first: SAME_FLOOR, second: SAME_FLOOR, far: FAR }, { first: 1 });
    assert.deepEqual(asked(home), ["first"]);
    assert.deepEqual(asked(home, "cafe"), ["second"]);
    home.resolve();
    home.act("resolve", { alarm: home.alarms[0]!.id, outcome: "ok-accidental" });
    home.forward(minutes(40));
    assert.deepEqual(asked(home, "cafe"), ["first"]);
    assert.equal(home.offer("first").why!.askedLately, true);
  });

  it("wears off in two hours", () => {
    const home = homeOf({ first: SAME_FLOOR, second: SAME_FLOOR }, { first: 1 });
    episode(home, () => home.answer("first", "decline"));
    assert.deepEqual(asked(home), ["first"]);
    assert.equal(home.offer("first").why!.askedLately, false);
  });

  it("asks those last who are on the way to another alarm, however near, until that one ends", () => {
    const home = homeOf({ near: SAME_FLOOR, far: FAR });
    asked(home);
    const first = home.alarm;
    home.answer("near", "accept");
    home.forward(seconds(30));
    assert.deepEqual(asked(home, "cafe"), ["far", "near"]);
    assert.equal(home.offer("near").why!.busy, true);
    home.resolve();
    home.act("resolve", { alarm: first.id, outcome: "ok-accidental" });
    home.forward(hours(4));
    assert.deepEqual(asked(home, "cafe"), ["near", "far"]);
  });
});

describe("The reason for the order", () => {
  it("stands in the alarm, in figures and in both languages", () => {
    const home = homeOf({ near: ["A", "1", "302"], across: ["B", "1", "101"], far: FAR });
    episode(home, () => {
      for (const answer of ["accept", "arrive", "done"] as const) home.answer("near", answer);
    });
    asked(home);
    const { offers } = viewAlarm(home.state, home.alarm);
    assert.deepEqual(
      offers.filter(({ leg }) => leg === "volunteers").map(({ why }) => [why!.en, why!.zh]),
      [
        [
          "asked first: same building, same entrance, 2 floors apart, came 1 of 1",
          "第 1 个询问：同楼同单元，隔 2 层，1 次来了 1 次",
        ],
        ["asked second: about 200 m on foot, no record yet", "第 2 个询问：步行约 200 米，尚无记录"],
        ["asked third: distance not known, no record yet", "第 3 个询问：距离未知，尚无记录"],
      ],
    );
    const { zh: _, en: __, ...figures } = offers[0]!.why!;
    assert.deepEqual(figures, {
      turn: 1,
      place: "same-unit",
      floorsApart: 2,
      metres: null,
      seconds: 100,
      came: 1,
      times: 1,
      askedLately: false,
      busy: false,
    });
  });

  it("names nobody and no house in the journal", () => {
    const home = homeOf({ v1: ["幸福里", "东门", "302"] });
    asked(home);
    const bodies = home.events.filter((event) => !("personal" in event)).map((event) => JSON.stringify(event));
    assert.ok(bodies.some((body) => body.includes('"why"')));
    assert.deepEqual(
      bodies.filter((body) => /幸福里|东门|302/.test(body)),
      [],
    );
  });

  it("is the same after a restart, whether from the journal or from a snapshot; an old snapshot has no history", () => {
    const home = homeOf({ first: SAME_FLOOR, second: SAME_FLOOR });
    episode(home, () => {
      for (const answer of ["accept", "arrive", "done"] as const) home.answer("second", answer);
    });
    assert.deepEqual([...home.folded.history.values()], [...home.state.history.values()]);
    const { history: _, ...old } = JSON.parse(writeState(home.state)) as Record<string, unknown>;
    assert.deepEqual([...readState(JSON.stringify(old), GATEWAY_ID).history.values()], []);
    home.restart();
    assert.deepEqual(asked(home), ["second", "first"]);
  });
});
