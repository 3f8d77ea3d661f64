import { isUnresolved, type Alarm, type Flag } from "./alarm.ts";
import { nameOf } from "./by-whom.ts";
import type { Resident } from "./directory.ts";
import type { AlarmKind, Outcome } from "./kinds.ts";
import { siteOf, type Tables } from "./state.ts";
import type { EpochMs } from "./units.ts";
import { FLAG_WORDS, KIND_WORDS, OUTCOME_WORDS, STATE_WORDS, type Word } from "./words.ts";

/** What a message of the Common Alerting Protocol says of the site. */
export interface CapSite {
  readonly name: string;
  /** Where people reach the desk; null: not told. */
  readonly phone: string | null;
  /** Everything around the gateway is simulated: the message is an exercise. */
  readonly demo: boolean;
}

const LANGUAGES = ["zh-CN", "en"] as const;

/** How much of a circle is meant, in kilometres: where a fix is, where cells guessed, where only the building is known. */
const RADIUS_KM = { fix: 0.05, guess: 1, building: 0.1 };

const URGENCY: Readonly<Record<AlarmKind, string>> = {
  emergency: "Immediate",
  fall: "Immediate",
  inactivity: "Expected",
  service: "Future",
};
const SEVERITY: Readonly<Record<AlarmKind, string>> = {
  emergency: "Severe",
  fall: "Severe",
  inactivity: "Moderate",
  service: "Minor",
};
/** Nothing proves who or what it was: how bad and how likely is not known. */
const DOUBTS: readonly Flag[] = ["unverified", "unknown-device", "suspended-device", "undecided", "unclear-cause"];
/** It turned out that nobody needed help: the message before is taken back, not brought up to date. */
const NOTHING_WAS: readonly Outcome[] = ["ok-accidental", "device-fault", "test", "duplicate"];

/**
 * An alarm as one message of CAP 1.2 (OASIS, 1 July 2010), for those named by `addresses` only. The message of a version
 * is always the same: its identifier ends in the version, and later ones refer to the first. Notes, key place and the
 * wearer's telephone are not in it.
 */
export function capOf(tables: Tables, alarm: Alarm, site: CapSite): string {
  const { gatewayId, facilities } = siteOf(tables);
  const sender = `okc-${gatewayId}`;
  const type = typeOf(alarm);
  const { platforms = [] } = facilities;
  const addresses = platforms.length > 0 ? platforms : ["hotline"];
  const body = [
    one("identifier", identifierOf(alarm.id, alarm.version)),
    one("sender", sender),
    one("sent", capTime(sentOf(alarm))),
    one("status", site.demo ? "Exercise" : alarm.outcome === "test" ? "Test" : "Actual"),
    one("msgType", type),
    one("source", `一键通 One-Key Call, ${site.name}`),
    one("scope", "Private"),
    one("addresses", addresses.join(" ")),
    ...(type === "Alert"
      ? []
      : [one("references", `${sender},${identifierOf(alarm.id, 1)},${capTime(alarm.openedAt)}`)]),
    ...(alarm.linkedTo === null ? [] : [one("incidents", alarm.linkedTo)]),
    ...LANGUAGES.map((_, language) => infoOf(tables, alarm, site, language as 0 | 1)),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">\n${body.join("\n")}\n</alert>\n`;
}

const identifierOf = (id: string, version: number): string => `${id}.v${version}`;

function typeOf({ version, cancel, outcome }: Alarm): "Alert" | "Update" | "Cancel" {
  if (cancel?.verifiedBy != null || (outcome !== null && NOTHING_WAS.includes(outcome))) return "Cancel";
  return version === 1 ? "Alert" : "Update";
}

/** When what raised its version last happened, so that the same version was always sent at the same time. */
function sentOf(alarm: Alarm): EpochMs {
  if (alarm.version === 1) return alarm.openedAt;
  const answered = alarm.offers.filter(({ state }) =>
    ["accepted", "declined", "enroute", "arrived", "left"].includes(state),
  );
  return Math.max(
    alarm.openedAt,
    alarm.alertedAt,
    ...alarm.presses.map(({ receivedAt }) => receivedAt),
    ...answered.map(({ changedAt }) => changedAt),
    ...alarm.arrivals.map(({ at }) => at),
    ...alarm.notes.map(({ at }) => at),
    ...[alarm.owner?.since, alarm.cancel?.requestedAt, alarm.position?.at].filter((at) => at !== undefined),
    ...[alarm.times.resolvedAt].filter((at) => at !== null),
  );
}

/** Whole seconds with an offset; UTC is written -00:00, and never Z (3.3.2). */
const capTime = (at: EpochMs): string => `${new Date(at).toISOString().slice(0, 19)}-00:00`;

function infoOf(tables: Tables, alarm: Alarm, site: CapSite, language: 0 | 1): string {
  const isOpen = isUnresolved(alarm);
  const isDoubtful = alarm.flags.some((flag) => DOUBTS.includes(flag));
  const resident = alarm.resident === null ? undefined : tables.residents.get(alarm.resident);
  const event = KIND_WORDS[alarm.kind][language];
  const who = resident?.name ?? ["未登记的设备", "a device that nobody enrolled"][language]!;
  const where = placeOf(resident) || site.name;
  const fields = [
    one("language", LANGUAGES[language]),
    one("category", alarm.kind === "service" ? "Other" : "Health"),
    one("event", event),
    one("responseType", !isOpen ? "AllClear" : alarm.owner ? "Monitor" : "Assess"),
    one("urgency", isOpen ? URGENCY[alarm.kind] : "Past"),
    one("severity", isDoubtful ? "Unknown" : SEVERITY[alarm.kind]),
    one("certainty", certaintyOf(alarm, isDoubtful)),
    ...(alarm.times.pressedAt === null ? [] : [one("onset", capTime(alarm.times.pressedAt))]),
    one("senderName", site.name),
    one("headline", `${event} ${who} ${where}`),
    one("description", descriptionOf(tables, alarm, language)),
    ...(site.phone === null ? [] : [one("contact", site.phone)]),
    ...parametersOf(alarm).map(([name, value]) => many("parameter", one("valueName", name), one("value", value))),
    areaOf(tables, alarm, resident, where),
  ];
  return many("info", ...fields);
}

/** Somebody has seen it; a proved key was pressed; a sensor thinks so. */
function certaintyOf({ arrivals, kind }: Alarm, isDoubtful: boolean): string {
  if (arrivals.length > 0) return "Observed";
  if (isDoubtful) return "Unknown";
  return kind === "fall" || kind === "inactivity" ? "Possible" : "Likely";
}

function descriptionOf(tables: Tables, alarm: Alarm, language: 0 | 1): string {
  const said = (chinese: string, english: string): string => [chinese, english][language]!;
  const listed = (words: readonly Word[]): string => words.map((word) => word[language]).join(said("、", ", "));
  const owner = alarm.owner && nameOf(tables, alarm.owner.name);
  const parts = [
    STATE_WORDS[alarm.state][language],
    said(`按下 ${alarm.presses.length} 次`, `pressed ${alarm.presses.length} times`),
    owner === null ? "" : said(`接警人 ${owner}`, `taken by ${owner}`),
    listed(alarm.flags.map((flag) => FLAG_WORDS[flag])),
    alarm.outcome === null
      ? ""
      : said(
          `处置结果 ${listed([OUTCOME_WORDS[alarm.outcome]])}`,
          `outcome: ${listed([OUTCOME_WORDS[alarm.outcome]])}`,
        ),
  ];
  return parts.filter((part) => part !== "").join(said("；", "; "));
}

const parametersOf = ({ id, version, priority, state, outcome, flags }: Alarm): (readonly [string, string])[] => [
  ["okc:alarm", id],
  ["okc:version", String(version)],
  ["okc:priority", String(priority)],
  ["okc:state", state],
  ...flags.map((flag) => ["okc:flag", flag] as const),
  ...(outcome === null ? [] : [["okc:outcome", outcome] as const]),
];

const placeOf = (resident: Resident | undefined): string =>
  [resident?.building, resident?.unit, resident?.room].filter((part) => part !== undefined && part !== "").join(" ");

/** The house in words; where a device or the building's table tells it, a circle around it (WGS 84, kilometres). */
function areaOf(tables: Tables, { position }: Alarm, resident: Resident | undefined, where: string): string {
  const building = resident && tables.buildings.get(resident.building);
  const home = building?.lat != null && building.lon !== null ? { lat: building.lat, lon: building.lon } : null;
  const centre = position ?? home;
  const radius = !position ? RADIUS_KM.building : position.isFix ? RADIUS_KM.fix : RADIUS_KM.guess;
  const circle = centre ? [one("circle", `${degrees(centre.lat)},${degrees(centre.lon)} ${radius}`)] : [];
  return many("area", one("areaDesc", where), ...circle);
}

/** A metre is the fifth decimal. */
const degrees = (angle: number): string => angle.toFixed(5);

const one = (name: string, text: string): string => `<${name}>${escaped(text)}</${name}>`;
const many = (name: string, ...parts: readonly string[]): string => `<${name}>\n${parts.join("\n")}\n</${name}>`;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** XML 1.0 knows no control characters but tab and the ends of lines, and no half of a pair. */
const escaped = (text: string): string =>
  text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu, "")
    .replaceAll(/[&<>]/g, (char) => ENTITIES[char]!);
