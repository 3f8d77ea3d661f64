import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import mqtt, { type MqttClient } from "mqtt";
import { freePorts } from "../support/free-ports.ts";
import { ONE_STEP_POLICIES, RealSite } from "../support/real-site.ts";
import { until } from "../support/until.ts";

interface Node {
  readonly id: string;
  readonly type: string;
  func?: string;
  timeout?: number;
}

/** Node-RED takes a second or two to come up, on a busy machine much longer. */
const UP_MAX_MS = 60_000;

describe("flows in Node-RED beside the gateway", function () {
  this.timeout(240_000);
  let site: RealSite;
  let lamp: MqttClient;
  const told: { topic: string; payload: string }[] = [];

  beforeEach(async () => {
    site = await RealSite.make({ policies: ONE_STEP_POLICIES });
    await site.importPeople();
    const [port] = await freePorts(1);
    site.configure({ flows: { enabled: true, listen: `127.0.0.1:${port}`, memoryMb: 128 } });
    told.length = 0;
  });
  afterEach(async () => {
    await lamp?.endAsync(true);
    await site.dispose();
  });

  const folder = (): string => join(site.data, "flows");
  const pid = (): number =>
    existsSync(join(folder(), "pid")) ? Number(readFileSync(join(folder(), "pid"), "utf8")) : -1;

  async function faultOfFlows(): Promise<string | undefined> {
    const { faults } = await site.json<{ faults: { key: string; detail: string }[] }>("faults");
    return faults.find(({ key }) => key === "flows")?.detail;
  }

  /** A bridge to lights, on an account of its own. */
  async function listen(): Promise<void> {
    const { user, password } = await site.json<{ user: string; password: string }>(
      "accounts",
      "add",
      `hall-${told.length}`,
      "--bridge",
      "lights",
    );
    lamp = await mqtt.connectAsync(site.mqttUrl, { username: user, password });
    lamp.on("message", (topic, payload) => told.push({ topic, payload: payload.toString() }));
    await lamp.subscribeAsync("okc/lights/#");
  }

  /** What the light of r-3's building was told last. */
  const light = (): string | undefined => told.findLast(({ topic }) => topic === "okc/lights/2号楼/set")?.payload;
  const expectLight = (state: "ON" | "OFF"): Promise<true> =>
    until(`the light to be ${state}, it is ${light()}`, () => light() === `{"state":"${state}"}`, UP_MAX_MS);

  async function pressed(): Promise<string> {
    const pendant = await site.mqttPendant("p-17");
    const known = site.receiver.events.length;
    await pendant.heard(pendant.press().counter);
    await until("the hotline", () => site.receiver.events.slice(known).some(({ event }) => event === "101"), 20_000);
    const [alarm] = await site.untilAlarms("the alarm", (alarms) => alarms.length === 1);
    return alarm!.id;
  }

  const resolve = async (id: string): Promise<void> =>
    void assert.equal((await site.okc("resolve", id, "--outcome", "helped-on-site", "--as", "王芳")).code, 0);

  /** Another function in the place of the shipped one. */
  function program(func: string): void {
    const file = join(folder(), "flows.json");
    const flows = JSON.parse(readFileSync(file, "utf8")) as Node[];
    const node = flows.find(({ type }) => type === "function")!;
    node.func = func;
    node.timeout = 0;
    writeFileSync(file, JSON.stringify(flows));
  }

  const answers = (): number => site.log.split("flows: Node-RED answers").length - 1;

  /** It has answered more often than `known` times, and nothing says that it is down. */
  async function isUp(known: number): Promise<void> {
    await until("Node-RED to answer", () => answers() > known, UP_MAX_MS);
    for (const end = performance.now() + UP_MAX_MS; (await faultOfFlows()) !== undefined;)
      if (performance.now() > end) throw new Error(`the flows stay down: ${await faultOfFlows()}`);
  }

  it("the light of the building goes on at an emergency and off when it is resolved, over a restart of either side", async () => {
    await site.start();
    await listen();
    const id = await pressed();
    await expectLight("ON");
    const known = answers();
    process.kill(pid(), "SIGKILL");
    await isUp(known);
    await resolve(id);
    await expectLight("OFF");

    const again = await pressed();
    await expectLight("ON");
    await lamp.endAsync(true);
    await site.kill();
    told.length = 0;
    await site.start();
    await listen();
    await expectLight("ON");
    await resolve(again);
    await expectLight("OFF");
  });

  const ended = (how: RegExp): Promise<true> => until(`the log to say ${how}`, () => how.test(site.log), UP_MAX_MS * 2);

  it("one that loops for ever delays no press; it is ended, said to be down, and started again", async () => {
    await programmed('if (JSON.parse(msg.payload).state === "alerting") while (true) {}');
    const known = answers();
    await pressed();
    const id = await pressedAgain();
    await ended(/flows: Node-RED does not answer; a flow may loop for ever/);
    await resolve(id);
    await isUp(known);
  });

  it("one that takes all memory ends itself, not the gateway", async () => {
    await programmed(
      'if (JSON.parse(msg.payload).state !== "alerting") return;' +
        "const all = []; for (;;) all.push(new Array(100000).fill(Math.random()));",
    );
    const known = answers();
    await pressed();
    const id = await pressedAgain();
    await ended(/flows: (Node-RED ended with signal|a flow used more memory)/);
    await resolve(id);
    await isUp(known);
  });

  it("its account reads alarms and writes lights, and nothing else", async () => {
    await site.start();
    const { user, password } = await site.json<{ user: string; password: string }>(
      "accounts",
      "add",
      "other-flows",
      "--bridge",
      "flows",
    );
    lamp = await mqtt.connectAsync(site.mqttUrl, { username: user, password });
    const granted = await Promise.all(
      ["okc/alarms/#", "okc/+/up", "okc/lights/#", "#"].map((topic) =>
        lamp.subscribeAsync(topic).then(
          () => true,
          () => false,
        ),
      ),
    );
    assert.deepEqual(granted, [true, false, false, false]);
    await lamp.publishAsync("okc/p-17/up", JSON.stringify({ v: 1, kind: "emergency", ctr: 9_999 }), { qos: 1 });
    assert.deepEqual(await site.alarms(), []);
  });

  /** The gateway runs with this function in the place of the shipped one, and Node-RED is up. */
  async function programmed(func: string): Promise<void> {
    await site.start();
    await isUp(0);
    await site.stop();
    program(func);
    const known = answers();
    await site.start();
    await isUp(known);
  }

  /** The same alarm, while the flow is busy: the pendant is told *heard* as before. */
  async function pressedAgain(): Promise<string> {
    const pendant = await site.mqttPendant("p-17");
    await pendant.heard(pendant.press().counter);
    return (await site.untilAlarms("the alarm", ([alarm]) => alarm?.presses.length === 2))[0]!.id;
  }
});
