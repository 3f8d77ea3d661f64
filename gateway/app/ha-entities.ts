import { createHash } from "node:crypto";
import { ALARM_KINDS, ALARM_STATES } from "../core/kinds.ts";
import type { Enrolled } from "../core/directory.ts";
import type { State, Tables } from "../core/state.ts";
import { conditionOf, DEVICE_STATES, isUnheard } from "../core/supervision.ts";
import { DEVICE_FAULTS } from "../core/todo.ts";
import { isUnresolved } from "../core/alarm.ts";
import { isoOrNull, type EpochMs } from "../core/units.ts";

/*
 * What Home Assistant is told: MQTT discovery as its documentation has it ("MQTT", "MQTT discovery", and the pages of
 * the sensor, binary sensor and event). A value that is not known is `None` there, never *off*.
 */

/** The site as it appears in Home Assistant. */
export interface HaSite {
  /** `okc_7gk2qx9d`: unique among gateways. */
  readonly node: string;
  /** Where its states are: `okc/ha/7gk2qx9d`. */
  readonly base: string;
  readonly prefix: string;
  readonly name: string;
  readonly version: string;
  readonly language: "zh-CN" | "en";
  /** Whether residents' names go out. */
  readonly names: boolean;
  /** How many receivers the hotline has; 0: there is none. */
  readonly receivers: number;
}

export interface HaMessage {
  readonly topic: string;
  readonly text: string;
}

interface Entity {
  readonly component: "sensor" | "binary_sensor" | "event";
  /** The field of the state that it shows. */
  readonly object: string;
  readonly zh: string;
  readonly en: string;
  /** Further keys of its discovery. */
  readonly more: Readonly<Record<string, unknown>>;
}

const sensor = (object: string, zh: string, en: string, more: object): Entity => ({
  ...{ component: "sensor", object, zh, en },
  more: { ...more },
});
const binary = (object: string, zh: string, en: string, deviceClass: string, more = {}): Entity => ({
  ...{ component: "binary_sensor", object, zh, en },
  more: { device_class: deviceClass, ...more },
});

const DIAGNOSTIC = { entity_category: "diagnostic" };
const NO_ALARM = "none";

export const DEVICE_ENTITIES: readonly Entity[] = [
  { component: "event", object: "call", zh: "呼叫", en: "Call", more: { event_types: [...ALARM_KINDS] } },
  sensor("alarm", "警情", "Alarm", { device_class: "enum", options: [NO_ALARM, ...ALARM_STATES] }),
  sensor("state", "设备状态", "State", { device_class: "enum", options: [...DEVICE_STATES] }),
  binary("live", "在线", "Reporting", "connectivity", DIAGNOSTIC),
  binary("problem", "故障", "Problem", "problem", DIAGNOSTIC),
  sensor("battery", "电量", "Battery", { device_class: "battery", unit_of_measurement: "%", ...DIAGNOSTIC }),
  binary("battery_low", "电量低", "Battery low", "battery", DIAGNOSTIC),
  sensor("seen", "最近信号", "Last seen", { device_class: "timestamp", ...DIAGNOSTIC }),
  sensor("signal", "信号强度", "Signal", {
    ...{ device_class: "signal_strength", unit_of_measurement: "dBm", state_class: "measurement" },
    ...DIAGNOSTIC,
  }),
];

const gatewayEntities = ({ receivers }: HaSite): readonly Entity[] => [
  sensor("open", "未结警情", "Open alarms", { state_class: "measurement" }),
  binary("problem", "故障", "Problem", "problem", DIAGNOSTIC),
  sensor("faults", "故障数", "Faults", { state_class: "measurement", ...DIAGNOSTIC }),
  binary("journal", "日志库故障", "Journal problem", "problem", DIAGNOSTIC),
  ...(receivers > 0 ? [binary("hotline", "热线连接", "Hotline", "connectivity", DIAGNOSTIC)] : []),
  sensor("version", "版本", "Version", DIAGNOSTIC),
];

/** A name for topics and unique ids: addresses hold anything, these must not. */
export const slugOf = (device: string): string => createHash("sha256").update(device).digest("hex").slice(0, 16);

export const availabilityTopic = ({ base }: HaSite): string => `${base}/availability`;
export const stateTopic = ({ base }: HaSite, slug: string): string => `${base}/${slug}/state`;
export const callTopic = ({ base }: HaSite, slug: string): string => `${base}/${slug}/call`;
/** The gateway itself, where devices have a slug. */
export const GATEWAY = "gateway";

const configTopic = ({ prefix, node }: HaSite, { component, object }: Entity, slug: string): string =>
  `${prefix}/${component}/${node}/${slug}_${object}/config`;

/** Shared by all entities of a device. Without names nothing in it is personal. */
export function deviceBlock(site: HaSite, tables: Pick<Tables, "residents">, enrolled: Enrolled) {
  const { id, bridge, label, location, resident } = enrolled;
  const what = [label, location].filter((part) => part !== "").join(" ");
  const who = site.names && resident !== null ? tables.residents.get(resident)?.name : undefined;
  return {
    identifiers: [`${site.node}_${slugOf(id)}`],
    name: [who, what, id].filter((part) => part !== undefined && part !== "").join(" "),
    manufacturer: "One-Key Call",
    model: bridge,
    via_device: site.node,
    ...(location !== "" && { suggested_area: location }),
  };
}

export const gatewayBlock = ({ node, name, version }: HaSite) => ({
  ...{ identifiers: [node], name, manufacturer: "One-Key Call", model: "gateway", sw_version: version },
});

/** The discovery of one entity each. */
export function configsOf(site: HaSite, slug: string, device: object): readonly HaMessage[] {
  const entities = slug === GATEWAY ? gatewayEntities(site) : DEVICE_ENTITIES;
  return entities.map((entity) => ({
    topic: configTopic(site, entity, slug),
    text: JSON.stringify({
      name: site.language === "en" ? entity.en : entity.zh,
      unique_id: `${site.node}_${slug}_${entity.object}`,
      state_topic: entity.component === "event" ? callTopic(site, slug) : stateTopic(site, slug),
      ...(entity.component !== "event" && { value_template: `{{ value_json.${entity.object} }}` }),
      availability_topic: availabilityTopic(site),
      ...entity.more,
      device,
      origin: { name: "One-Key Call", sw_version: site.version },
    }),
  }));
}

/** What takes a device away: each of its topics without a text. */
export const removalOf = (site: HaSite, slug: string): readonly HaMessage[] =>
  [...DEVICE_ENTITIES.map((entity) => configTopic(site, entity, slug)), stateTopic(site, slug)].map((topic) => ({
    topic,
    text: "",
  }));

const onOff = (isOn: boolean): "ON" | "OFF" => (isOn ? "ON" : "OFF");

/** How a device stands. Null is *unknown*: a button that never reports is neither connected nor not. */
export function deviceState(state: State, enrolled: Enrolled, now: EpochMs): string {
  const { id, resident } = enrolled;
  const known = state.devices.get(id);
  const condition = conditionOf(state, enrolled, now);
  const has = (fault: string): boolean => state.faults.get(`${fault}:${id}`) !== undefined;
  const alarms = (state.alarmsOf.get(resident ?? id) ?? []).flatMap((alarm) => state.alarms.get(alarm) ?? []);
  const last = alarms.findLast(({ presses }) => presses.some(({ device }) => device === id));
  const reports = condition === "live" || condition === "late";
  const isKnown = condition === "silent" || (reports && known !== undefined && !isUnheard(state, known));
  const batteryPct = known?.batteryPct ?? null;
  return JSON.stringify({
    alarm: last?.state ?? NO_ALARM,
    state: condition,
    live: isKnown ? onOff(reports) : null,
    problem: onOff(DEVICE_FAULTS.some(has)),
    battery: batteryPct,
    battery_low: has("battery") ? "ON" : batteryPct === null ? null : "OFF",
    seen: isoOrNull(known?.seenAt ?? null),
    signal: known?.signal?.rssiDbm.at(-1) ?? null,
  });
}

/** How the gateway is. The hotline is connected as long as one of its receivers is. */
export function gatewayState(state: State, { receivers, version }: HaSite): string {
  const keys = [...state.faults.values()].map(({ key }) => key);
  const down = keys.filter((key) => key.startsWith("path:hotline:")).length;
  return JSON.stringify({
    open: [...state.alarms.values()].filter(isUnresolved).length,
    problem: onOff(keys.length > 0),
    faults: keys.length,
    journal: onOff(keys.some((key) => key === "journal" || key === "journal-damaged")),
    hotline: onOff(down < receivers),
    version,
  });
}
