import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SystemClock } from "../../../gateway/adapters/clock/system-clock.ts";
import type { SipAccount } from "../../../gateway/adapters/voice/baresip-files.ts";
import { HotlineCalls } from "../../../gateway/adapters/voice/hotline-calls.ts";
import { PersonCalls } from "../../../gateway/adapters/voice/person-calls.ts";
import { Prompts } from "../../../gateway/adapters/voice/prompts.ts";
import { Telephone } from "../../../gateway/adapters/voice/telephone.ts";
import { VOICE_LIMITS, type VoiceLimits } from "../../../gateway/adapters/voice/voice-limits.ts";
import { minutes, seconds } from "../../../gateway/core/units.ts";
import type { HotlineMessage, OfferMessage } from "../../../gateway/ports/channel.ts";
import { detailsOf, emergency } from "./hotline-rig.ts";
import { CALL_MAX_MS } from "./sip-phone.ts";
import { RecordingLog, RecordingMeter, RecordingSink } from "./recording-sink.ts";
import { until } from "../until.ts";

const ACCOUNT: SipAccount = {
  user: "gateway",
  server: null,
  authUser: null,
  password: null,
  proxy: null,
  transport: "udp",
  register: false,
  listen: { host: "127.0.0.1", port: 0 },
  ca: null,
  heartbeatS: 2,
};

/** Pauses that a test can wait for. */
const QUICK: Partial<VoiceLimits> = {
  setUpMs: seconds(4),
  ringMs: seconds(4),
  listenMs: seconds(2),
  readings: 2,
  againMs: seconds(1),
  unreachedMs: seconds(1),
  unreachedMaxMs: seconds(2),
  restartMs: 200,
};

export interface VoiceSiteOptions {
  readonly account?: Partial<SipAccount>;
  readonly lines?: number;
  readonly limits?: Partial<VoiceLimits>;
  readonly bridge?: boolean;
  /** Whom the hotline's calls go to. */
  readonly hotline?: string;
  readonly language?: "zh-CN" | "en";
}

/** The gateway's telephone on the loopback, with real programs and the machine's clock. */
export class VoiceSite {
  readonly folder = mkdtempSync(join(tmpdir(), "okc-voice-"));
  readonly sink = new RecordingSink();
  readonly log = new RecordingLog();
  readonly prompts: Prompts;
  readonly hotline: HotlineCalls;
  readonly people: PersonCalls;

  constructor(options: VoiceSiteOptions = {}) {
    const clock = new SystemClock();
    const limits = { ...VOICE_LIMITS, ...QUICK, ...options.limits };
    const telephone = new Telephone({
      name: "voice",
      account: { ...ACCOUNT, ...options.account },
      lines: options.lines ?? 1,
      folder: join(this.folder, "voice"),
      clock,
      log: this.log,
      meter: new RecordingMeter(),
      limits,
    });
    this.prompts = new Prompts({
      language: options.language ?? "zh-CN",
      cache: join(this.folder, "phrases"),
      recorded: null,
      clock,
      limits,
    });
    const parts = { telephone, prompts: this.prompts, clock, limits };
    const { hotline = "sip:nobody@127.0.0.1:9", bridge = false } = options;
    this.hotline = new HotlineCalls({ ...parts, id: "voice", number: hotline, callBackMs: minutes(5), bridge });
    this.people = new PersonCalls({ ...parts, id: "voice" });
  }

  async open(): Promise<this> {
    await this.people.start(this.sink);
    await this.hotline.start(this.sink);
    return this;
  }

  async close(): Promise<void> {
    await this.people.stop();
    await this.hotline.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Asks a person. */
  ask(key: string, address: string, change: Partial<OfferMessage> = {}): void {
    this.people.deliver({ ...offerTo(key, address), ...change });
  }

  /** Alarms the hotline. */
  alarm(key: string, change: { priority?: number; sip?: string; spoken?: string } = {}): void {
    this.hotline.deliver(alarmOf(key, change));
  }

  /** Waits for a receipt whose detail begins so. */
  expect(key: string, status: string, detail = ""): Promise<unknown> {
    return until(
      `${status} (${detail}) of ${key}; so far ${JSON.stringify(this.sink.receipts.items.map((one) => [one.key, one.status, one.detail]))}`,
      () =>
        this.sink.receipts.items.find(
          (one) => one.key === key && one.status === status && (one.detail ?? "").startsWith(detail),
        ),
      CALL_MAX_MS,
    );
  }
}

export const WORDS = "紧急呼叫。王秀英，三栋五零一。";

const offerTo = (key: string, address: string): OfferMessage => ({
  key,
  type: "offer",
  responder: "v1",
  address,
  priority: 1,
  words: { title: "", text: "", spoken: WORDS },
  link: null,
  code: null,
  offer: { id: `${key}-offer`, version: 1 },
  alarm: { id: "a1", kind: "emergency", priority: 1 },
  resident: null,
  answer: null,
  reason: null,
});

const alarmOf = (
  key: string,
  { priority = 1, sip, spoken = WORDS }: { priority?: number; sip?: string; spoken?: string },
): HotlineMessage =>
  emergency(key, {
    alarm: "a1",
    priority,
    details: detailsOf({ sip: sip ?? null, words: { title: "", text: "", spoken } }),
  });
