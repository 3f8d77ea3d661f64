import assert from "node:assert/strict";
import { BridgeWatch } from "../../gateway/app/bridge-watch.ts";
import type { Definition } from "../../gateway/core/definition.ts";
import type { Fault, State } from "../../gateway/core/state.ts";
import { hours, minutes, type DurationMs } from "../../gateway/core/units.ts";
import type { ReportSink } from "../../gateway/ports/radio.ts";
import { EVERYTHING, OUR_OWN } from "../support/spoken.ts";
import { TestClock } from "../support/test-clock.ts";

const KEY = "bridge-silent:zigbee2mqtt";
const zigbee = EVERYTHING.find(({ bridge }) => bridge === "zigbee2mqtt")!;

/** A bridge beside a clock, and the rows that its silence makes. */
class Beside {
  readonly clock = new TestClock();
  readonly faults = new Map<string, Fault>();
  readonly sink: ReportSink;
  readonly #watch: BridgeWatch;

  constructor(bridgeSilentAfterMs?: DurationMs) {
    const supervision = { ...zigbee.supervision, ...(bridgeSilentAfterMs !== undefined && { bridgeSilentAfterMs }) };
    const definitions = [...OUR_OWN, { ...zigbee, supervision } as Definition];
    const state = () => ({ faults: this.faults }) as unknown as State;
    this.#watch = new BridgeWatch({ definitions, clock: this.clock, state });
    this.sink = this.#watch.over({} as ReportSink);
    this.#watch.start({
      raiseFault: (key, code, detail) => void this.fault(key, code, detail),
      clearFault: (key) => void this.faults.delete(key),
      endNear: () => undefined,
    });
  }

  fault(key: string, code = key, detail = ""): void {
    const at = this.clock.now();
    this.faults.set(key, { key, code, detail, since: at, lastAt: at, count: 1 });
  }

  send(): void {
    this.sink.heardFrom?.("zigbee2mqtt");
  }

  /** One message after each pause. */
  async sends(times: number, everyMs: DurationMs): Promise<void> {
    for (let n = 0; n < times; n++) {
      await this.clock.forward(everyMs);
      this.send();
    }
  }

  get isSilent(): boolean {
    return this.faults.has(KEY);
  }

  stop(): Promise<void> {
    return this.#watch.stop();
  }
}

describe("A bridge that sends nothing at all", () => {
  let beside: Beside;
  afterEach(() => beside.stop());

  it("is silent after what its definition states, from the start on, and is not with its next message", async () => {
    beside = new Beside(minutes(10));
    await beside.clock.forward(minutes(9));
    assert.ok(!beside.isSilent);
    await beside.clock.forward(minutes(1));
    assert.ok(beside.isSilent);
    assert.match(beside.faults.get(KEY)!.detail, /^zigbee2mqtt has sent nothing since 20/);
    beside.send();
    assert.ok(!beside.isSilent);
  });

  it("is silent after three of its longest pauses of a whole day, where nothing is stated", async () => {
    beside = new Beside();
    await beside.sends(23, hours(1) / 2);
    await beside.sends(1, hours(2));
    await beside.clock.forward(hours(7));
    assert.ok(!beside.isSilent, "half a day teaches nothing");
    beside.send();
    await beside.sends(48, hours(1) / 2);
    await beside.clock.forward(hours(2));
    assert.ok(beside.isSilent);
  });

  it("is never called so for less than half an hour, or where it pauses for hours, or speaks seldom", async () => {
    beside = new Beside();
    await beside.sends(24 * 60, minutes(1));
    await beside.clock.forward(minutes(29));
    assert.ok(!beside.isSilent);
    await beside.clock.forward(minutes(1));
    assert.ok(beside.isSilent);
    await beside.stop();
    beside = new Beside();
    await beside.sends(40, hours(7));
    await beside.clock.forward(hours(24));
    assert.ok(!beside.isSilent);
  });

  it("is not the row while the bridge or the broker is known to be down, and has its time anew after that", async () => {
    beside = new Beside(minutes(10));
    for (const down of ["bridge:zigbee2mqtt", "line:broker"]) {
      beside.fault(down);
      await beside.clock.forward(hours(1));
      assert.ok(!beside.isSilent, down);
      beside.faults.delete(down);
      await beside.clock.forward(minutes(8));
      assert.ok(!beside.isSilent, down);
      await beside.clock.forward(minutes(3));
      assert.ok(beside.isSilent, down);
      beside.send();
    }
  });

  it("is no matter of pendants with accounts of their own", () => {
    beside = new Beside();
    beside.sink.heardFrom?.("mqtt");
    assert.equal(beside.faults.size, 0);
  });
});
