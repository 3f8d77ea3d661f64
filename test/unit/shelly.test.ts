import assert from "node:assert/strict";
import type { Decoded, DecodedReport } from "../../gateway/core/definition.ts";
import { shellyGen1Definition } from "../../devices/mqtt/shelly-gen1.ts";
import { shellyGen2Definition } from "../../devices/mqtt/shelly-gen2.ts";

const gen1 = shellyGen1Definition("shellies");
const gen2 = shellyGen2Definition("");

const reportsOf = (decoded: Decoded): readonly DecodedReport[] => {
  assert.ok(decoded.type === "reports", JSON.stringify(decoded));
  return decoded.reports;
};
const hear1 = (topic: string, text: string): Decoded => gen1.decode(`shellies/${topic}`, Buffer.from(text));
const hear2 = (topic: string, value: unknown): Decoded =>
  gen2.decode(topic, Buffer.from(typeof value === "string" ? value : JSON.stringify(value)));
const events = (...list: readonly object[]): object => ({
  src: "shelly-1",
  method: "NotifyEvent",
  params: { events: list },
});
const told = (decoded: Decoded): string =>
  reportsOf(decoded)
    .map(({ address, press }) => `${address} ${press}`)
    .join(", ");

describe("A Shelly of the first generation", () => {
  it("tells battery and signal in its info, and what is no event of an input is none", () => {
    const info = '{"wifi_sta":{"connected":true,"rssi":-61},"bat":{"value":77,"voltage":3.9},"inputs":[{"event":"S"}]}';
    const [report] = reportsOf(hear1("shellybutton1-AA/info", info));
    assert.deepEqual([report!.batteryPct, report!.rssiDbm, report!.press], [77, -61, null]);
    for (const text of ["", "null", '{"event":5}', "[]"]) assert.equal(hear1("s/input_event/0", text).type, "rejected");
    assert.equal(hear1("s/input_event/x", '{"event":"S"}').type, "rejected");
    assert.equal(reportsOf(hear1("s/sensor/battery", "unknown"))[0]!.batteryPct, null);
    assert.equal(gen1.decode("shellies", Buffer.from("x")).type, "rejected");
  });

  it("a count tells presses apart for as long as a mains device repeats it; a battery button's for moments", () => {
    const windowOf = (id: string): number =>
      reportsOf(hear1(`${id}/input_event/0`, '{"event":"S","event_cnt":1}'))[0]!.repeatMs!;
    assert.ok(windowOf("shelly1-AA") > 24 * 60 * 60_000);
    assert.ok(windowOf("shellybutton1-AA") <= 10_000);
  });

  it("mains devices are lost with their last will, sleepers are not", () => {
    assert.equal(hear1("shellyix3-AA/online", "false").type, "lost");
    for (const id of ["shellybutton1-AA", "shellyht-AA", "shellydw2-AA"])
      assert.equal(hear1(`${id}/online`, "false").type, "nothing");
    assert.equal(gen1.interestIn("shellies/a/online"), "standing");
    assert.equal(gen1.interestIn("shellies/a/input_event/0"), "report");
  });
});

describe("A Shelly of the second generation", () => {
  it("stands anywhere, or below a base", () => {
    assert.deepEqual(gen2.reportFilters, ["+/events/rpc", "+/online"]);
    const house = shellyGen2Definition("house/1");
    assert.deepEqual(house.reportFilters, ["house/1/+/events/rpc", "house/1/+/online"]);
    assert.equal(house.addressOf("house/1/hall/online"), "hall");
    assert.equal(house.addressOf("hall/online"), null);
    assert.equal(gen2.normalizeAddress("AA-BB-CC-00-11-22"), "aa:bb:cc:00:11:22");
    assert.equal(gen2.normalizeAddress("Hall:bthomedevice:200"), "Hall:bthomedevice:200");
  });

  it("several events of one message are each heard, the presses before the rest", () => {
    const input = { component: "input:1", id: 1 };
    const heard = hear2(
      "hall/events/rpc",
      events({ ...input, event: "btn_up" }, { ...input, event: "triple_push", ts: 2 }),
    );
    assert.equal(told(heard), "hall 1-triple_push, hall null");
    assert.ok(reportsOf(heard)[1]!.released!.includes("1-long_push"));
    assert.equal(told(hear2("hall/events/rpc", events({ component: "sys", event: "ota_progress" }))), "hall null");
    assert.equal(hear2("hall/events/rpc", events()).type, "nothing");
  });

  it("BLU buttons by a script: each key of a remote, beacons, and what is encrypted", () => {
    const blu = (data: object): object => events({ component: "script:2", event: "shelly-blu", data, ts: 1 });
    const remote = { address: "aa:bb:cc:00:11:22", pid: 3, battery: 90, rssi: -70 };
    assert.equal(
      told(hear2("g/events/rpc", blu({ ...remote, button: [0, 0, 4, 0] }))),
      "aa:bb:cc:00:11:22 2-long_push",
    );
    const [beacon] = reportsOf(hear2("g/events/rpc", blu({ ...remote, button: 0 })));
    assert.deepEqual([beacon!.kind, beacon!.press, beacon!.batteryPct], ["heartbeat", null, 90]);
    assert.equal(told(hear2("g/events/rpc", blu({ ...remote, encryption: true, button: 1 }))), "g null");
    const [one, two] = ["g1", "g2"].map(
      (gateway) => reportsOf(hear2(`${gateway}/events/rpc`, blu({ ...remote, button: 1 })))[0]!,
    );
    assert.deepEqual([one!.address, one!.press, one!.mark], [two!.address, two!.press, two!.mark]);
  });

  it("BLU buttons by the makers' gateway script, and their state", () => {
    const data = { device: "shellyblubutton1-aabbcc001122", value: 2, event: "double_press" };
    assert.equal(
      told(hear2("g/events/rpc", events({ component: "blu", event: "button", data }))),
      `${data.device} double_push`,
    );
    const params = { ts: 1, blu: { [data.device]: { battery: 80, rssi: -50, button: 2 } } };
    const [own, blu] = reportsOf(hear2("g/events/rpc", { src: "g", method: "NotifyStatus", params }));
    assert.deepEqual(
      [own!.address, blu!.address, blu!.press, blu!.batteryPct, blu!.rssiDbm],
      ["g", data.device, null, 80, -50],
    );
  });

  it("status: its battery and signal, its start, and answers to somebody else", () => {
    const params = { ts: 1, "devicepower:0": { battery: { V: 5.3, percent: 62 } }, wifi: { rssi: -58 } };
    const [report] = reportsOf(hear2("h/events/rpc", { src: "h", method: "NotifyFullStatus", params }));
    assert.deepEqual([report!.kind, report!.batteryPct, report!.rssiDbm], ["heartbeat", 62, -58]);
    assert.equal(hear2("h/events/rpc", { id: 1, src: "h", result: {} }).type, "nothing");
    assert.equal(hear2("h/online", "false").type, "lost");
    assert.equal(hear2("shellyhtg3-aabbcc/online", "false").type, "nothing");
    assert.equal(hear2("h/events/rpc", "[1]").type, "rejected");
  });
});
