import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Battery } from "../../firmware-sim/battery.ts";
import type { ButtonOptions } from "../../firmware-sim/button.ts";
import { fileCounter, memoryCounter } from "../../firmware-sim/counter.ts";
import { Pendant } from "../../firmware-sim/pendant.ts";
import type { Packet } from "../../firmware-sim/wire.ts";
import { decodePacket, encodeAnswer, kindOf } from "../../firmware-sim/wire.ts";
import { NOON, TestClock } from "../support/test-clock.ts";

const KEY = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");
const DAY_MS = 86_400_000;

function onAir(options: ButtonOptions = {}): { clock: TestClock; pendant: Pendant; sent: Packet[]; times: number[] } {
  const clock = new TestClock();
  const pendant = new Pendant(0xbeef, KEY, { clock, ...options });
  const sent: Packet[] = [];
  const times: number[] = [];
  pendant.reach((packet) => {
    sent.push(decodePacket(packet)!);
    times.push(clock.now() - NOON);
  });
  return { clock, pendant, sent, times };
}

describe("a simulated pendant", () => {
  it("sends again after 1, 2, 4, 8 and then every 10 seconds, with its true age, until it is heard", async () => {
    const { clock, pendant, sent, times } = onAir();
    const { counter } = pendant.press();
    await clock.forward(45_000);
    assert.deepEqual(times, [0, 1_000, 3_000, 7_000, 15_000, 25_000, 35_000, 45_000]);
    assert.deepEqual(
      sent.map(({ age }) => age * 100),
      times,
    );
    assert.equal(pendant.receive(encodeAnswer({ id: 0xbeef, counter, say: "heard" }, KEY)), true);
    assert.equal(clock.pending, 0);
    await clock.forward(60_000);
    assert.equal(times.length, 8);
    assert.deepEqual(new Set(sent.map((packet) => packet.counter)), new Set([counter]));
  });

  it("counts one press once, however often its contact bounces", async () => {
    const { clock, pendant, sent } = onAir({ bounces: 5 });
    pendant.press();
    await clock.forward(20);
    assert.equal(pendant.contact("emergency"), null);
    assert.equal(sent.length, 1);
    await clock.forward(60);
    assert.equal(pendant.contact("emergency"), 2);
  });

  it("has stored its counter before the first sending, so that a new battery never repeats one", () => {
    const counter = memoryCounter(41);
    const { pendant } = onAir({ counter });
    let storedAtSending = 0;
    pendant.reach(() => (storedAtSending = counter.read()));
    pendant.press();
    assert.equal(storedAtSending, 42);
    assert.equal(onAir({ counter }).pendant.press().counter, 43);
  });

  it("keeps its counter in a file, and refuses one that holds no counter", () => {
    const folder = mkdtempSync(join(tmpdir(), "okc-sim-"));
    const file = join(folder, "counters", "0000beef");
    try {
      onAir({ counter: fileCounter(file) }).pendant.press();
      onAir({ counter: fileCounter(file) }).pendant.press();
      assert.equal(readFileSync(file, "utf8"), "2\n");
      writeFileSync(file, "");
      assert.throws(() => onAir({ counter: fileCounter(file) }).pendant.press(), /not a counter/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("sends all that is unheard, oldest first, so that no counter overtakes a smaller one", () => {
    const { pendant, sent } = onAir();
    pendant.press("service");
    pendant.press("emergency");
    assert.deepEqual(
      sent.map((packet) => [packet.counter, kindOf(packet)]),
      [
        [1, "service"],
        [1, "service"],
        [2, "emergency"],
      ],
    );
  });

  it("forgets heartbeats before presses when its memory is full", () => {
    const { pendant } = onAir();
    pendant.press();
    pendant.heartbeat();
    pendant.heartbeat();
    assert.deepEqual(pendant.waiting, [1, 3]);
    for (let press = 0; press < 15; press++) pendant.press();
    assert.equal(pendant.waiting.length, 16);
    assert.deepEqual(pendant.waiting.slice(0, 2), [1, 4]);
  });

  it("believes only answers with its own id and a right tag", () => {
    const { pendant } = onAir();
    const { counter } = pendant.press();
    assert.equal(pendant.receive(encodeAnswer({ id: 0xbeef, counter, say: "heard" }, Buffer.alloc(16))), false);
    assert.equal(pendant.receive(encodeAnswer({ id: 0xcafe, counter, say: "heard" }, KEY)), false);
    assert.equal(pendant.receive(Buffer.from("noise")), false);
    assert.deepEqual(pendant.waiting, [counter]);
    assert.deepEqual(pendant.said, []);
  });

  it("shows by its lamp how far help is, and never less than before", async () => {
    const { pendant } = onAir();
    const { counter } = pendant.press();
    const lamps = [pendant.lamp];
    pendant.onSaid(() => lamps.push(pendant.lamp));
    const coming = pendant.told("coming");
    for (const say of ["heard", "answered", "coming", "heard"] as const)
      pendant.receive(encodeAnswer({ id: 0xbeef, counter, say }, KEY));
    assert.deepEqual(lamps, ["calling", "heard", "answered", "coming", "coming"]);
    assert.deepEqual(await coming, { counter, say: "coming", at: NOON });
  });

  it("a heartbeat that is heard leaves the lamp dark", async () => {
    const { clock, pendant, sent } = onAir();
    pendant.startHeartbeats(60_000);
    pendant.receive(encodeAnswer({ id: 0xbeef, counter: 1, say: "heard" }, KEY));
    await clock.forward(60_000);
    pendant.receive(encodeAnswer({ id: 0xbeef, counter: 2, say: "heard" }, KEY));
    assert.equal(pendant.lamp, "off");
    assert.deepEqual(sent.map(kindOf), ["heartbeat", "heartbeat"]);
    pendant.powerOff();
    assert.equal(clock.pending, 0);
  });

  it("has a battery that is nearly flat for most of its life and then falls fast", () => {
    const battery = new Battery(NOON);
    const after = (days: number): number => battery.pct(NOON + days * DAY_MS);
    assert.deepEqual([0, 146, 292, 329, 365, 999].map(after), [100, 93, 85, 42, 0, 0]);
    assert.equal(new Battery(NOON, 20).pct(NOON), 20);
    for (let sending = 0; sending < 50_000; sending++) battery.send();
    assert.equal(after(0), 99);
  });
});
