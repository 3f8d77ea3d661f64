import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SerialPort } from "serialport";
import { Dongle } from "../../firmware-sim/dongle.ts";
import { Pendant } from "../../firmware-sim/pendant.ts";
import { SlipReader, slipEncode } from "../../firmware-sim/slip.ts";
import type { Packet } from "../../firmware-sim/wire.ts";
import { decodePacket, encodeAnswer, TYPE } from "../../firmware-sim/wire.ts";
import { Inbox } from "../support/peers/inbox.ts";
import { TestClock } from "../support/test-clock.ts";

const KEY = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");

/** Plays the gateway: reads packets from the port, and writes what the test tells it to. */
class Gateway {
  readonly packets = new Inbox<Packet>("the serial port");
  readonly closed: Promise<unknown>;
  readonly #port: SerialPort;

  private constructor(port: SerialPort) {
    this.#port = port;
    this.closed = once(port, "close");
    const reader = new SlipReader();
    port.on("data", (bytes: Buffer) => {
      for (const frame of reader.push(bytes)) {
        const packet = decodePacket(frame);
        if (packet) this.packets.push(packet);
      }
    });
  }

  static async open(path: string): Promise<Gateway> {
    const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
    await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
    return new Gateway(port);
  }

  write(hex: string): void {
    this.#port.write(Buffer.from(hex, "hex"));
  }

  say(counter: number, say: "heard" | "answered" | "coming"): void {
    this.#port.write(slipEncode(encodeAnswer({ id: 0xbeef, counter, say }, KEY)));
  }

  async close(): Promise<void> {
    if (this.#port.isOpen) await new Promise<void>((resolve) => this.#port.close(() => resolve()));
  }
}

describe("the simulated dongle on a real pseudo-terminal", () => {
  let folder: string;
  let clock: TestClock;
  let dongle: Dongle;
  let pendant: Pendant;
  let gateway: Gateway | null;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "okc-sim-"));
    clock = new TestClock();
    dongle = new Dongle({ link: join(folder, "dongle") });
    pendant = new Pendant(0xbeef, KEY, { clock, batteryPct: 90 });
    dongle.attach(pendant);
    await dongle.start();
    gateway = null;
  });

  afterEach(async () => {
    await gateway?.close();
    await dongle.stop();
    assert.equal(existsSync(dongle.link), false);
    rmSync(folder, { recursive: true });
  });

  const connect = async (): Promise<Gateway> => {
    gateway = await Gateway.open(dongle.link);
    await dongle.opened();
    return gateway;
  };

  it("carries a press until it is heard, and echoes the answer", async () => {
    const desk = await connect();
    const { counter } = pendant.press();
    const report = await desk.packets.next(({ type }) => type === TYPE.report);
    assert.deepEqual([report.id, report.counter, report.kind, report.battery, report.age], [0xbeef, counter, 1, 90, 0]);
    await clock.forward(1_000);
    const again = await desk.packets.next(({ type }) => type === TYPE.report, 2);
    assert.deepEqual([again.counter, again.age], [counter, 10]);
    desk.say(counter, "heard");
    const echo = await desk.packets.next(({ type }) => type === TYPE.echo);
    assert.deepEqual([echo.id, echo.counter, echo.kind], [0xbeef, counter, 1]);
    assert.equal(pendant.lamp, "heard");
    assert.equal(clock.pending, 0);
  });

  it("takes a hand-made answer byte for byte, after noise", async () => {
    const desk = await connect();
    const { counter } = pendant.press();
    assert.equal(counter, 1);
    const told = pendant.told("heard");
    // Version 1, type 0x81, id beef, counter 1, say heard; the tag by OpenSSL's CMAC, the CRC by Python's crc_hqx.
    desk.write("ff00aac0dbdbc0" + "01810000beef0000000101000000" + "d61404ef69c719c9" + "785b" + "c0");
    assert.equal((await told).counter, 1);
  });

  it("loses what is sent while nobody has the port open, and the pendant tries again", async () => {
    pendant.press();
    assert.equal(dongle.lostWhileClosed, 1);
    const desk = await connect();
    await clock.forward(1_000);
    assert.equal((await desk.packets.next()).age, 10);
  });

  it("hangs up on unplugging, and stands again after replugging", async () => {
    const desk = await connect();
    await dongle.unplug();
    await desk.closed;
    assert.equal(existsSync(dongle.link), false);
    const { counter } = pendant.press();
    await dongle.replug();
    const after = await connect();
    await clock.forward(1_000);
    assert.equal((await after.packets.next()).counter, counter);
  });

  it("can be opened again and again", async () => {
    for (let round = 1; round <= 3; round++) {
      const desk = await connect();
      const { counter } = pendant.press();
      await desk.packets.next((packet) => packet.counter === counter);
      const closed = dongle.closed();
      await desk.close();
      await closed;
    }
    assert.equal(pendant.waiting.length, 3);
  });

  it("echoes an answer that the pendant never got: the pendant repeats its press", async () => {
    const desk = await connect();
    dongle.faults.dropAnswer = 1;
    const { counter } = pendant.press();
    desk.say(counter, "heard");
    await desk.packets.next(({ type }) => type === TYPE.echo);
    assert.deepEqual(pendant.waiting, [counter]);
    dongle.faults.dropAnswer = 0;
    await clock.forward(1_000);
    await desk.packets.next(({ type }) => type === TYPE.report, 2);
    desk.say(counter, "heard");
    await pendant.heard(counter);
  });

  it("gets a press through a bad line", async () => {
    const desk = await connect();
    Object.assign(dongle.faults, { noise: 0.5, drop: 0.3, duplicate: 0.3, reorder: 0.3, cut: 0.2, flip: 0.2 });
    const { counter } = pendant.press();
    const first = desk.packets.next((packet) => packet.type === TYPE.report && packet.counter === counter);
    await clock.forward(300_000);
    assert.equal((await first).id, 0xbeef, `seed ${dongle.seed}`);
  });
});
