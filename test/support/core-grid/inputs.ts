import { ACTS, DEVICE_ACTS, type Input } from "../../../gateway/core/input.ts";
import { ANSWERS, REPORT_KINDS } from "../../../gateway/core/kinds.ts";
import { PLATFORM_ACTS } from "../../../gateway/core/news-events.ts";
import { nextDue } from "../../../gateway/core/alarm.ts";
import { hours } from "../../../gateway/core/units.ts";
import { WANG, type CoreHome } from "../core-home.ts";

/** One thing that happens to a cell. `send` makes exactly one decision; `prepare` goes before it and is not judged. */
export interface CellInput {
  readonly name: string;
  readonly type: Input["type"];
  readonly prepare?: (home: CoreHome) => void;
  readonly send: (home: CoreHome) => void;
}

const RECEIPTS = ["sent", "received", "failing", "failed"] as const;
const CARRIERS = ["hotline", "offer", "siren"] as const;

/** The newest delivery of a kind, of the alarm under test; a key of nothing where there is none. */
export function carrierKey(home: CoreHome, carrier: (typeof CARRIERS)[number]): string {
  const alarm = home.alarm;
  const found =
    carrier === "offer"
      ? alarm.deliveries.find(({ type, to }) => type === "offer" && to === "v4")
      : alarm.deliveries.findLast(({ type }) => type === carrier);
  return found?.key ?? `${alarm.id}.d999`;
}

const reports: CellInput[] = [
  ...REPORT_KINDS.map((kind): CellInput => ({
    name: `report ${kind}`,
    type: "report",
    send: (home) => void home.report(kind),
  })),
  { name: "report again", type: "report", send: (home) => void home.report("emergency", { counter: 10 }) },
  { name: "report old-counter", type: "report", send: (home) => void home.report("emergency", { counter: 3 }) },
  { name: "report wrong-tag", type: "report", send: (home) => void home.report("emergency", { proof: "wrong-tag" }) },
  {
    name: "report unknown-device",
    type: "report",
    send: (home) => void home.report("emergency", { address: "dead", proof: "no-key" }),
  },
  {
    name: "undecided",
    type: "undecided",
    send(home) {
      const report = { bridge: "okc", address: "beef", line: "ttyUSB0", transport: "serial" as const, counter: 11 };
      const rest = {
        press: "emergency",
        ageMs: 0,
        ageAtLeast: false,
        batteryPct: 90,
        proof: "valid" as const,
        raw: "c0de",
      };
      const whole = { ...report, ...rest, kind: "emergency" as const, receivedAt: home.now };
      home.decide({ type: "undecided", report: whole, why: "a rule failed" });
    },
  },
];

const acts: CellInput[] = [
  ...ACTS.map((act): CellInput => ({
    name: `act ${act}`,
    type: "act",
    send: (home) =>
      void home.act(act, { by: WANG, outcome: "helped-on-site", ...(act === "note" ? { text: "门锁着" } : {}) }),
  })),
  ...ACTS.map((act): CellInput => ({
    name: `stale ${act}`,
    type: "act",
    send(home) {
      const text = act === "note" ? { text: "门锁着" } : {};
      home.act(act, { by: WANG, outcome: "helped-on-site", version: home.alarm.version - 1, ...text });
    },
  })),
  { name: "act resolve without outcome", type: "act", send: (home) => void home.act("resolve") },
  { name: "act note without text", type: "act", send: (home) => void home.act("note") },
  {
    name: "act verify-cancel when asked",
    type: "act",
    prepare: (home) => void home.cancel(),
    send: (home) => void home.act("verify-cancel", { by: WANG }),
  },
];

const platform: CellInput[] = PLATFORM_ACTS.map((act) => ({
  name: `platform ${act}`,
  type: "platform-act",
  send: (home) => void home.platformAct(act),
}));

const testing = (home: CoreHome): void => void home.deviceAct("test");

const devices: CellInput[] = [
  ...DEVICE_ACTS.map((act): CellInput => ({
    name: `device ${act}`,
    type: "device-act",
    send: (home) => void home.deviceAct(act),
  })),
  {
    name: "learn open",
    type: "learn",
    send: (home) => void home.decide({ type: "learn", act: "open", by: WANG, resident: "r1" }),
  },
  {
    name: "learning emergency",
    type: "report",
    prepare: (home) => void home.decide({ type: "learn", act: "open", by: WANG, resident: "r1" }),
    send: (home) => void home.report("emergency"),
  },
  { name: "tested emergency", type: "report", prepare: testing, send: (home) => void home.report("emergency") },
  { name: "tested cancel", type: "report", prepare: testing, send: (home) => void home.report("cancel") },
  {
    name: "tested emergency twice",
    type: "report",
    prepare(home) {
      testing(home);
      home.report("fall");
    },
    send: (home) => void home.report("emergency"),
  },
  {
    name: "suspended emergency",
    type: "report",
    prepare: (home) => void home.deviceAct("suspend"),
    send: (home) => void home.report("emergency"),
  },
];

const answers: CellInput[] = ["v4", "s1"].flatMap((who) =>
  ANSWERS.map((answer): CellInput => ({
    name: `answer ${who === "v4" ? "volunteer" : "staff"} ${answer}`,
    type: "answer",
    send: (home) => void home.answer(who, answer),
  })),
);

const receipts: CellInput[] = CARRIERS.flatMap((carrier) =>
  RECEIPTS.map((status): CellInput => ({
    name: `receipt ${carrier} ${status}`,
    type: "receipt",
    send: (home) => void home.receipt(carrierKey(home, carrier), status, "detail"),
  })),
);

const order = (address: string, counter: number) => ({ bridge: "okc", address, line: "ttyUSB0", counter });

const others: CellInput[] = [
  {
    name: "due too early",
    type: "due",
    send: (home) => void home.decide({ type: "due", key: `alarm ${home.alarm.id}` }),
  },
  {
    name: "due",
    type: "due",
    prepare: (home) => void (home.now = nextDue(home.alarm)!),
    send: (home) => void home.decide({ type: "due", key: `alarm ${home.alarm.id}` }),
  },
  { name: "fault raised", type: "fault", send: (home) => void home.fault("line:ttyUSB0", true, "line-down") },
  {
    name: "fault cleared",
    type: "fault",
    prepare: (home) => void home.fault("path:hotline", true),
    send: (home) => void home.fault("path:hotline", false),
  },
  {
    name: "fault of a device that its bridge lost",
    type: "device-lost",
    send: (home) => void home.decide({ type: "device-lost", bridge: "okc", address: "beef", how: "left" }),
  },
  {
    name: "fault of none: names of a bridge's devices",
    type: "names",
    send(home) {
      const names = [{ name: "button", address: "0x00158d0001a2b3c4" }];
      home.decide({ type: "names", bridge: "zigbee2mqtt", names });
    },
  },
  { name: "clock-stepped forward", type: "clock-stepped", send: (home) => home.stepClock(hours(5)) },
  { name: "clock-stepped back", type: "clock-stepped", send: (home) => home.stepClock(-hours(5)) },
  {
    name: "contact test",
    type: "test-contact",
    send: (home) => void home.decide({ type: "test-contact", responder: "v1", channel: null, by: WANG }),
  },
  {
    name: "contact test seen",
    type: "contact-test-seen",
    send: (home) => void home.decide({ type: "contact-test-seen", test: "7gk2qx9d-99" }),
  },
  {
    name: "text of a stranger",
    type: "channel-answer",
    send: (home) =>
      void home.decide({
        type: "channel-answer",
        channel: "sms",
        key: null,
        address: "13900000000",
        said: { text: "1" },
      }),
  },
  {
    name: "key copy shown",
    type: "key-copy",
    send: (home) => void home.decide({ type: "key-copy", mark: "0123456789abcdef", by: "王芳" }),
  },
  {
    name: "contact gone",
    type: "contact-gone",
    send: (home) =>
      void home.decide({ type: "contact-gone", channel: "push", responder: "v1", address: "none that is known" }),
  },
  {
    name: "public address proved",
    type: "public-url-proved",
    send: (home) => void home.decide({ type: "public-url-proved", url: "https://okc.example.org" }),
  },
  {
    name: "duty changed",
    type: "duty",
    send: (home) => void home.decide({ type: "duty", act: "end", override: "o1", by: WANG }),
  },
  { name: "started", type: "started", send: (home) => void home.start() },
  {
    name: "save",
    type: "save",
    send: (home) =>
      void home.decide({ type: "save", events: [{ kind: "building-saved", name: "1", lat: 22.5, lon: 114 }] }),
  },
  {
    name: "first administrator",
    type: "set-up",
    send: (home) => void home.decide({ type: "set-up", name: "王芳", passwordHash: "$argon2id$" }),
  },
  {
    name: "session opened",
    type: "session",
    send: (home) => void home.decide({ type: "session", do: "open", sha256: "ab", login: "王芳", tokenSha256: null }),
  },
  {
    name: "said heard",
    type: "said",
    send: (home) =>
      void home.decide({ type: "said", order: { ...order("beef", 10), say: "heard" }, at: home.now + 80 }),
  },
  {
    name: "journaled",
    type: "journaled",
    send: (home) => void home.decide({ type: "journaled", alarm: home.alarm.id, at: home.now + 5 }),
  },
  {
    name: "not-logged",
    type: "not-logged",
    send: (home) => void home.decide({ type: "not-logged", alarm: home.alarm.id }),
  },
];

export const CELL_INPUTS: readonly CellInput[] = [
  ...reports,
  ...acts,
  ...platform,
  ...devices,
  ...answers,
  ...receipts,
  ...others,
];
