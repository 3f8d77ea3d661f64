import assert from "node:assert/strict";
import { WalkMeter, WALK_PRESSES_MAX } from "../../gateway/app/walk-meter.ts";
import { judgeWalk, type RangeResult, type WalkHearing, type WeakBelow } from "../../gateway/core/range-walk.ts";
import type { Report } from "../../gateway/core/report.ts";
import type { Recurrence } from "../../gateway/core/input.ts";
import { REAL_WITHIN_MS } from "../../gateway/core/test-mode.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { device } from "../support/core-community.ts";
import { CoreHome } from "../support/core-home.ts";

const on = (line: string, rssiDbm: number | null, copies = 1, linkQuality: number | null = null): WalkHearing => ({
  line,
  rssiDbm,
  linkQuality,
  copies,
});

function judged(
  places: Readonly<Record<string, readonly WalkHearing[] | null>>,
  weakBelow: WeakBelow | null = null,
): RangeResult {
  let number = 0;
  const rows = Object.entries(places).map(([place, heard]) => ({
    place,
    press: heard === null ? null : ++number,
    heard: heard ?? [],
  }));
  return judgeWalk(rows, weakBelow);
}

const short = ({ basis, weakest, verdict }: RangeResult): readonly unknown[] => [basis, weakest, verdict];

describe("What a range walk comes to", () => {
  it("is the weakest place by the best receiver of each, and a verdict by the definition's figure", () => {
    const places = { 卧室: [on("a", -60), on("b", -90)], 浴室: [on("a", -96), on("b", -88)], 厨房: [on("a", -70)] };
    assert.deepEqual(short(judged(places, { rssiDbm: -85 })), ["rssi", "浴室", "weak"]);
    assert.deepEqual(short(judged(places, { rssiDbm: -95 })), ["rssi", "浴室", "good"]);
    assert.deepEqual(short(judged(places)), ["rssi", "浴室", "unknown"]);
  });

  it("is by the quality of the link where no strength is said", () => {
    const places = { 卧室: [on("z", null, 1, 120)], 浴室: [on("z", null, 1, 30)] };
    assert.deepEqual(short(judged(places, { linkQuality: 40 })), ["link-quality", "浴室", "weak"]);
  });

  it("makes up no strength: copies are compared where the bridge says nothing", () => {
    const result = judged({ 卧室: [on("r", null, 6)], 浴室: [on("r", null, 2)] }, { rssiDbm: -85 });
    assert.deepEqual(short(result), ["copies", "浴室", "unknown"]);
    assert.ok(result.places.every(({ rssiDbm }) => rssiDbm === null));
    assert.equal(judged({ 卧室: [on("r", null, 2)], 浴室: [on("r", null, 2)] }).weakest, null);
  });

  it("is that a place was not heard, before anything else", () => {
    assert.deepEqual(short(judged({ 卧室: [on("a", -60)], 阳台: null }, { rssiDbm: -85 })), [
      "rssi",
      "阳台",
      "not-heard",
    ]);
    assert.deepEqual(short(judged({})), ["copies", null, "unknown"]);
  });
});

/** A button of a radio without keys, in a walk. */
class WalkHome extends CoreHome {
  readonly meter = new WalkMeter([]);

  constructor() {
    super();
    const button = { ...device("a1", "r1"), id: "radio:a1", bridge: "radio" };
    this.decide({ type: "save", events: [button] });
    assert.deepEqual(this.deviceAct("walk", { device: "radio:a1", forMs: minutes(10) }), { ok: true, changed: true });
    this.clear();
  }

  hears(more: Partial<Report> = {}, recurrence?: Recurrence): void {
    const line = { bridge: "radio", line: "433", proof: "none", press: "1", repeatMs: 3_000, counter: null } as const;
    const decision = this.report("other", { address: "a1", ...line, ...more }, null, recurrence);
    this.meter.note({ address: "a1", ...line, ...more, receivedAt: this.now } as Report, decision);
  }

  get presses() {
    return this.meter.of("radio:a1")?.presses ?? [];
  }
}

describe("A device in a range walk", () => {
  it("is measured, press by press with its copies and receivers, and nobody is told", () => {
    const home = new WalkHome();
    home.hears({ rssiDbm: -70 });
    home.hears({ rssiDbm: -66 }, { sinceMs: 200, runMs: 200 });
    home.hears({ rssiDbm: -90, line: "434" }, { sinceMs: 100, runMs: 300 });
    home.forward(REAL_WITHIN_MS + seconds(5));
    home.hears({ rssiDbm: -80 }, { sinceMs: 25_000, runMs: 0 });
    assert.deepEqual(
      home.presses.map(({ number, heard }) => [number, heard]),
      [
        [1, [on("433", -66, 2), on("434", -90)]],
        [2, [on("433", -80)]],
      ],
    );
    assert.deepEqual([home.alarms, home.effects, [...home.state.tests.values()]], [[], [], []]);
  });

  it("pressed twice within 20 s is real, and the walk is over", () => {
    const home = new WalkHome();
    home.hears();
    home.forward(seconds(10));
    home.hears({}, { sinceMs: 10_000, runMs: 0 });
    assert.equal(home.alarm.presses.length, 2);
    assert.equal(home.state.testModes.get("radio:a1"), undefined);
  });

  it("ends by itself, and a press is real from then on", () => {
    const home = new WalkHome();
    home.forward(minutes(10));
    home.hears();
    assert.equal(home.alarm.resident, "r1");
    assert.deepEqual(home.presses, []);
  });

  it("begins anew with each walk, and keeps no more presses than a person makes", () => {
    const home = new WalkHome();
    home.hears();
    home.deviceAct("end-test", { device: "radio:a1" });
    home.forward(minutes(1));
    home.deviceAct("walk", { device: "radio:a1", forMs: minutes(10) });
    assert.deepEqual(home.meter.started(home.state, "radio:a1")!.presses, []);
    const decision = { ...home.last!, heard: "counted" as const };
    const report = { bridge: "radio", address: "a1", line: "433", press: "1", proof: "none", receivedAt: home.now };
    for (let times = 0; times < WALK_PRESSES_MAX + 5; times++) home.meter.note(report as Report, decision);
    assert.equal(home.presses.length, WALK_PRESSES_MAX);
  });
});
