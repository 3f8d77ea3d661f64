import assert from "node:assert/strict";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { serialVectors, WITHIN_MS, plugIn } from "../support/serial-site.ts";
import type { SerialSite } from "../support/serial-site.ts";
import { NOON } from "../support/test-clock.ts";

const EMERGENCY = serialVectors.reports.find((vector) => vector.name === "emergency")!;
const CANCEL = serialVectors.reports.find((vector) => vector.name === "cancel")!;
/** A press of another device, `c0dbc0db`. */
const OTHER = serialVectors.reports.find((vector) => vector.name.includes("need escapes"))!;
const HEARD = serialVectors.answers.find((vector) => vector.name === "heard")!;
const ECHO = serialVectors.echoes.find((vector) => vector.name === "echo of heard")!;
const BAD_CRC = serialVectors.rejected[0]!;
const HEARD_ORDER = { bridge: "okc", address: "0000beef", counter: 10, say: "heard" } as const;

describe("a dongle on a real pseudo-terminal", function () {
  this.timeout(4 * WITHIN_MS);
  let site: SerialSite;
  beforeEach(async () => (site = await plugIn()));
  afterEach(async () => await site.end());

  it("hears the golden press", async () => {
    site.send(EMERGENCY.wire);
    await site.until(() => site.reports.length === 1, "a report");
    assert.deepEqual(site.reports[0], {
      bridge: "okc",
      address: "0000beef",
      line: site.radio.line,
      transport: "serial",
      kind: "emergency",
      press: "emergency",
      counter: 10,
      ageMs: 0,
      ageAtLeast: false,
      batteryPct: 90,
      proof: "valid",
      receivedAt: NOON,
      raw: EMERGENCY.frame,
    });
    assert.equal(site.radio.line, `serial:${site.pty.gatewayPath}`);
  });

  it("passes every byte value in both directions", async () => {
    site.send(OTHER.wire);
    await site.until(() => site.reports.length === 1, "a report");
    assert.equal(site.reports[0]!.proof, "valid");
    site.radio.say({ ...HEARD_ORDER, address: "c0dbc0db", counter: 0xc0dbdbc0, line: site.radio.line });
    const answer = serialVectors.answers.find((vector) => vector.name.includes("need escapes"))!;
    await site.until(() => site.wire() === answer.wire, "the answer");
  });

  it("hears a press after noise", async () => {
    site.send("00ff55db" + "a7".repeat(300));
    site.send(EMERGENCY.wire);
    await site.until(() => site.reports.length === 1, "a report");
    assert.ok(site.counted("okc_serial_rejected_total") >= 1);
  });

  it("counts a frame with a flipped bit, logs it once a second, and hears the next", async () => {
    site.send(BAD_CRC.wire.repeat(50) + EMERGENCY.wire);
    await site.until(() => site.reports.length === 1, "a report");
    assert.equal(site.counted(`okc_serial_rejected_total{code=bad-crc,line=${site.radio.line}}`), 50);
    assert.equal(site.logged("bad-crc").length, 1);
    await site.clock.forward(seconds(1));
    assert.deepEqual(
      site.logged("bad-crc").map((entry) => entry.fields?.["suppressed"]),
      [0, 48],
    );
  });

  it("repeats *heard* each second until the dongle's echo", async () => {
    site.radio.say({ ...HEARD_ORDER, line: site.radio.line });
    await hearRepeats(site, 3);
    site.send(ECHO.wire);
    await site.until(() => site.said.length === 1, "said");
    assert.deepEqual(site.said, [{ order: { ...HEARD_ORDER, line: site.radio.line }, at: NOON + 2_000 }]);
    await site.clock.forward(seconds(20));
    assert.equal(site.wire(), HEARD.wire.repeat(3));
    assert.deepEqual(site.unsaid, []);
  });

  it("gives up after ten writes without an echo", async () => {
    site.radio.say({ ...HEARD_ORDER, line: site.radio.line });
    await hearRepeats(site, 10);
    await site.clock.forward(seconds(30));
    assert.equal(site.wire(), HEARD.wire.repeat(10));
    assert.deepEqual(site.unsaid, ["heard 10: no echo after 10 writes"]);
  });

  it("says at once that it cannot answer a device without a key", () => {
    site.radio.say({ ...HEARD_ORDER, address: "00001234", line: site.radio.line });
    assert.deepEqual(site.unsaid, ["heard 10: no such device"]);
  });

  it("hears the next press after an unplug in mid-frame", async () => {
    site.send(EMERGENCY.wire.slice(0, 20));
    await site.pty.unplug();
    await site.lost();
    await site.pty.replug();
    await site.reopened();
    site.send(EMERGENCY.wire.slice(20) + CANCEL.wire);
    await site.until(() => site.reports.length === 1, "the next press");
    assert.equal(site.reports[0]!.kind, "cancel");
  });

  it("notices an unplug right after a read, when serialport reads zero bytes for ever", async () => {
    for (let time = 1; time <= 5; time++) {
      site.send(EMERGENCY.wire);
      await site.until(() => site.reports.length === time, "a press");
      await site.pty.unplug();
      await site.lost();
      await site.pty.replug();
      await site.reopened();
    }
    site.send(CANCEL.wire);
    await site.until(() => site.reports.length === 6, "a press after five unplugs");
  });

  it("notices that another device took the place of the one it holds", async () => {
    await site.pty.unplug();
    await site.pty.replug();
    await site.lost();
    await site.reopened();
    site.send(EMERGENCY.wire);
    await site.until(() => site.reports.length === 1, "a press");
  });

  it("delivers nothing stale after a re-plug", async () => {
    await site.pty.unplug();
    await site.lost();
    site.radio.say({ ...HEARD_ORDER, line: site.radio.line });
    await site.clock.forward(seconds(10));
    assert.deepEqual(site.unsaid, ["heard 10: the line took no bytes"]);
    await site.pty.replug();
    await site.reopened();
    site.radio.say({ ...HEARD_ORDER, counter: 11, line: site.radio.line });
    await site.until(() => site.wire().length > 0, "the new answer");
    assert.ok(site.wire().startsWith("c001810000beef0000000b"));
  });

  it("hears on after the precautionary re-opening of a silent line", async () => {
    await site.clock.forward(minutes(15));
    await site.until(() => site.counted("okc_serial_opened_total") === 2, "a new port");
    site.send(EMERGENCY.wire);
    await site.until(() => site.reports.length === 1, "a press");
    assert.deepEqual(site.states, ["up"]);
  });

  it("hides no other press behind the flood of one device", async () => {
    site.send(EMERGENCY.wire.repeat(2_000) + OTHER.wire);
    await site.until(() => site.reports.some((report) => report.address === "c0dbc0db"), "the other's press");
    const flooding = site.reports.length - 1;
    assert.ok(flooding >= 30 && flooding < 100, `${flooding} of 2000 passed`);
    assert.equal(site.counted("okc_serial_flood_dropped_total"), 2_000 - flooding);
    assert.equal(site.logged("reports a second").length, 1);
    await site.clock.forward(minutes(1));
    assert.equal(site.logged("reports a second").length, 2);
  });

  it("starts without the device and says so once", async () => {
    await site.radio.stop();
    await site.pty.unplug();
    await site.radio.start();
    await site.clock.forward(seconds(5));
    assert.deepEqual(site.states, ["up", "down"]);
    await site.pty.replug();
    await site.reopened();
  });
});

/** Awaits the first write and each later one before the next second strikes. */
async function hearRepeats(site: SerialSite, writes: number): Promise<void> {
  await site.until(() => site.wire() === HEARD.wire, "the first write");
  for (let count = 2; count <= writes; count++) {
    await site.clock.forward(seconds(1));
    await site.until(() => site.wire() === HEARD.wire.repeat(count), `write ${count}`);
  }
}
