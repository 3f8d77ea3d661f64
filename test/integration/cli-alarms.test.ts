import assert from "node:assert/strict";
import { once } from "node:events";
import type { AlarmView } from "../../gateway/core/alarm-view.ts";
import { okc, spawnOkc, type Said } from "../support/okc-command.ts";
import { RealSite } from "../support/real-site.ts";
import { capFaults } from "../support/cap.ts";
import { until } from "../support/until.ts";

const ALARM_FIELDS = "id version kind state priority owner flags resident presses times offers deliveries".split(" ");
const PRESS_FIELDS = "at receivedAt device kind counter ageMs transport late unverified".split(" ");
const TIMES = [
  "pressedAt",
  "heardAt",
  "journaledAt",
  "hotlineSentAt",
  "hotlineReceivedAt",
  "firstNotifiedAt",
  "deliveredAt",
  "seenAt",
  "acceptedAt",
  "answeredAt",
  "arrivedAt",
  "resolvedAt",
];
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe("okc with alarms, while the gateway runs", function () {
  this.timeout(60_000);
  let site: RealSite;
  let id: string;

  before(async () => {
    site = await RealSite.make();
    await site.importPeople();
    await site.start();
  });
  after(() => site.dispose());

  const ended = async (...words: string[]): Promise<Said> => {
    const said = await site.okc(...words);
    assert.equal(said.code, 0, said.stderr);
    return said;
  };
  const only = async (state: string): Promise<AlarmView> => {
    const [alarm, ...others] = await site.alarms(state);
    assert.ok(alarm && others.length === 0, `one alarm is ${state}`);
    return alarm;
  };

  it("watch prints what happens as it happens, in lines or as JSON, until it is ended", async () => {
    const watching = [[], ["--json"]].map((more) => spawnOkc(["watch", ...more, "--config", site.configFile]));
    const said = ["", ""];
    watching.forEach((child, index) => child.stdout.on("data", (text) => (said[index] += String(text))));
    // A stream begins when it is connected: a note of no account shows when that is so.
    for (let account = 1; !said.every((text) => text.includes("account-saved")); account++)
      await ended("accounts", "add", `probe-${account}`, "--bridge", "mqtt");
    const pendant = await site.mqttPendant("p-17");
    await pendant.heard(pendant.press().counter);
    await site.expectHotline("1234/003 101");
    for (const [index] of watching.entries())
      await until("the receipt in the stream", () => said[index]!.includes("received"));
    assert.match(said[0]!, /^\d{4}-\S+Z {2}alarm-opened {2}\S+-1 {2}/m);
    const events = said[1]!
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { at: number; kind: string });
    assert.ok(events.some(({ kind, at }) => kind === "alarm-opened" && typeof at === "number"));
    for (const child of watching) {
      const end = once(child, "close");
      child.kill("SIGINT");
      await end;
    }
  });

  it("watch ends quietly when nobody reads it any more, as in watch | head", async () => {
    const child = spawnOkc(["watch", "--config", site.configFile]);
    let stderr = "";
    child.stderr.on("data", (text) => (stderr += String(text)));
    child.stdout.destroy();
    for (let account = 1; child.exitCode === null; account++)
      await ended("accounts", "add", `unread-${account}`, "--bridge", "mqtt");
    assert.deepEqual([child.exitCode, stderr], [0, ""]);
  });

  it("alarms --json has every field that the interface names, and times in UTC with milliseconds", async () => {
    const alarm = await only("open");
    const record = alarm as unknown as Record<string, unknown>;
    for (const field of ALARM_FIELDS) assert.ok(field in record, field);
    for (const field of PRESS_FIELDS) assert.ok(field in alarm.presses[0]!, field);
    assert.deepEqual(Object.keys(alarm.times), TIMES);
    for (const name of ["pressedAt", "heardAt", "journaledAt", "hotlineSentAt", "hotlineReceivedAt"] as const)
      assert.match(alarm.times[name]!, ISO, name);
    assert.equal(alarm.times.answeredAt, null);
    assert.deepEqual(
      [alarm.kind, alarm.state, alarm.priority, alarm.owner, alarm.resident],
      ["emergency", "alerting", 1, null, "r-3"],
    );
    const { device, kind, counter, transport, late, unverified } = alarm.presses[0]!;
    assert.deepEqual(
      [device, kind, counter, transport, late, unverified],
      ["mqtt:p-17", "emergency", 1, "mqtt", false, false],
    );
    assert.equal(alarm.offers[0]!.responder, "v-1");
    id = alarm.id;
  });

  it("alarms is a table with who, where and how the hotline stands", async () => {
    const { stdout } = await ended("alarms");
    assert.match(stdout, new RegExp(`^${id} +1 +emergency +alerting +张阿姨 +2号楼-1-201 +- +received`, "m"));
    assert.equal((await ended("alarms", "--state", "closed")).stdout, "没有状态为 closed 的警情\nno closed alarms\n");
  });

  it("cap prints it as a message of CAP 1.2, plain or within JSON", async () => {
    const { stdout } = await ended("cap", id);
    assert.equal(capFaults(stdout), "");
    assert.deepEqual(await site.json("cap", id), { cap: stdout });
  });

  it("verify-cancel ends an alarm whose wearer asked for it, and only such a one", async () => {
    const refused = await site.okc("verify-cancel", id, "--as", "王芳");
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^okc: alarm \S+ has no request to cancel: .*\n$/);
    const pendant = await site.mqttPendant("p-17");
    pendant.press("cancel");
    await site.untilAlarms("a cancel request", ([alarm]) => Boolean(alarm?.cancel));
    await ended("verify-cancel", id, "--as", "王芳");
    await site.expectHotline("1234/003 406");
    const [{ cancel }] = (await site.alarms("all")) as [AlarmView];
    assert.equal(cancel?.verifiedBy, "王芳");
  });

  it("take, arrive, note, release, resolve and close act under the name given, by number or whole id", async () => {
    const pendant = await site.mqttPendant("p-17");
    for (const { id: left } of await site.alarms())
      await ended("resolve", left, "--outcome", "ok-accidental", "--as", "王芳");
    await pendant.heard(pendant.press().counter);
    const alarm = await only("open");
    const number = alarm.id.split("-")[1]!;
    assert.equal((await ended("take", number, "--as", "王芳")).stdout, `${alarm.id} owned 王芳\n`);
    assert.equal((await ended("arrive", alarm.id, "--as", "王芳")).stdout, `${alarm.id} attending 王芳\n`);
    await ended("note", number, "门开着", "--as", "李强");
    const { alarm: noted } = await site.json<{ alarm: AlarmView }>("release", number, "--as", "王芳");
    assert.deepEqual([noted.owner, noted.notes.map(({ by, text }) => [by, text])], [null, [["李强", "门开着"]]]);
    await ended("resolve", number, "--outcome", "helped-on-site", "--note", "血压高", "--as", "王芳");
    assert.equal((await ended("close", number, "--as", "主管")).stdout.startsWith(`${alarm.id} closed`), true);
    const closed = (await site.alarms("closed")).find((one) => one.id === alarm.id)!;
    assert.deepEqual([closed.outcome, closed.state], ["helped-on-site", "closed"]);
    assert.match(closed.times.resolvedAt!, ISO);
  });

  it("the same person's second act is no failure; what is too late is one, with the reason", async () => {
    const [closed] = await site.alarms("closed");
    await ended("close", closed!.id, "--as", "主管");
    const late = await site.okc("take", closed!.id, "--as", "王芳");
    assert.equal(late.code, 1);
    assert.match(late.stderr, /^okc: alarm \S+ is closed: nothing is left to take\n$/);
    const none = await site.okc("take", "4711", "--as", "王芳");
    assert.deepEqual([none.code, none.stderr], [1, "okc: no alarm 4711 is open, resolved or just closed\n"]);
  });

  it("an act without a name, and an unknown outcome, are wrong use and change nothing", async () => {
    const nameless = await site.okc("take", "1");
    assert.equal(nameless.code, 2);
    assert.match(nameless.stderr, /^okc: take needs --as\nusage: okc take ID --as NAME\n$/);
    const outcome = await site.okc("resolve", "1", "--outcome", "fine", "--as", "王芳");
    assert.equal(outcome.code, 2);
    assert.match(outcome.stderr, /^okc: no outcome fine; allowed: ok-accidental, .*duplicate\n/);
  });

  it("watch says when the gateway goes away, and what needs a gateway says that none runs", async () => {
    const child = spawnOkc(["watch", "--config", site.configFile]);
    let stderr = "";
    let stdout = "";
    child.stderr.on("data", (text) => (stderr += String(text)));
    child.stdout.on("data", (text) => (stdout += String(text)));
    for (let account = 1; stdout === ""; account++)
      await ended("accounts", "add", `late-${account}`, "--bridge", "mqtt");
    const end = once(child, "close");
    await site.kill();
    assert.equal((await end)[0], 69);
    assert.match(stderr, /^okc：无法连接 .*\nokc: the gateway .*\n$/);
    for (const words of [
      ["watch"],
      ["take", "1", "--as", "王芳"],
      ["resolve", "1", "--outcome", "test", "--as", "X"],
    ]) {
      const said = await okc([...words, "--config", site.configFile]);
      assert.deepEqual(
        [said.code, said.stdout, said.stderr],
        [69, "", `okc: no gateway runs for ${site.configFile}; start it with okc start\n`],
      );
    }
    assert.equal((await site.alarms("closed")).length, 1, "alarms can be read while it is stopped");
  });
});
