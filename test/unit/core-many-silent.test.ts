import assert from "node:assert/strict";
import { dueKeys } from "../../gateway/core/due.ts";
import type { DirectoryEvent } from "../../gateway/core/events.ts";
import { noteAll } from "../../gateway/core/state.ts";
import { conditionOf } from "../../gateway/core/supervision.ts";
import { days, hours, minutes } from "../../gateway/core/units.ts";
import { SILENT_ROWS_MAX } from "../../gateway/core/watch.ts";
import { COMMUNITY, device } from "../support/core-community.ts";
import { CoreHome } from "../support/core-home.ts";

const conditionIn = (home: CoreHome, id: string): string =>
  conditionOf(home.state, home.state.enrolled.get(id)!, home.now);
const faultKeys = (home: CoreHome): string[] => [...home.state.faults.values()].map(({ key }) => key);
const heartbeat = (home: CoreHome, address: string): void => void home.report("heartbeat", { address }, hours(2));

describe("After a very long downtime", () => {
  const ids = Array.from({ length: 1_000 }, (_, n) => `f${n}`);

  const wakened = (): CoreHome => {
    const home = new CoreHome({ people: [...COMMUNITY, ...ids.map((id) => device(id, "r1"))] });
    for (const id of ids) heartbeat(home, id);
    home.forward(minutes(1));
    home.press({ address: "cafe" });
    home.now += days(40);
    home.clear();
    noteAll(home.state);
    return home;
  };

  it("a thousand devices that are overdue at once are a few rows and as many reports to the hotline", () => {
    const home = wakened();
    home.restart();
    while (home.state.agenda.next()! <= home.now) home.runDue();
    const keys = faultKeys(home);
    assert.equal(keys.filter((key) => key.startsWith("silent:")).length, SILENT_ROWS_MAX);
    assert.deepEqual(keys.filter((key) => !key.startsWith("silent:")).sort(), ["quiet:ttyUSB0", "tests-overdue"]);
    const told = home.kinds.filter((kind) => kind === "fault-report-queued").length;
    assert.ok(told <= keys.length, `${told} reports of ${keys.length} rows`);
    assert.equal(home.alarms.length, 1);
    assert.ok(ids.every((id) => conditionIn(home, `okc:${id}`) === "silent"));
    for (const id of ids) heartbeat(home, id);
    assert.deepEqual(faultKeys(home), ["tests-overdue"]);
  });

  it("the open alarm is the first of all that is due, though devices are due since long before", () => {
    const home = wakened();
    const first = dueKeys(home.state, home.now, 200);
    assert.equal(first[0], `alarm ${home.alarm.id}`);
    assert.equal(first.length, 200);
  });

  it("a press among them calls for help as ever", () => {
    const home = wakened();
    for (const key of dueKeys(home.state, home.now, 200)) home.decide({ type: "due", key });
    home.clear();
    home.press();
    assert.equal(home.left.filter((one) => one.startsWith("hotline 101")).length, 1, home.left.join());
    assert.ok(home.offers("volunteers").length > 0);
  });
});

describe("Devices whose bridge says itself that it does not hear them", () => {
  const each = Array.from({ length: 9 }, (_, n) => n);
  const radio = (n: number): DirectoryEvent => {
    const said = { address: `b${n}`, resident: "r1", means: "emergency", label: "", location: "" } as const;
    return { kind: "device-saved", id: `zigbee2mqtt:b${n}`, bridge: "zigbee2mqtt", ...said };
  };
  const lose = (home: CoreHome, n: number, how: "left" | "unavailable" = "unavailable"): void =>
    void home.decide({ type: "device-lost", bridge: "zigbee2mqtt", address: `b${n}`, how });
  const hear = (home: CoreHome, n: number): void => {
    const over = { bridge: "zigbee2mqtt", proof: "bridge", counter: null, line: "broker" } as const;
    home.report("heartbeat", { ...over, address: `b${n}` });
  };
  const homeOf = (devices: readonly DirectoryEvent[]): CoreHome => new CoreHome({ people: [...COMMUNITY, ...devices] });

  it("are a few rows and one for the rest, each over when it is heard again", () => {
    const home = homeOf(each.map(radio));
    for (const n of each) hear(home, n);
    for (let times = 0; times < 2; times++) for (const n of each) lose(home, n);
    const own = faultKeys(home).filter((key) => key.startsWith("silent:"));
    assert.deepEqual([own.length, faultKeys(home).length], [SILENT_ROWS_MAX, SILENT_ROWS_MAX + 1]);
    assert.ok(faultKeys(home).includes("quiet:broker"));
    assert.ok(each.every((n) => conditionIn(home, `zigbee2mqtt:b${n}`) === "silent"));
    for (const n of each) hear(home, n);
    assert.deepEqual(faultKeys(home), []);
  });

  it("are a few rows where none was ever heard, and stay unproved", () => {
    const home = homeOf(each.map(radio));
    for (const n of each) lose(home, n);
    assert.equal(faultKeys(home).length, SILENT_ROWS_MAX);
    assert.ok(each.every((n) => conditionIn(home, `zigbee2mqtt:b${n}`) === "unproved"));
    for (const n of each) hear(home, n);
    assert.deepEqual(faultKeys(home), []);
  });

  it("are no fault where nobody relies on them any more", () => {
    const home = homeOf([radio(0)]);
    hear(home, 0);
    home.deviceAct("retire", { device: "zigbee2mqtt:b0" });
    lose(home, 0);
    lose(home, 0, "left");
    assert.deepEqual(faultKeys(home), []);
  });
});
