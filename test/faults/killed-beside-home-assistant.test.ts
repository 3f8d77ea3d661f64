import assert from "node:assert/strict";
import { FakeHomeAssistant } from "../support/home-assistant.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { RealSite } from "../support/real-site.ts";
import { until } from "../support/until.ts";

const UP_MAX_MS = 30_000;
const BEEF = /okc:0000beef$/;

describe("A gateway that is killed, beside Home Assistant on another broker", function () {
  this.timeout(120_000);
  let site: RealSite;
  let broker: Mosquitto;
  let ha: FakeHomeAssistant;

  beforeEach(async () => {
    broker = await new Mosquitto().start();
    site = await RealSite.make();
    await site.importPeople();
    site.configure({ broker: { url: broker.url }, homeAssistant: { prefix: "home" } });
    ha = await FakeHomeAssistant.connect(broker.url, {}, "home");
  });
  afterEach(async () => {
    await ha.stop();
    await site.dispose();
    await broker.close();
  });

  it("is shown as unavailable by its last will, and is there again with its next life", async () => {
    await site.start();
    await until("the pendant", () => ha.stateOf(BEEF, "设备状态") === "unproved", UP_MAX_MS);
    await site.kill();
    await until("its absence", () => ha.stateOf(BEEF, "设备状态") === "unavailable", UP_MAX_MS);
    await site.start();
    await until("its return", () => ha.stateOf(BEEF, "设备状态") === "unproved", UP_MAX_MS);
    await site.stop();
    await until("its end", () => ha.stateOf(BEEF, "设备状态") === "unavailable", UP_MAX_MS);
    assert.deepEqual(ha.faults, []);
  });
});
