import assert from "node:assert/strict";
import { MAX_UNWRITTEN_BYTES, SerialLine } from "../../gateway/adapters/serial/serial-line.ts";
import type { LinePort, PortEvents } from "../../gateway/adapters/serial/device-port.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { TestClock } from "../support/test-clock.ts";

describe("keeping a serial line open", () => {
  it("tries for ever while the device is absent and says so once", async () => {
    const bench = setUp();
    bench.present = false;
    await bench.line.start();
    await bench.clock.forward(minutes(2));
    assert.ok(bench.ports.length > 100);
    assert.deepEqual(bench.states, ["down: no such device"]);
    bench.present = true;
    await bench.clock.forward(seconds(1));
    assert.deepEqual(bench.states, ["down: no such device", "up: open"]);
    await bench.line.stop();
  });

  it("takes a new port after a loss and starts with a clean frame", async () => {
    const bench = setUp();
    await bench.line.start();
    bench.ports[0]!.lose("pulled");
    assert.equal(bench.line.isOpen, false);
    await bench.clock.forward(seconds(1));
    assert.deepEqual(bench.states, ["up: open", "down: pulled", "up: open"]);
    assert.equal(bench.opened, 2);
    await bench.line.stop();
  });

  it("never writes to a port that is not open, and keeps nothing for later", async () => {
    const bench = setUp();
    const word = Uint8Array.of(1);
    assert.equal(bench.line.write(word), null, "before the start");
    await bench.line.start();
    assert.notEqual(bench.line.write(word), null);
    bench.ports[0]!.isOpen = false;
    assert.equal(bench.line.write(word), null, "while it closes");
    bench.ports[0]!.lose("pulled");
    assert.equal(bench.line.write(word), null, "while it is gone");
    await bench.clock.forward(seconds(1));
    await bench.line.stop();
    assert.equal(bench.line.write(word), null, "after the stop");
    assert.deepEqual(
      bench.ports.map((port) => port.written),
      [1, 0],
    );
  });

  it("refuses bytes beyond its bound until the kernel has taken some", async () => {
    const bench = setUp();
    bench.slow = true;
    await bench.line.start();
    assert.notEqual(bench.line.write(new Uint8Array(MAX_UNWRITTEN_BYTES)), null);
    assert.equal(bench.line.write(Uint8Array.of(1)), null);
    bench.ports[0]!.take();
    await bench.clock.forward(0);
    assert.notEqual(bench.line.write(Uint8Array.of(1)), null);
    await bench.line.stop();
  });

  it("notices a hang-up that the library does not report", async () => {
    const bench = setUp();
    await bench.line.start();
    bench.ports[0]!.gone = "the device node was removed";
    await bench.clock.forward(seconds(2));
    assert.deepEqual(bench.states, ["up: open", "down: the device node was removed"]);
    assert.equal(bench.ports[0]!.closed, true);
    await bench.clock.forward(seconds(1));
    assert.equal(bench.states.at(-1), "up: open");
    await bench.line.stop();
  });

  it("takes a new port after long silence without calling the line down", async () => {
    const bench = setUp();
    await bench.line.start();
    await bench.clock.forward(minutes(10));
    bench.ports[0]!.events.bytes(Uint8Array.of(1));
    await bench.clock.forward(minutes(14));
    assert.equal(bench.ports.length, 1);
    await bench.clock.forward(minutes(1));
    assert.equal(bench.ports.length, 2);
    assert.deepEqual(bench.states, ["up: open"]);
    assert.deepEqual(bench.renewals, ["no byte came for long"]);
    await bench.line.stop();
  });

  it("takes a new port when the device takes no bytes", async () => {
    const bench = setUp();
    bench.slow = true;
    await bench.line.start();
    assert.notEqual(bench.line.write(Uint8Array.of(1)), null);
    await bench.clock.forward(seconds(30));
    assert.deepEqual(bench.renewals, ["the device takes no bytes"]);
    await bench.line.stop();
  });

  it("does not wait for ever for a port that does not close", async () => {
    const bench = setUp();
    await bench.line.start();
    bench.ports[0]!.closes = false;
    bench.ports[0]!.lose("pulled");
    await bench.clock.forward(seconds(5));
    assert.equal(bench.line.isOpen, true);
    await bench.line.stop();
  });

  it("hears nothing more from a port it has given up", async () => {
    const bench = setUp();
    await bench.line.start();
    bench.ports[0]!.lose("pulled");
    await bench.clock.forward(seconds(1));
    bench.ports[0]!.events.bytes(Uint8Array.of(1));
    bench.ports[0]!.lose("pulled again");
    assert.equal(bench.heard, 0);
    assert.equal(bench.line.isOpen, true);
    await bench.line.stop();
  });

  it("closes a port that opens only after the stop, and leaves no timer", async () => {
    const bench = setUp();
    const started = bench.line.start();
    await bench.line.stop();
    await started;
    assert.ok(bench.ports.every((port) => !port.isOpen));
    assert.equal(bench.clock.pending, 0);
  });
});

class FakePort implements LinePort {
  readonly events: PortEvents;
  readonly #bench: Bench;
  isOpen = false;
  closed = false;
  closes = true;
  written = 0;
  gone: string | null = null;
  take: () => void = () => undefined;

  constructor(bench: Bench, events: PortEvents) {
    this.#bench = bench;
    this.events = events;
  }

  open(): Promise<void> {
    if (!this.#bench.present) return Promise.reject(new Error("no such device"));
    this.isOpen = true;
    return Promise.resolve();
  }

  write(): Promise<void> {
    assert.ok(this.isOpen, "written while closed");
    this.written++;
    if (!this.#bench.slow) return Promise.resolve();
    return new Promise((resolve) => (this.take = resolve));
  }

  probe(): Promise<string | null> {
    return Promise.resolve(this.gone);
  }

  close(): Promise<void> {
    this.isOpen = false;
    this.closed = true;
    return this.closes ? Promise.resolve() : new Promise(() => undefined);
  }

  lose(why: string): void {
    this.isOpen = false;
    this.events.lost(why);
  }
}

interface Bench {
  readonly clock: TestClock;
  readonly line: SerialLine;
  readonly ports: FakePort[];
  readonly states: string[];
  readonly renewals: string[];
  opened: number;
  heard: number;
  present: boolean;
  slow: boolean;
}

function setUp(): Bench {
  const clock = new TestClock();
  const line = new SerialLine({
    path: "/dev/ttyUSB0",
    baud: 115_200,
    clock,
    createPort: (_path, _baud, events) => {
      const port = new FakePort(bench, events);
      bench.ports.push(port);
      return port;
    },
    reopenMs: seconds(1),
    watchEveryMs: seconds(2),
    hangAfterMs: minutes(15),
    stallAfterMs: seconds(30),
    events: {
      opened: () => bench.opened++,
      bytes: () => bench.heard++,
      state: (up, why) => bench.states.push(`${up ? "up" : "down"}: ${why}`),
      renewed: (why) => bench.renewals.push(why),
    },
  });
  const lists = { ports: [], states: [], renewals: [] };
  const bench: Bench = { clock, line, ...lists, opened: 0, heard: 0, present: true, slow: false };
  return bench;
}
