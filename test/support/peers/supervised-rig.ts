import assert from "node:assert/strict";
import { Dc09Receiver } from "../../../firmware-sim/receiver.ts";
import { Dc09Hotline } from "../../../gateway/adapters/hotline/dc09-hotline.ts";
import type { Dc09Limits, Receiver } from "../../../gateway/adapters/hotline/dc09-limits.ts";
import type { DurationMs } from "../../../gateway/core/units.ts";
import { TestClock } from "../test-clock.ts";
import { until, untilQuiet } from "../until.ts";
import { receiverOf } from "./hotline-rig.ts";
import { RecordingLog, RecordingMeter, RecordingSink } from "./recording-sink.ts";

/** What a receiver is, and what its entry in okc.yaml says of it. */
export type Pair = Partial<Receiver> & {
  /** Where the receiver has another key than its entry. */
  readonly receiverKey?: string;
};

const PLAIN = { style: "plain", everyMs: null } as const;

/** A hotline that asks its simulated receivers whether they live, on a clock that the test moves. */
export class SupervisedRig {
  readonly clock = new TestClock();
  readonly sink = new RecordingSink();
  readonly log = new RecordingLog();
  readonly receivers: readonly Dc09Receiver[];
  readonly #meter = new RecordingMeter();
  #hotline: Dc09Hotline | null = null;

  private constructor(pairs: readonly Pair[]) {
    const clock = this.clock.world;
    this.receivers = pairs.map(({ transport = "tcp", key, receiverKey = key }) => {
      return new Dc09Receiver({ clock, transport, ...(receiverKey && { key: receiverKey }) });
    });
  }

  /** Starts receivers and hotline; their ids are `a`, `b` …. `before`: what the receivers do from the start. */
  static async open(
    pairs: readonly Pair[] = [{}],
    before: (receivers: readonly Dc09Receiver[]) => void = () => undefined,
    limits: Partial<Dc09Limits> = {},
  ): Promise<SupervisedRig> {
    const rig = new SupervisedRig(pairs);
    for (const receiver of rig.receivers) await receiver.start();
    before(rig.receivers);
    const { clock, log } = rig;
    rig.#hotline = new Dc09Hotline({
      receivers: pairs.map((pair, index) =>
        receiverOf({ id: "abc"[index]!, port: rig.receivers[index]!.port, supervision: PLAIN, ...pair }),
      ),
      clock,
      log,
      meter: rig.#meter,
      limits,
    });
    await rig.hotline.start(rig.sink);
    return rig;
  }

  get hotline(): Dc09Hotline {
    return this.#hotline!;
  }

  get receiver(): Dc09Receiver {
    return this.receivers[0]!;
  }

  /** How often a receiver proved that it lives. */
  proofs(id = "a"): number {
    const path = `hotline:${id}`;
    const ups = this.sink.paths.items.filter((told) => told.path === path && told.up).length;
    return ups + this.sink.proofs.items.filter((proved) => proved === path).length;
  }

  /** Waits until that many signs of life have come to a receiver, and what it answers was heard. */
  async signs(count: number, index = 0): Promise<void> {
    await until(`sign of life ${count}`, () => this.receivers[index]!.signs.length >= count);
    await this.settled();
  }

  /** Waits until the receiver has proved itself that often. */
  async proved(count: number, id = "a"): Promise<void> {
    await until(`proof ${count} of ${id}`, () => this.proofs(id) >= count);
    await this.settled();
  }

  /** Real bytes on their way have arrived. */
  settled(): Promise<void> {
    return untilQuiet(() => this.#activity());
  }

  #activity(): number {
    const { proofs, paths, receipts } = this.sink;
    const heard = this.receivers.map(
      ({ frames, signs, rejectedFrames }) => frames.length + signs.length + rejectedFrames,
    );
    return heard.reduce((sum, one) => sum + one, proofs.items.length + paths.items.length + receipts.items.length);
  }

  /** Time goes on in small steps, and what is asked in it is answered in it. */
  async forward(byMs: DurationMs, stepMs: DurationMs = 1_000): Promise<void> {
    for (let left = byMs; left > 0; left -= stepMs) {
      await this.clock.forward(Math.min(stepMs, left));
      await this.settled();
    }
  }

  pathStates(id = "a"): boolean[] {
    return this.sink.paths.items.filter(({ path }) => path === `hotline:${id}`).map(({ up }) => up);
  }

  async close(): Promise<void> {
    await this.#hotline?.stop();
    for (const receiver of this.receivers) await receiver.stop();
    assert.equal(this.clock.pending, 0, "a timer was left behind");
  }
}
