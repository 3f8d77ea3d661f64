import type { HeardBefore, HeardSigns, LearnEvent } from "../core/learn-events.ts";

/** An event of the learn window that shows a press. */
export type HeardEvent = Extract<LearnEvent, { kind: "learn-heard" | "learn-enrolled" | "learn-proving" }>;

/** Everything that was heard, Chinese, English and the message as it came; nothing where nothing new was. */
export function heardLines(event: HeardEvent): string[] {
  const { device, said } = event;
  if (!said) return [];
  const facts = factsOf(device, said);
  const { before, resident } = event.kind === "learn-heard" ? event : {};
  const times = before && before.count > 0 ? timesOf(before) : null;
  return [
    `听到 ${device}：${facts.map(([chinese, , value]) => `${chinese} ${wordIn(value, 0)}`).join("，")}`,
    `heard ${device}: ${facts.map(([, english, value]) => `${english} ${wordIn(value, 1)}`).join(", ")}`,
    ...(said.raw === "" ? [] : [`  ${said.raw}`]),
    ...(times ?? []),
    ...(resident === undefined ? [] : [`  居民 / resident: ${resident ?? "-"}`]),
  ];
}

/** The value of both languages, or one for each. */
type Value = string | readonly [chinese: string, english: string];
type Fact = readonly [chinese: string, english: string, value: Value];

const wordIn = (value: Value, language: 0 | 1): string => (typeof value === "string" ? value : value[language]);

function factsOf(device: string, said: HeardSigns): Fact[] {
  const { press, report, rssiDbm, linkQuality, batteryPct, batteryOk, wireId, line, transport, proof } = said;
  const bridge = device.slice(0, device.indexOf(":"));
  const signal = [rssiDbm === null ? null : `${rssiDbm} dBm`, linkQuality === null ? null : `LQI ${linkQuality}`];
  const heard = signal.filter((one) => one !== null).join(", ");
  const lamp = batteryOk === null ? null : batteryOk ? "OK" : "LOW";
  return [
    ["按键", "press", press ?? "-"],
    ["类型", "kind", report],
    ["信号", "signal", heard === "" ? ["网桥不报", "the bridge does not say"] : heard],
    ["电量", "battery", batteryPct === null ? (lamp ?? "?") : `${batteryPct} %`],
    ["网桥", "bridge", bridge],
    ["地址", "address", device.slice(bridge.length + 1)],
    ["线上名称", "wire id", wireId ?? "-"],
    ["线路", "line", `${line} (${transport})`],
    ["凭证", "proof", proof],
  ];
}

function timesOf({ count, since, lastAt, lines }: HeardBefore): string[] {
  const [from, last] = [since, lastAt].map((at) => new Date(at).toISOString());
  return [
    `  ! 此前无人登记时已听到 ${count} 次（自 ${from} 起，最近 ${last}，线路 ${lines.join("、")}）`,
    `  ! heard ${count} times before while nobody was enrolling (since ${from}, last ${last}, on ${lines.join(", ")})`,
  ];
}
