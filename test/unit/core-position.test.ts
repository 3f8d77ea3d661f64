import assert from "node:assert/strict";
import { viewAlarm } from "../../gateway/core/alarm-view.ts";
import type { DirectoryEvent, DomainEvent } from "../../gateway/core/events.ts";
import { viewCall } from "../../gateway/core/offer-view.ts";
import { metresBetween, MOVING_EVERY_MS, STAYING_EVERY_MS } from "../../gateway/core/position.ts";
import type { Position, Report } from "../../gateway/core/report.ts";
import { planSalvage } from "../../gateway/core/salvage.ts";
import { evolve } from "../../gateway/core/evolve.ts";
import { readState } from "../../gateway/core/state.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { COMMUNITY, device } from "../support/core-community.ts";
import { CoreHome, GATEWAY_ID } from "../support/core-home.ts";

const WATCH = { ...device("w1", "r1"), id: "watch:w1", bridge: "watch" } as DirectoryEvent;
const SAID = {
  bridge: "watch",
  address: "w1",
  line: "tcp:watch:5093",
  transport: "tcp",
  counter: null,
  ageMs: null,
  proof: "none",
  raw: "[3G*…,29.868421,N,121.543997,E…]",
} as const satisfies Partial<Report>;
const HOME: Position = { lat: 29.868421, lon: 121.543997, isFix: true };
const GUESS: Position = { lat: 29.9, lon: 121.6, isFix: false };

/** So many metres to the north. */
const north = (metres: number, from = HOME): Position => ({ ...from, lat: from.lat + metres / 111_195 });

class Walk extends CoreHome {
  constructor() {
    super({ people: [...COMMUNITY, WATCH] });
  }

  sos(position?: Position): void {
    this.report("emergency", { ...SAID, press: "sos", ...(position && { position }) });
  }

  tell(position: Position): void {
    this.report("other", { ...SAID, press: null, batteryPct: null, position });
  }

  get place(): Partial<Position> | undefined {
    return this.alarm.position;
  }

  get rows(): number {
    return this.kinds.filter((kind) => kind === "alarm-positioned").length;
  }
}

describe("where a wearer is", () => {
  it("stands with the press and with the alarm", () => {
    const walk = new Walk();
    walk.sos(HOME);
    const { position, presses } = viewAlarm(walk.state, walk.alarm);
    const { at, device: by, ...place } = position!;
    assert.deepEqual([place, by, at], [HOME, "watch:w1", new Date(walk.now).toISOString()]);
    assert.deepEqual(presses[0]!.position, HOME);
  });

  it("is in no plain row, nor is the message that has it; without the person's key it is gone", () => {
    const walk = new Walk();
    walk.sos(HOME);
    walk.forward(minutes(2));
    walk.tell(north(80));
    walk.report("tamper", { ...SAID, press: null, position: HOME });
    walk.decide({
      type: "undecided",
      report: {
        ...SAID,
        kind: "fall",
        press: "fall",
        ageAtLeast: false,
        batteryPct: null,
        position: HOME,
        receivedAt: walk.now,
      },
      why: "a rule failed",
    });
    const sealed = walk.events.map(({ ...event }) => ({ ...event, personal: undefined }));
    assert.doesNotMatch(JSON.stringify(sealed), /29\.8|121\.5/);
    const people = walk.events.flatMap((event) =>
      "personal" in event && event.personal ? [event.personal.person] : [],
    );
    assert.ok(people.length >= 5, String(people.length));
    assert.deepEqual([...new Set(people)], ["r1"]);
    const erased = readState(null, GATEWAY_ID);
    for (const event of [...COMMUNITY, WATCH, ...(sealed as DomainEvent[])]) evolve(erased, event);
    const [alarm] = [...erased.alarms.values()];
    assert.equal(alarm!.position, undefined);
    assert.doesNotMatch(JSON.stringify(alarm), /29\.8|121\.5/);
  });

  it("moves with the wearer: a row a minute at most, and a version only where they went further than 50 m", () => {
    const walk = new Walk();
    walk.sos(HOME);
    walk.clear();
    const version = walk.alarm.version;
    for (let n = 1; n <= 20; n++) {
      walk.forward(seconds(10));
      walk.tell(north(20 * n));
    }
    assert.equal(walk.rows, 3);
    assert.equal(walk.alarm.version, version + 3);
    assert.ok(metresBetween(walk.place as Position, north(360)) < 1);
  });

  it("of somebody who stays it is few rows, and nobody is told", () => {
    const walk = new Walk();
    walk.sos(HOME);
    walk.clear();
    const version = walk.alarm.version;
    for (let n = 1; n <= 60; n++) {
      walk.forward(MOVING_EVERY_MS);
      walk.tell(north(n % 2 === 0 ? 20 : 0));
    }
    assert.equal(walk.rows, (60 * MOVING_EVERY_MS) / STAYING_EVERY_MS);
    assert.equal(walk.alarm.version, version);
  });

  it("a fix takes the place of a guess at once, and holds against one for a while", () => {
    const walk = new Walk();
    walk.sos(GUESS);
    walk.forward(seconds(20));
    walk.tell(HOME);
    assert.equal(walk.place!.lat, HOME.lat);
    walk.forward(minutes(5));
    walk.tell(GUESS);
    assert.equal(walk.place!.lat, HOME.lat, "a guess");
    walk.forward(minutes(6));
    walk.tell(GUESS);
    assert.deepEqual([walk.place!.lat, walk.place!.isFix], [GUESS.lat, false]);
  });

  it("told after a press without one it is kept at once, even in a copy of the press", () => {
    const walk = new Walk();
    const repeatMs = seconds(60);
    walk.report("emergency", { ...SAID, press: "sos", repeatMs });
    walk.forward(seconds(5));
    walk.report("emergency", { ...SAID, press: "sos", repeatMs, position: HOME }, null, {
      sinceMs: 5_000,
      runMs: 5_000,
    });
    assert.equal(walk.alarm.presses.length, 1);
    assert.equal(walk.place!.lat, HOME.lat);
  });

  it("is not kept where no alarm is open, nor in an alarm that another device pressed for", () => {
    const walk = new Walk();
    walk.tell(HOME);
    walk.press();
    walk.tell(north(100));
    assert.deepEqual([walk.rows, walk.place], [0, undefined]);
    walk.sos();
    walk.tell(north(100));
    assert.equal(walk.rows, 1);
    walk.resolve();
    walk.clear();
    walk.forward(minutes(20));
    walk.tell(HOME);
    assert.equal(walk.rows, 0);
  });

  it("is for a responder who said yes, while they go", () => {
    const walk = new Walk();
    walk.sos(HOME);
    const [who] = walk.offers("volunteers");
    const seen = (): unknown => viewCall(walk.state, walk.alarm, walk.offer(who!), walk.now).position;
    assert.equal(seen(), undefined);
    walk.answer(who!, "accept");
    assert.deepEqual({ ...(seen() as object), at: null }, { ...HOME, at: null, device: "watch:w1" });
    walk.answer(who!, "decline");
    assert.equal(seen(), undefined);
  });

  it("outlives a damaged journal, sealed anew", () => {
    const walk = new Walk();
    walk.sos(HOME);
    const rows = walk.events.map((event, at) => ({ at: walk.now, record: String(at), event }));
    const directory = [...COMMUNITY, WATCH];
    const found = { gatewayId: GATEWAY_ID, directory, snapshot: null, rows, gap: null } as never;
    const events = planSalvage(found);
    const plain = events.map((event) => ({ ...event, personal: undefined }));
    assert.doesNotMatch(JSON.stringify(plain), /29\.8|121\.5/);
    const state = readState(null, GATEWAY_ID);
    for (const event of events) evolve(state, event);
    const [alarm] = [...state.alarms.values()];
    assert.deepEqual([alarm!.position!.lat, alarm!.presses[0]!.position], [HOME.lat, HOME]);
  });
});
