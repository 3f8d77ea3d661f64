import fc from "fast-check";
import { ACTS, DEVICE_ACTS, type ActName, type DeviceActName } from "../../gateway/core/input.ts";
import { ANSWERS, REPORT_KINDS, type Answer, type ReportKind } from "../../gateway/core/kinds.ts";
import { DEFAULT_POLICIES } from "../../gateway/core/policy-defaults.ts";
import { POOL_SINCE } from "../../gateway/core/policy.ts";
import type { Proof } from "../../gateway/core/report.ts";
import { hours, minutes, seconds } from "../../gateway/core/units.ts";
import { policiesWith, type CoreHome } from "./core-home.ts";

/** r1 has two pendants, r2 one, a button in a corridor nobody's, and a service key. */
export const DEVICES = ["beef", "c0de", "cafe", "d00d", "5e5e"] as const;
const PEOPLE = [
  { name: "王芳", role: "staff" },
  { name: "陈静", role: "operator" },
  { name: "人s1", role: "staff" },
] as const;
const RECEIPTS = ["sent", "received", "delivered", "answered", "failing", "failed"] as const;

export type CounterPlan = "next" | "same" | "old" | "jump" | "none";

/** Buttons of a radio without keys, which nobody has enrolled when the story begins. */
export const BUTTONS = ["a1", "b2", "c3"] as const;

/** One thing that happens in a community. Numbers choose among what is there at that moment. */
export type Command =
  | {
      readonly do: "report";
      readonly device: string;
      readonly kind: ReportKind;
      readonly counter: CounterPlan;
      readonly proof: Proof;
      readonly ageMs: number;
      readonly batteryPct: number;
      readonly silentAfterMs: number | null;
    }
  | { readonly do: "watch"; readonly what: "sos" | "unclear" | "position"; readonly metres: number }
  | { readonly do: "undecided"; readonly device: string }
  | {
      readonly do: "learn";
      readonly act: "open" | "close";
      readonly resident: string;
      /** An enrolled device that is only to be proved; null: one is to be learnt. */
      readonly device: string | null;
      readonly bindKey: boolean;
    }
  | {
      readonly do: "button";
      readonly button: string;
      readonly key: string;
      readonly kind: ReportKind;
      readonly copies: number;
    }
  | { readonly do: "device"; readonly act: DeviceActName; readonly device: string; readonly forMs: number }
  | { readonly do: "act"; readonly act: ActName; readonly who: number; readonly alarm: number; readonly stale: boolean }
  | {
      readonly do: "answer";
      readonly alarm: number;
      readonly offer: number;
      readonly answer: Answer;
      readonly stale: boolean;
    }
  | {
      readonly do: "receipt";
      readonly alarm: number;
      readonly delivery: number;
      readonly status: (typeof RECEIPTS)[number];
    }
  /** A text of a responder, or of a stranger; `{}` is the code of an offer that is there, theirs or not. */
  | {
      readonly do: "text";
      readonly who: number;
      readonly said: string;
      readonly alarm: number;
      readonly offer: number;
    }
  | { readonly do: "forward"; readonly ms: number }
  | { readonly do: "restart"; readonly afterMs: number; readonly broken: boolean; readonly policies: number }
  | { readonly do: "clock"; readonly byMs: number }
  | { readonly do: "fault"; readonly key: string; readonly active: boolean }
  | { readonly do: "note"; readonly alarm: number; readonly what: "journaled" | "not-logged" | "said" };

const small = fc.nat({ max: 20 });
const report = fc.record({
  do: fc.constant("report" as const),
  device: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom("beef", "beef", "beef", ...DEVICES) },
    { weight: 1, arbitrary: fc.constant("dead") },
  ),
  kind: fc.oneof(
    { weight: 3, arbitrary: fc.constant("emergency" as const) },
    { weight: 1, arbitrary: fc.constant("cancel" as const) },
    { weight: 2, arbitrary: fc.constantFrom(...REPORT_KINDS) },
  ),
  counter: fc.oneof(
    { weight: 6, arbitrary: fc.constant("next" as const) },
    { weight: 4, arbitrary: fc.constantFrom("same", "old", "jump", "none") },
  ),
  proof: fc.oneof(
    { weight: 8, arbitrary: fc.constant("valid" as const) },
    { weight: 1, arbitrary: fc.constant("wrong-tag" as const) },
  ),
  ageMs: fc.constantFrom(0, 0, 0, 400, 45_000),
  batteryPct: fc.constantFrom(90, 90, 12, 31),
  silentAfterMs: fc.constantFrom(null, minutes(20)),
});
const act = fc.record({
  do: fc.constant("act" as const),
  act: fc.constantFrom(...ACTS),
  who: fc.nat({ max: PEOPLE.length - 1 }),
  alarm: small,
  stale: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});
const answer = fc.record({
  do: fc.constant("answer" as const),
  alarm: small,
  offer: small,
  answer: fc.constantFrom(...ANSWERS),
  stale: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});
const receipt = fc.record({
  do: fc.constant("receipt" as const),
  alarm: small,
  delivery: fc.nat({ max: 140 }),
  status: fc.constantFrom(...RECEIPTS),
});
const text = fc.record({
  do: fc.constant("text" as const),
  who: small,
  said: fc.constantFrom("1", "2", "好", "到了", "done", "1 {}", "2{}", "3 {}", "{}", "来不了啊我在外地", "1 99"),
  alarm: small,
  offer: small,
});
const forward = fc.record({
  do: fc.constant("forward" as const),
  ms: fc.oneof(
    {
      weight: 9,
      arbitrary: fc.constantFrom(seconds(1), seconds(45), seconds(61), minutes(3), minutes(6), minutes(25)),
    },
    { weight: 1, arbitrary: fc.constantFrom(hours(1), hours(25)) },
  ),
});
const others = [
  fc.record({
    do: fc.constant("restart" as const),
    afterMs: fc.constantFrom(0, seconds(3), minutes(7), hours(2)),
    broken: fc.boolean(),
    policies: fc.nat({ max: 2 }),
  }),
  fc.record({
    do: fc.constant("clock" as const),
    byMs: fc.constantFrom(-hours(30), -seconds(90), minutes(4), hours(8)),
  }),
  fc.record({
    do: fc.constant("fault" as const),
    key: fc.constantFrom("line:ttyUSB0", "path:hotline", "path:webhook:webhook"),
    active: fc.boolean(),
  }),
  fc.record({
    do: fc.constant("note" as const),
    alarm: small,
    what: fc.constantFrom("journaled" as const, "not-logged" as const, "said" as const),
  }),
  fc.record({
    do: fc.constant("device" as const),
    act: fc.oneof(fc.constant("test" as const), fc.constantFrom(...DEVICE_ACTS)),
    device: fc.constantFrom("beef", ...DEVICES),
    forMs: fc.constantFrom(seconds(30), minutes(10)),
  }),
  fc.record({ do: fc.constant("undecided" as const), device: fc.constantFrom(...DEVICES) }),
  fc.record({
    do: fc.constant("learn" as const),
    act: fc.constantFrom("open" as const, "open" as const, "close" as const),
    resident: fc.constantFrom("r1", "r2"),
    device: fc.constantFrom(null, null, "okc:beef", "okc:5e5e"),
    bindKey: fc.boolean(),
  }),
];
const button = fc.record({
  do: fc.constant("button" as const),
  button: fc.constantFrom("a1", "a1", "a1", ...BUTTONS),
  key: fc.constantFrom("1", "1", "1", "2"),
  kind: fc.constantFrom<ReportKind>("emergency", "emergency", "other", "fall"),
  copies: fc.nat({ max: 2 }),
});

/** A watch that tells its place with everything, moved north by so many metres. */
const watch = fc.record({
  do: fc.constant("watch" as const),
  what: fc.constantFrom("sos" as const, "unclear" as const, "position" as const),
  metres: fc.constantFrom(0, 10, 100),
});

export const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    { weight: 18, arbitrary: report },
    { weight: 10, arbitrary: act },
    { weight: 12, arbitrary: answer },
    { weight: 10, arbitrary: receipt },
    { weight: 6, arbitrary: text },
    { weight: 10, arbitrary: forward },
    { weight: 6, arbitrary: button },
    { weight: 6, arbitrary: watch },
    ...others.map((arbitrary) => ({ weight: 2, arbitrary: arbitrary as fc.Arbitrary<Command> })),
  ) as fc.Arbitrary<Command>,
  { minLength: 1, maxLength: 45, size: "max" },
);

/** Other policies that a later start may bring: two volunteers needed, a list that repeats from its middle. */
const POLICIES = [
  DEFAULT_POLICIES,
  policiesWith("emergency", { repeatFromStep: 1, repeatEveryMs: minutes(2) }),
  policiesWith("emergency", {
    pool: { first: 2, need: 2, widenBy: 1, maxOffers: 4, replaceOnDecline: false, ...POOL_SINCE },
    presses: { mergeWhileOpen: false, bumpAgainAfterMs: 0 },
  }),
];

/** Half of what happens, happens to what is newest. */
const nth = <Item>(items: readonly Item[], index: number): Item | undefined =>
  items.length === 0 ? undefined : items.at(-1 - (Math.max(0, index - 10) % items.length));

function counterFor(home: CoreHome, device: string, plan: CounterPlan): number | null {
  const known = home.counters.get(device) ?? 9;
  if (plan === "none") return null;
  return { next: known + 1, same: known, old: Math.max(0, known - 3), jump: known + 40 }[plan];
}

/** Lets a command happen; nothing, where what it chooses is not there. */
export function run(home: CoreHome, command: Command): void {
  switch (command.do) {
    case "report": {
      const { device, kind, counter, silentAfterMs, proof, ageMs, batteryPct } = command;
      const fields = { address: device, counter: counterFor(home, device, counter), proof, ageMs, batteryPct };
      // A forged counter must not become what the true device counts from.
      const known = home.counters.get(device);
      home.report(kind, fields, silentAfterMs);
      if (proof !== "valid") home.counters.set(device, known ?? 9);
      return;
    }
    case "act": {
      const alarm = nth(home.alarms, command.alarm);
      const by = PEOPLE[command.who]!;
      const version = (alarm?.version ?? 1) - (command.stale ? 1 : 0);
      const words = { text: "看过了", outcome: "helped-on-site" as const };
      if (alarm) home.act(command.act, { by, alarm: alarm.id, version, ...words });
      return;
    }
    case "answer": {
      const alarm = nth(home.alarms, command.alarm);
      const offer = alarm && nth(alarm.offers, command.offer);
      if (!offer) return;
      const version = offer.version - (command.stale ? 1 : 0);
      home.decide({ type: "answer", offer: offer.id, version, answer: command.answer });
      return;
    }
    case "receipt": {
      const alarm = nth(home.alarms, command.alarm);
      const delivery = alarm && nth(alarm.deliveries, command.delivery);
      if (delivery) home.receipt(delivery.key, command.status);
      return;
    }
    default:
      return runOther(home, command);
  }
}

type Other = Exclude<Command, { do: "report" | "act" | "answer" | "receipt" }>;

function runOther(home: CoreHome, command: Other): void {
  switch (command.do) {
    case "text":
      return sendText(home, command);
    case "forward":
      return home.forward(command.ms);
    case "restart": {
      const facilities = command.broken ? { hotline: false, channels: [] } : {};
      return home.restart(command.afterMs, facilities, POLICIES[command.policies]);
    }
    case "clock":
      return home.stepClock(command.byMs);
    case "fault":
      return void home.fault(command.key, command.active, "line-down");
    case "learn": {
      const { act, resident, device, bindKey } = command;
      const named = device === null ? {} : { device };
      return void home.decide({ type: "learn", act, by: PEOPLE[0], resident, bindKey, ...named });
    }
    case "button": {
      const { button: address, key: press, kind } = command;
      const line = { bridge: "radio", line: "433", batteryPct: null, ageMs: null } as const;
      const fields = { ...line, address, press, counter: null, proof: "none" } as const;
      home.report(kind, fields);
      for (let copy = 0; copy < command.copies; copy++)
        home.report(kind, { ...fields, repeatMs: seconds(3) }, null, { sinceMs: 300, runMs: 300 });
      return;
    }
    case "watch": {
      const { what, metres } = command;
      const said = {
        sos: { kind: "emergency", press: "sos" },
        unclear: { kind: "other", press: null, unclear: "alarm 0x2f" },
        position: { kind: "other", press: null },
      } as const;
      const { kind, ...more } = said[what];
      const position = { lat: 29.868 + metres / 111_195, lon: 121.544, isFix: metres > 0 };
      const line = { bridge: "watch", line: "tcp:watch:5093", transport: "tcp", raw: "[3G*…]", address: "w1" } as const;
      return void home.report(kind, { ...line, ...more, position, counter: null, proof: "none", ageMs: null });
    }
    case "device": {
      const { act, device, forMs } = command;
      // Of the same resident.
      const place = act === "replace" && device === "beef" ? { with: "okc:c0de" } : {};
      return void home.deviceAct(act, { device: `okc:${device}`, by: PEOPLE[0], forMs, ...place });
    }
    case "undecided": {
      const line = { bridge: "okc", line: "ttyUSB0", transport: "serial" as const, ageAtLeast: false, raw: "ff" };
      const said = {
        kind: "emergency" as const,
        press: "emergency",
        counter: null,
        ageMs: null,
        batteryPct: null,
        proof: "valid" as const,
      };
      const report = { ...line, ...said, address: command.device, receivedAt: home.now };
      return void home.decide({ type: "undecided", report, why: "a rule failed" });
    }
    case "note": {
      const alarm = nth(home.alarms, command.alarm);
      if (!alarm) return;
      if (command.what !== "said") return void home.decide({ type: command.what, alarm: alarm.id, at: home.now });
      const { device, counter, line } = alarm.presses.at(-1)!;
      const order = { bridge: "okc", address: device.slice(4), counter: counter ?? 0, line, say: "heard" as const };
      return void home.decide({ type: "said", order, at: home.now });
    }
  }
}

function sendText(home: CoreHome, { who, said, alarm: which, offer }: Extract<Command, { do: "text" }>): void {
  const alarm = nth(home.alarms, which);
  const code = (alarm && nth(alarm.offers, offer)?.code) ?? "57";
  const ids = [...home.state.responders.values()].map(({ id }) => id);
  const address = who === 0 ? "webhook/stranger" : `webhook/${ids[who % ids.length]}`;
  home.decide({
    type: "channel-answer",
    channel: "webhook",
    key: null,
    address,
    said: { text: said.replace("{}", code) },
  });
}
