import assert from "node:assert/strict";
import { ScaipSimReceiver } from "../../../firmware-sim/scaip-receiver.ts";
import type { ScaipReceiverOptions } from "../../../firmware-sim/scaip-receiver.ts";
import { ScaipHotline } from "../../../gateway/adapters/scaip/scaip-hotline.ts";
import type { ScaipLimits } from "../../../gateway/adapters/scaip/scaip-limits.ts";
import type { ScaipReceiver } from "../../../gateway/adapters/scaip/scaip-receiver.ts";
import { minutes, seconds } from "../../../gateway/core/units.ts";
import type { DurationMs } from "../../../gateway/core/units.ts";
import { TestClock } from "../test-clock.ts";
import { untilQuiet } from "../until.ts";
import { RecordingLog, RecordingMeter, RecordingSink } from "./recording-sink.ts";

/** A receiver on this machine, as okc.yaml would name it. */
export const scaipReceiver = (port: number, more: Partial<ScaipReceiver> = {}): ScaipReceiver => ({
  name: "city",
  host: "127.0.0.1",
  port,
  transport: "udp",
  uri: null,
  controller: "1234",
  user: "okc",
  password: null,
  listen: { host: "127.0.0.1", port: 0 },
  tls: null,
  heartbeatMs: seconds(60),
  lostAfterMs: seconds(90),
  hold: { everyMs: seconds(10), forMs: minutes(3) },
  repliesFrom: [],
  lines: 4,
  ...more,
});

/** A started way to a simulated receiver, with the clock of both. */
export class ScaipRig {
  readonly clock = new TestClock();
  readonly sink = new RecordingSink();
  readonly log = new RecordingLog();
  readonly meter = new RecordingMeter();
  readonly sim: ScaipSimReceiver;
  hotline!: ScaipHotline;

  private constructor(options: ScaipReceiverOptions) {
    this.sim = new ScaipSimReceiver({ clock: this.clock.world, ...options });
    // Datagrams between two sockets of one machine take a few turns of the loop.
    this.clock.settle = () => untilQuiet(() => this.sim.arrivals + this.sink.receipts.items.length);
  }

  /** Resolves when the first heartbeat had its answer. */
  static async open(
    more: Partial<ScaipReceiver> = {},
    options: ScaipReceiverOptions & { limits?: Partial<ScaipLimits>; before?: (sim: ScaipSimReceiver) => void } = {},
  ): Promise<ScaipRig> {
    const { limits = {}, before, ...sim } = options;
    const rig = new ScaipRig(sim);
    await rig.sim.start();
    before?.(rig.sim);
    await rig.begin(more, limits);
    return rig;
  }

  async begin(more: Partial<ScaipReceiver>, limits: Partial<ScaipLimits> = {}): Promise<void> {
    const { clock, log, meter } = this;
    this.hotline = new ScaipHotline({ receiver: scaipReceiver(this.sim.port, more), clock, log, meter, limits });
    await this.hotline.start(this.sink);
    await this.clock.settle();
  }

  /** Time goes on in steps, so that what leaves in one has its answer before the next. */
  async forward(byMs: DurationMs): Promise<void> {
    await this.clock.forward(byMs);
  }

  /** The types that arrived under one reference: `ME`, `RE`. */
  arrived(type: string): readonly string[] {
    return this.sim.seen.filter((one) => one.type === type).map(({ ref }) => ref);
  }

  async close(): Promise<void> {
    await this.hotline.stop();
    await this.sim.stop();
    assert.equal(this.clock.pending, 0, "a timer was left behind");
  }
}
