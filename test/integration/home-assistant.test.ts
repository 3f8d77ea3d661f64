import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { seconds } from "../../gateway/core/units.ts";
import { FakeHomeAssistant } from "../support/home-assistant.ts";
import { expectHelpCalled } from "../support/home-facts.ts";
import { Home, type HomeOptions } from "../support/home.ts";
import { Mosquitto } from "../support/mosquitto.ts";
import { until } from "../support/until.ts";

/** Time that the gateway is given, a little at a time: it and the broker take it in their own pace. */
const TURN_MS = 200;
const TURNS_MAX = 400;

const BEEF = /okc:0000beef$/;

for (const kind of ["the gateway's own broker", "another broker"] as const)
  describe(`Home Assistant on ${kind}`, function () {
    this.timeout(60_000);
    const isOwn = kind === "the gateway's own broker";
    let home: Home;
    let ha: FakeHomeAssistant;
    let mosquitto: Mosquitto | null = null;

    async function build(names = false, options: HomeOptions = {}): Promise<void> {
      mosquitto = isOwn ? null : await new Mosquitto().start();
      const homeAssistant = { prefix: "homeassistant", names };
      home = await Home.build({ ...options, homeAssistant, ...(mosquitto && { brokerUrl: mosquitto.url }) });
      const login = isOwn ? await account() : {};
      ha = await FakeHomeAssistant.connect(home.mqttUrl, login);
    }

    const account = async (): Promise<object> => {
      const { user, password } = await home.running!.site.office.addAccount("ha", "homeassistant");
      return { username: user, password };
    };

    /** The feed waits for the clock; the broker for nobody. */
    const soon = async (what: string, is: () => boolean): Promise<void> => {
      for (let turn = 0; turn < TURNS_MAX; turn++) {
        if (is()) return;
        await home.forward(TURN_MS);
        await pause(2);
      }
      assert.fail(`waited in vain for ${what}`);
    };

    afterEach(async () => {
      await ha.stop();
      await home.leave();
      await mosquitto?.close();
      assert.deepEqual(ha.faults, []);
    });

    it("shows every device and the gateway's health by themselves, with nothing unknown said to be well", async () => {
      await build();
      await soon(
        "all devices",
        () => ha.devices.filter((name) => /:/.test(name)).length === [...home.state.enrolled.values()].length,
      );
      assert.equal(ha.stateOf(BEEF, "设备状态"), "unproved");
      assert.equal(ha.stateOf(BEEF, "在线"), "unknown");
      assert.equal(ha.stateOf(BEEF, "电量"), "unknown");
      assert.equal(ha.stateOf(BEEF, "最近信号"), "unknown");
      assert.equal(ha.stateOf(BEEF, "警情"), "none");
      const gateway = new RegExp(`^${home.config.site.name}$`);
      await soon("the gateway", () => ha.stateOf(gateway, "热线连接") === "ON");
      assert.equal(ha.stateOf(gateway, "日志库故障"), "OFF");
      assert.match(ha.stateOf(gateway, "版本")!, /^\d+\.\d+/);
    });

    it("hears a call once, sees the alarm's life, and is told of no name", async () => {
      await build();
      await soon("the pendant", () => ha.stateOf(BEEF, "警情") === "none");
      home.pendant("beef").press();
      await expectHelpCalled(home, "001");
      await soon("the alarm", () => ha.stateOf(BEEF, "警情") === "alerting");
      assert.deepEqual(
        ha.calls.map(({ type }) => type),
        ["emergency"],
      );
      assert.equal(ha.stateOf(BEEF, "在线"), "ON");
      await home.act("take", "王芳");
      await soon("its owner", () => ha.stateOf(BEEF, "警情") === "owned");
      ha.clear();
      await ha.birth();
      await soon("everything anew", () => ha.received.some((topic) => topic.endsWith("/config")));
      assert.deepEqual(ha.calls, [], "an old call is not told as a new one");
      const said = JSON.stringify([...ha.entities.values(), ...ha.texts.values()]);
      for (const { name, phone } of home.state.residents.values())
        assert.ok(!said.includes(name) && (phone === "" || !said.includes(phone)), name);
      await home.act("resolve", "王芳", { outcome: "ok-accidental" });
      await soon("the end", () => ha.stateOf(BEEF, "警情") === "resolved");
    });

    it("shows names where the site says so", async () => {
      await build(true);
      const { name } = home.state.residents.get("r-1")!;
      await soon("a name", () => ha.devices.some((device) => device.startsWith(name) && BEEF.test(device)));
    });

    it("is told of a device at most once a second, however often it speaks", async () => {
      await build();
      await soon("the pendant", () => ha.stateOf(BEEF, "警情") === "none");
      const topic = [...ha.entities.values()].find(
        ({ device, name }) => BEEF.test(device.name) && name === "警情",
      )!.state_topic;
      await home.forward(seconds(2));
      ha.clear();
      for (let n = 0; n < 30; n++) {
        home.pendant("beef").heartbeat();
        await home.forward(100);
      }
      await soon("the last of them", () => ha.stateOf(BEEF, "最近信号") !== "unknown");
      const told = ha.received.filter((one) => one === topic).length;
      assert.ok(told >= 2 && told <= 5, String(told));
    });

    it("forgets a device that is retired, also after a restart, and shows when the gateway is away", async () => {
      await build();
      await soon("the pendant", () => ha.stateOf(BEEF, "警情") === "none");
      await home.deviceAct("suspend", "okc:0000beef");
      await soon("its state", () => ha.stateOf(BEEF, "设备状态") === "suspended");
      await home.deviceAct("retire", "okc:0000beef");
      await soon("its going", () => !ha.devices.some((name) => BEEF.test(name)));
      await home.stop();
      if (!isOwn) await until("unavailable", () => ha.stateOf(/okc:0000cafe$/, "警情") === "unavailable");
      await home.start();
      await soon("the others", () => ha.stateOf(/okc:0000cafe$/, "警情") === "none");
      assert.ok(!ha.devices.some((name) => BEEF.test(name)));
    });

    it("shows a pendant that left, a fault of the gateway, and when both are over", async () => {
      await build();
      home.pendant("beef").press();
      await expectHelpCalled(home, "001");
      await soon("the pendant", () => ha.stateOf(BEEF, "在线") === "ON");
      const { app } = home.running!.site;
      app.raiseFault("left:okc:0000beef", "device-left", "it left");
      await home.expectHotline("381");
      await soon("its state", () => ha.stateOf(BEEF, "设备状态") === "silent");
      assert.deepEqual([ha.stateOf(BEEF, "在线"), ha.stateOf(BEEF, "故障")], ["OFF", "ON"]);
      const gateway = new RegExp(`^${home.config.site.name}$`);
      await soon("the gateway's fault", () => ha.stateOf(gateway, "故障") === "ON");
      app.clearFault("left:okc:0000beef", "it is back");
      await home.expectHotline("381", 3);
      await soon("the end", () => ha.stateOf(BEEF, "故障") === "OFF" && ha.stateOf(gateway, "故障") === "OFF");
    });

    if (isOwn)
      it("may publish nothing but that it has come up", async () => {
        await build();
        await soon("the pendant", () => ha.stateOf(BEEF, "警情") === "none");
        const before = ha.texts.size;
        await ha.publish("okc/ha/x/state", "{}");
        await ha.publish("homeassistant/sensor/okc_x/y/config", "{}");
        await ha.publish("okc/beef/up", "{}");
        await home.forward(seconds(1));
        assert.equal(ha.texts.size, before);
        assert.deepEqual(home.alarms(), []);
      });
  });
