import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { SimModem } from "../../firmware-sim/gsm/modem.ts";
import type { ModemFaults } from "../../firmware-sim/gsm/modem-faults.ts";
import { SimNetwork } from "../../firmware-sim/gsm/network.ts";
import { SeededRandom } from "../../firmware-sim/random.ts";
import { modemLines } from "../../gateway/adapters/serial/modem-line.ts";
import { SmsChannel } from "../../gateway/adapters/sms/sms-channel.ts";
import type { SmsLimits } from "../../gateway/adapters/sms/sms-limits.ts";
import { seconds } from "../../gateway/core/units.ts";
import type { NoticeMessage } from "../../gateway/ports/channel.ts";
import { RecordingLog, RecordingMeter, RecordingSink } from "./peers/recording-sink.ts";
import { TestClock } from "./test-clock.ts";

/** The person whom tests write to. */
export const WANG = "+8613800000001";
export const LI = "+8613800000002";

/** Real I/O is waited for at most this long. */
const WITHIN_MS = 20_000;
/** A modem on a pseudo-terminal answers within this long, also on a busy machine. */
const TURN_MS = 25;

export interface SmsSiteOptions {
  /** One for each modem. */
  readonly faults?: readonly Partial<ModemFaults>[];
  readonly pins?: readonly (string | null)[];
  readonly limits?: Partial<SmsLimits>;
  readonly calls?: "off" | "ring" | "speak";
  readonly clock?: TestClock;
  readonly log?: RecordingLog;
  readonly meter?: RecordingMeter;
}

/** The channel for short messages with simulated modems on real pseudo-terminals, and the people behind them. */
export class SmsSite {
  readonly sink = new RecordingSink();
  readonly clock: TestClock;
  readonly log: RecordingLog;
  readonly meter: RecordingMeter;
  readonly network = new SimNetwork();
  readonly modems: readonly SimModem[];
  channel: SmsChannel;
  readonly #folder = mkdtempSync(join(tmpdir(), "okc-sms-"));
  readonly #options: SmsSiteOptions;

  constructor(options: SmsSiteOptions = {}) {
    this.#options = options;
    this.clock = options.clock ?? new TestClock();
    this.log = options.log ?? new RecordingLog();
    this.meter = options.meter ?? new RecordingMeter();
    const faults = options.faults ?? [{}];
    this.modems = faults.map(
      (one, at) =>
        new SimModem({
          link: join(this.#folder, `modem-${at}`),
          number: `+861390000000${at}`,
          network: this.network,
          random: new SeededRandom(at + 1),
          faults: one,
          now: () => new Date(this.clock.wall()),
        }),
    );
    this.channel = this.#newChannel(options.pins ?? []);
  }

  #newChannel(pins: readonly (string | null)[]): SmsChannel {
    return new SmsChannel({
      id: "night",
      country: "86",
      calls: this.#options.calls ?? "off",
      language: "zh-CN",
      modems: this.modems.map(({ link }, at) => ({
        name: "ab"[at]!,
        path: link,
        baud: 115_200,
        pin: pins[at] ?? null,
        smsc: null,
      })),
      folder: this.#folder,
      createLine: modemLines(this.clock),
      clock: this.clock,
      log: this.log,
      meter: this.meter,
      limits: this.#options.limits ?? {},
    });
  }

  /** Plugs the modems in and starts the channel. */
  async start(): Promise<this> {
    await Promise.all(this.modems.map((modem) => modem.start()));
    await this.channel.start(this.sink);
    return this;
  }

  /** The same, and waits until all modems can send. */
  async up(): Promise<this> {
    await this.start();
    await this.until("the modems to come up", () => this.state("sms:night") === true);
    if (this.modems.length > 1)
      for (const name of ["a", "b"]) await this.until(name, () => this.state(`sms:night:${name}`) === true);
    return this;
  }

  /** Another life of the gateway, perhaps with another configuration. */
  async restart(pins: readonly (string | null)[] = this.#options.pins ?? []): Promise<void> {
    await this.channel.stop();
    this.channel = this.#newChannel(pins);
    await this.channel.start(this.sink);
  }

  /** What was last told of a path. */
  state(path: string): boolean | undefined {
    return this.sink.paths.items.findLast((one) => one.path === path)?.up;
  }

  why(path = "sms:night"): string {
    return this.sink.paths.items.findLast((one) => one.path === path)?.why ?? "";
  }

  /** Whether a fault stands: `sms-sim:sms:night`. */
  fault(key: string): string | null {
    const last = this.sink.faults.items.findLast(({ fault }) => fault === key);
    return last?.active ? last.why : null;
  }

  deliver(key: string, text = "张三，1号楼 2 301。", to: string = WANG, priority = 1): void {
    const words = { title: "【一键通】紧急呼叫", text, spoken: text };
    const message: NoticeMessage = {
      type: "notice",
      key,
      responder: "wang",
      address: to,
      priority,
      words,
      link: null,
      code: null,
    };
    this.channel.deliver(message);
  }

  /** A call for help to one person. */
  offer(key: string): void {
    this.channel.deliver({
      type: "offer",
      key,
      responder: "wang",
      address: WANG,
      priority: 1,
      words: { title: "【一键通】紧急呼叫", text: "张三。", spoken: "紧急呼叫。张三。" },
      link: null,
      code: "57",
      offer: { id: "o1", version: 1 },
      alarm: { id: "a1", kind: "emergency", priority: 1 },
      resident: null,
      answer: null,
      reason: null,
    });
  }

  texts(number: string = WANG): readonly string[] {
    return this.network.phone(number).texts;
  }

  statuses(key: string): string[] {
    return this.sink.statuses(key);
  }

  /** Lets real I/O run and time pass, a second after another, until it holds. */
  async until(what: string, holds: () => boolean): Promise<void> {
    const end = performance.now() + WITHIN_MS;
    while (!holds()) {
      if (performance.now() > end)
        throw new Error(`waited in vain for ${what}\n${this.log.lines.slice(-8).join("\n")}`);
      await this.quiet();
      if (holds()) return;
      await this.clock.forward(seconds(1));
    }
  }

  /** Time passes, with all the I/O that belongs to it. */
  async forward(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += seconds(1)) {
      await this.quiet();
      await this.clock.forward(Math.min(seconds(1), ms - passed));
    }
    await this.quiet();
  }

  /** Waits until the modems' wires stand still. */
  async quiet(): Promise<void> {
    const traffic = (): number => this.modems.reduce((sum, modem) => sum + modem.traffic, 0);
    let before = -1;
    while (before !== traffic()) {
      before = traffic();
      await pause(TURN_MS);
    }
  }

  async end(): Promise<void> {
    await this.channel.stop();
    await Promise.all(this.modems.map((modem) => modem.stop()));
    rmSync(this.#folder, { recursive: true, force: true });
    assert.equal(this.clock.pending, 0, "a timer was left behind");
  }
}
