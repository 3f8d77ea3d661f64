import assert from "node:assert/strict";
import { createServer } from "node:net";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { freePorts } from "../support/free-ports.ts";
import { TcpDevice, TcpSite } from "../support/tcp-site.ts";
import { until, untilQuiet } from "../support/until.ts";

describe("A port that devices connect to", function () {
  this.timeout(30_000);
  let site: TcpSite;

  afterEach(() => site.end());

  const closed = (why: string): number => site.meter.of(`okc_tcp_closed_total{line="tcp:lines:0",why="${why}"}`);

  it("hears a frame that is cut at any of its bytes, and answers it once", async () => {
    site = await TcpSite.open();
    site.enrol("17");
    const frame = "ID 17\nSOS\n";
    for (let at = 1; at < frame.length; at++) {
      const device = await site.device();
      device.send(frame.slice(0, at));
      await untilQuiet(() => device.answers.length + site.sink.reports.length);
      device.send(frame.slice(at));
      await device.answered("OK ID 17\nOK SOS\n");
      device.socket.destroy();
    }
    assert.deepEqual(site.heard, Array(frame.length - 1).fill("17 sos"));
  });

  it("hears both frames of one segment, and answers in their order", async () => {
    site = await TcpSite.open();
    const device = await site.device("17");
    device.send("SOS\nBAT 40\n");
    await device.answered("OK ID 17\nOK SOS\nOK BAT 40\n");
    const [press, battery] = site.sink.reports;
    assert.deepEqual(
      [press!.transport, press!.line, press!.raw, press!.bridge],
      ["tcp", "tcp:lines:0", "SOS", "lines"],
    );
    assert.equal(battery!.batteryPct, 40);
  });

  it("answers only when what was reported is durable, and nothing overtakes it", async () => {
    site = await TcpSite.open();
    site.enrol("17");
    const device = await site.device("17");
    site.sink.hold();
    device.send("SOS\nPING\n");
    await site.reported(2);
    site.sink.releaseWhere(({ press }) => press === null);
    await untilQuiet(() => device.answers.length);
    assert.equal(device.answers, "OK ID 17\n", "the press before it is not safe yet");
    site.sink.release();
    await device.answered("OK ID 17\nOK SOS\nOK PING\n");
  });

  it("a device that has said its last still gets its answer", async () => {
    site = await TcpSite.open();
    site.sink.hold();
    const device = await site.device();
    device.socket.end("ID 17\nSOS\n");
    await site.reported(1);
    await untilQuiet(() => device.answers.length);
    assert.equal(device.isClosed, false);
    site.sink.release();
    await device.answered("OK ID 17\nOK SOS\n");
    await device.cutOff();
  });

  it("a connection that broke before the answer changes nothing: the report stands", async () => {
    site = await TcpSite.open();
    site.sink.hold();
    const device = await site.device("17");
    device.send("SOS\n");
    await site.reported(1);
    device.socket.resetAndDestroy();
    await until(
      "the end of the connection",
      () => site.meter.gauges.get('okc_tcp_connections{line="tcp:lines:0"}') === 0,
    );
    site.sink.release();
    const again = await site.device("17");
    again.send("SOS\n");
    await again.answered("OK ID 17\nOK SOS\n");
  });

  it("reads no further while the journal takes nothing, and loses nothing of it", async () => {
    site = await TcpSite.open({ unsafeFramesMax: 4, frames: { burst: 100, perSecond: 1 } });
    site.enrol("17");
    const device = await site.device("17");
    site.sink.hold();
    device.send("SOS\n".repeat(40));
    await site.reported(4);
    await untilQuiet(() => site.sink.reports.length);
    assert.equal(site.sink.reports.length, 4);
    site.sink.release();
    await device.answered(`OK ID 17\n${"OK SOS\n".repeat(40)}`);
    assert.equal(site.sink.reports.length, 40);
  });

  it("a flood of one device waits its turn, hides no other's press, and of its own none is lost", async () => {
    site = await TcpSite.open({ frames: { burst: 5, perSecond: 2 } });
    site.enrol("17", "18");
    const flooding = await site.device("17");
    flooding.send("SOS\n".repeat(8));
    await site.reported(4);
    const other = await site.device("18");
    other.send("SOS\n");
    await other.answered("OK ID 18\nOK SOS\n");
    assert.deepEqual(site.heard, ["17 sos", "17 sos", "17 sos", "17 sos", "18 sos"]);
    await site.clock.forward(seconds(2));
    await flooding.answered(`OK ID 17\n${"OK SOS\n".repeat(8)}`);
  });

  it("drops signs of life beyond the rate, never a press, a low battery or an unclear alarm of an enrolled device", async () => {
    site = await TcpSite.open({ signs: { burst: 2, perSecond: 1 } });
    site.enrol("17");
    const device = await site.device("17");
    const words = ["PING", "PING", "PING", "BAT 40", "FLAT", "ODD", "SOS"];
    device.send(words.map((word) => `${word}\n`).join(""));
    await device.answered(`OK ID 17\n${words.map((word) => `OK ${word}\n`).join("")}`);
    assert.deepEqual(site.heard, ["17 heartbeat", "17 heartbeat", "17 low_battery", "17 alarm 99", "17 sos"]);
    await site.clock.forward(minutes(1));
    assert.deepEqual(
      site.log.lines.flatMap(({ message, fields }) => (/signs of life/.test(message) ? [fields["times"]] : [])),
      [2],
    );
  });

  it("shows staff a few presses of strangers, then counts them, and says it once a minute", async () => {
    site = await TcpSite.open({
      strangersPerRemote: { burst: 2, perSecond: 1 / 60 },
      strangers: { burst: 3, perSecond: 0 },
    });
    site.enrol("1");
    const own = await site.device("1", "127.0.0.2");
    for (const id of [100, 101, 102, 103]) {
      const stranger = await site.device(String(id), "127.0.0.2");
      stranger.send("SOS\nPING\n");
      await stranger.answered(`OK ID ${id}\n${id < 102 ? "OK SOS\n" : ""}OK PING\n`);
    }
    own.send("SOS\n");
    await own.answered("OK ID 1\nOK SOS\n");
    const presses = (): readonly string[] => site.heard.filter((one) => one.endsWith("sos"));
    assert.deepEqual(presses(), ["100 sos", "101 sos", "1 sos"], "the same address may be a mobile network's");
    for (const id of [200, 201]) {
      const elsewhere = await site.device(String(id), "127.0.0.3");
      elsewhere.send("SOS\nPING\n");
      await elsewhere.answered(`OK ID ${id}\n${id < 201 ? "OK SOS\n" : ""}OK PING\n`);
    }
    assert.deepEqual(presses(), ["100 sos", "101 sos", "1 sos", "200 sos"]);
    await site.clock.forward(minutes(1));
    const said = site.log.lines.filter(({ message }) => message.includes("nobody enrolled"));
    assert.deepEqual(
      said.map(({ level, fields }) => [level, fields["times"], fields["lastFrom"]]),
      [["warn", 3, "127.0.0.3"]],
    );
  });

  it("a device that never says who it is is named by where it comes from", async () => {
    site = await TcpSite.open();
    const device = await site.device("", "127.0.0.9");
    device.send("SOS\n");
    await device.answered("OK SOS\n");
    assert.deepEqual(site.heard, ["unnamed-127.0.0.9 sos"]);
  });

  it("a device's new connection ends its old one, which may be dead without anybody knowing", async () => {
    site = await TcpSite.open();
    const old = await site.device("17");
    old.send("PING\n");
    await site.reported(1);
    const other = await site.device("18");
    other.send("PING\n");
    await site.reported(2);
    const fresh = await site.device("17");
    fresh.send("PING\n");
    await old.cutOff();
    await fresh.answered("OK ID 17\nOK PING\n");
    assert.deepEqual([other.isClosed, fresh.isClosed, closed("replaced")], [false, false, 1]);
  });

  it("closes what says nothing that can be read: soon at first, later when a device is long silent", async () => {
    site = await TcpSite.open({ firstFrameMs: minutes(1), idleMs: minutes(30) });
    const mute = await site.device();
    const babbling = await site.device();
    const device = await site.device("17");
    babbling.send("who are you\n");
    await until("the garbage to be counted", () =>
      site.meter.of('okc_tcp_rejected_total{line="tcp:lines:0",why="bad-field"}'),
    );
    await site.clock.forward(minutes(1));
    await Promise.all([mute.cutOff(), babbling.cutOff()]);
    await site.clock.forward(minutes(28));
    assert.equal(device.isClosed, false);
    device.send("PING\n");
    await site.reported(1);
    await site.clock.forward(minutes(29));
    assert.equal(device.isClosed, false);
    await site.clock.forward(minutes(1));
    await device.cutOff();
    assert.deepEqual([closed("silent"), closed("idle")], [2, 1]);
  });

  it("closes a connection on which nothing but garbage comes", async () => {
    site = await TcpSite.open({ garbageMax: 8 });
    const device = await site.device("17");
    device.send("x\n".repeat(7));
    device.send("PING\n");
    await site.reported(1);
    device.send("x\n".repeat(8));
    await device.cutOff();
    assert.equal(closed("garbage"), 1);
  });

  it("closes a device whose answers pile up", async () => {
    site = await TcpSite.open({ replyBytesMax: 16 });
    const device = await site.device("17");
    device.socket.cork();
    device.send(`${"PING\n".repeat(4)}`);
    device.send(`${"BAT 1234567890123456789012345678\n"}`);
    device.socket.uncork();
    await device.cutOff();
    assert.equal(closed("slow"), 1);
  });

  it("too many connections: strangers give way to newcomers, devices that are enrolled never", async () => {
    site = await TcpSite.open({ connectionsMax: 3, connectionsPerRemoteMax: 2 });
    site.enrol("1", "2", "3");
    const stranger = await site.device("100");
    const one = await site.device("1");
    one.send("PING\n");
    await site.reported(1);
    const two = await site.device("2");
    await stranger.cutOff();
    two.send("PING\n");
    await site.reported(2);
    const refused = await site.device();
    await refused.cutOff();
    const three = await site.device("3", "127.0.0.2");
    three.send("PING\n");
    await site.reported(3);
    const elsewhere = await TcpDevice.connect(site.radio.port!, "127.0.0.3");
    await elsewhere.cutOff();
    assert.deepEqual([one.isClosed, two.isClosed, three.isClosed], [false, false, false]);
    assert.equal(site.meter.of('okc_tcp_crowded_total{line="tcp:lines:0",why="too-many"}'), 2);
  });

  it("a port that is taken is a fault of the line, tried again until it is free", async () => {
    const [port] = await freePorts(1);
    const taker = createServer().listen(port, "127.0.0.1");
    await until("the port to be taken", () => taker.listening);
    site = new TcpSite({}, port);
    await site.radio.start();
    assert.deepEqual(
      site.sink.lines.map(({ line, up }) => [line, up]),
      [[`tcp:lines:${port}`, false]],
    );
    assert.match(site.sink.lines[0]!.why, /EADDRINUSE/);
    await site.clock.forward(seconds(30));
    assert.equal(site.sink.lines.length, 1, "the same is not said again");
    await new Promise((resolve) => taker.close(resolve));
    await site.clock.forward(seconds(5));
    await until("the port", () => site.sink.lines.at(-1)!.up);
    const device = await site.device("17");
    device.send("SOS\n");
    await device.answered("OK ID 17\nOK SOS\n");
  });
});
