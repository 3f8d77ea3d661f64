import assert from "node:assert/strict";
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { SystemClock } from "../../gateway/adapters/clock/system-clock.ts";
import { UpsWatch } from "../../gateway/adapters/power/ups-watch.ts";
import { Nut } from "../support/nut.ts";
import { RecordingMeter } from "../support/peers/recording-sink.ts";
import { RecordingWatchSink } from "../support/recording-watch.ts";
import { until } from "../support/until.ts";

/** The driver reads its file about once a second. */
const FOUND_MAX_MS = 15_000;

describe("The watch over a UPS", function () {
  this.timeout(30_000);
  let sink: RecordingWatchSink;
  let watch: UpsWatch;
  const ends: (() => unknown)[] = [];

  const watchOver = (
    port: number,
    more: { name?: string; user?: string; password?: string; answerMs?: number } = {},
  ): void => {
    const { name = "okc", user = null, password = null, answerMs } = more;
    watch = new UpsWatch({
      name,
      server: { host: "127.0.0.1", port, user, password },
      clock: new SystemClock(),
      meter: new RecordingMeter(),
      limits: { pollMs: 20, ...(answerMs && { answerMs }) },
    });
    ends.push(() => watch.stop());
    watch.start(sink);
  };

  const startNut = async (...given: Parameters<typeof Nut.start>): Promise<Nut> => {
    const nut = await Nut.start(...given);
    ends.push(() => nut.stop());
    return nut;
  };

  /** Asks again and again until it is so. */
  const pollUntil = (what: string, isSo: () => boolean): Promise<true> => until(what, isSo, FOUND_MAX_MS);

  beforeEach(() => {
    sink = new RecordingWatchSink();
  });

  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  it("follows mains, low battery and their return", async () => {
    const nut = await startNut("OL CHRG");
    watchOver(nut.port);
    await pollUntil("the first answer", () => watch.findings()[0]!.level === "ok");
    assert.deepEqual(
      sink.codes.filter((code) => code !== "ups-unreachable"),
      [],
    );
    sink.changes.length = 0;
    nut.say("OB DISCHRG", 80, 1_200);
    await pollUntil("mains lost", () => sink.rows.has("mains"));
    assert.match(watch.findings()[0]!.message, /OB DISCHRG: charge 80 %, lasts 20 min/);
    nut.say("OB LB", 9, 100);
    await pollUntil("a low battery", () => sink.rows.has("ups-battery"));
    assert.equal(sink.ends, 1, "what makes the next start quick is written once");
    nut.say("OL CHRG LB", 12, 200);
    await pollUntil("the mains", () => !sink.rows.has("mains"));
    assert.ok(sink.rows.has("ups-battery"), "it is charged later");
    nut.say("OL RB", 60, 900);
    await pollUntil("a worn battery", () => sink.rows.has("ups-battery-worn"));
    nut.say("OL", 100, 1_800);
    await pollUntil("nothing wrong", () => sink.rows.size === 0);
    assert.deepEqual(sink.changes, [
      "+mains-lost",
      "+ups-battery-low",
      "-mains",
      "-ups-battery",
      "+ups-battery-worn",
      "-ups-battery-worn",
    ]);
  });

  it("never takes a driver that died, or an upsd that is gone, for mains", async () => {
    const nut = await startNut("OB");
    watchOver(nut.port);
    await pollUntil("mains lost", () => sink.rows.has("mains"));
    await nut.stopDriver();
    await pollUntil("nothing known", () => sink.rows.has("ups"));
    assert.match(sink.rows.get("ups")!.detail, /DATA-STALE|driver does not run/);
    assert.ok(sink.rows.has("mains"), "that they are back, nobody has said");
    assert.equal(watch.findings()[0]!.level, "warning");
    await nut.stopServer();
    await pollUntil("no upsd", () => /cannot be reached/.test(sink.rows.get("ups")!.detail));
    nut.say("OL");
    await nut.startDriver();
    await nut.startServer();
    await pollUntil("both again", () => sink.rows.size === 0);
  });

  it("says what is wrong with the name, and which names there are", async () => {
    const nut = await startNut();
    watchOver(nut.port, { name: "okk" });
    await pollUntil("a row", () => sink.rows.has("ups"));
    assert.match(sink.rows.get("ups")!.detail, /knows no UPS of this name.*it knows: okc/);
  });

  it("logs in where a user is configured", async () => {
    const nut = await startNut("OL", { user: "okc", password: 'ge"heim\\' });
    watchOver(nut.port, { user: "okc", password: 'ge"heim\\' });
    await pollUntil("an answer", () => watch.findings()[0]!.level === "ok");
  });

  it("is not held up by a server that says nothing, too much, or another thing", async () => {
    const greetings: Readonly<Record<string, (socket: Socket) => void>> = {
      silence: () => undefined,
      flood: (socket) => void socket.write("x".repeat(100_000)),
      nonsense: (socket) => void socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"),
      "an empty value": (socket) => void socket.write('VAR okc ups.status ""\n'),
    };
    for (const [name, greet] of Object.entries(greetings)) {
      sink = new RecordingWatchSink();
      const server = await listen((socket) => socket.on("error", () => undefined).on("data", () => greet(socket)));
      watchOver((server.address() as AddressInfo).port, { answerMs: 50 });
      await pollUntil(name, () => sink.rows.has("ups"));
      assert.ok(!sink.rows.has("mains"));
      await watch.stop();
      await new Promise((closed) => server.close(closed));
    }
  });
});

async function listen(take: (socket: Socket) => void): Promise<Server> {
  const server = createServer(take);
  await new Promise<void>((up) => server.listen(0, "127.0.0.1", up));
  return server;
}
