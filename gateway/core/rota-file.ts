import { GatewayError } from "./errors.ts";
import {
  clockOfDay,
  duration,
  isMap,
  isWrong,
  keys,
  listOf,
  oneOf,
  orNull,
  refuse,
  refuseTwice,
  shown,
} from "./policy-values.ts";
import { text, timeWindow, wholeNumber, type Path, type Reader, type Reading } from "./policy-values.ts";
import { dateOf, dayOf } from "./rota-days.ts";
import { DAY_KINDS, DUTY_TARGETS, WEEKDAYS } from "./rota.ts";
import type { DutyOverride, DutyPlan, Holiday, Rota, RotaLayer } from "./rota.ts";
import { parseSiteTime } from "./site-time.ts";
import { hours, minutes } from "./units.ts";

/** More is no roster any more; it also bounds what looking for gaps costs. */
const ROTAS_MAX = 50;
const LAYERS_MAX = 20;
const PEOPLE_MAX = 200;
const DAYS_MAX = 1_000;
const OVERRIDES_MAX = 1_000;

/** What a duty file says, or all that is wrong with it. */
export interface DutyRead {
  /** Null while there are problems. */
  readonly plan: DutyPlan | null;
  /** One line each: place, key, what is wrong, what is allowed. */
  readonly problems: readonly string[];
}

/** Reads the parsed YAML of a site's duty file. Its times are of the site's clock. */
export function readDuty(document: unknown, place: (path: Path) => string, zone: string): DutyRead {
  const reading: Reading = { problems: [], wrongAt: [], place };
  const file = fileOf(zone)(document, [], reading);
  if (file && reading.problems.length === 0) {
    refuseUnknownDays(file, reading);
    if (file.rotas.length > ROTAS_MAX)
      refuse(reading, ["rotas"], `${file.rotas.length} rotas; at most ${ROTAS_MAX} are read`);
  }
  return { plan: file && reading.problems.length === 0 ? planOf(file) : null, problems: reading.problems };
}

interface RotaRead extends Rota {
  readonly overrides: readonly DutyOverride[];
}

interface FileRead extends Omit<DutyPlan, "rotas" | "overrides"> {
  readonly rotas: readonly RotaRead[];
}

const planOf = ({ rotas, ...rest }: FileRead): DutyPlan => ({
  ...rest,
  rotas: rotas.map(({ overrides: _, ...rota }) => rota),
  overrides: rotas.flatMap(({ id, overrides }) => overrides.map((override) => ({ ...override, id: "file", rota: id }))),
});

const EMPTY_FILE: FileRead = { noticeBeforeMs: minutes(30), holidays: [], workdays: [], rotas: [] };

const fileOf = (zone: string): Reader<FileRead> =>
  keys(
    EMPTY_FILE,
    {
      noticeBefore: ["noticeBeforeMs", orNull(duration(minutes(1), hours(24)))],
      holidays: ["holidays", listOf(holiday, "holidays, as { name: 国庆节, from: 2026-10-01, to: 2026-10-07 }")],
      workdays: ["workdays", listOf(date, "dates, as 2026-10-10")],
      rotas: ["rotas", rotaList(zone)],
    },
    ["rotas"],
  );

const date: Reader<string> = (value, at, reading) => {
  if (typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) && dateOf(dayOf(value) || 0) === value) return value;
  return refuse(reading, at, `${shown(value)} is no date; must be as 2026-10-01`);
};

const holiday: Reader<Holiday> = (value, at, reading) => {
  const fields = { name: ["name", text], from: ["from", date], to: ["to", date] } as const;
  const read = keys<Holiday>({ name: "", from: "", to: "" }, fields, ["name", "from"])(value, at, reading);
  if (!read) return undefined;
  const { name, from, to } = { ...read, to: read.to === "" ? read.from : read.to };
  if (to < from) refuse(reading, [...at, "to"], `is before from, ${from}`);
  if ([...WEEKDAYS, ...DAY_KINDS].some((word) => word === name))
    refuse(reading, [...at, "name"], `${shown(name)} is the name of a kind of days; take another`);
  return { name, from, to };
};

const rotaList =
  (zone: string): Reader<readonly RotaRead[]> =>
  (value, at, reading) => {
    if (Array.isArray(value)) refuseTwice(value, at, reading);
    return listOf(rotaOf(zone), "rotas, as { id: night, layers: [ … ] }")(value, at, reading);
  };

const rotaId: Reader<string> = (value, at, reading) =>
  typeof value === "string" && /^[^\s,]{1,64}$/.test(value)
    ? value
    : refuse(reading, at, `${shown(value)} is no id; must be 1 to 64 characters without blanks and commas`);

const rotaOf =
  (zone: string): Reader<RotaRead> =>
  (value, at, reading) => {
    const id = isMap(value) ? String(value["id"]) : "";
    const base: RotaRead = { id, name: id, target: "staffOnDuty", buildings: null, layers: [], overrides: [] };
    return keys(
      base,
      {
        id: ["id", rotaId],
        name: ["name", text],
        target: ["target", oneOf(DUTY_TARGETS)],
        buildings: ["buildings", orNull(listOf(text, "names of buildings"))],
        layers: ["layers", atMost(LAYERS_MAX, listOf(layer, "layers, the first on top, as { people: [s-1] }"))],
        overrides: [
          "overrides",
          atMost(OVERRIDES_MAX, listOf(overrideOf(zone), "overrides, as { from: …, to: …, people: [s-1] }")),
        ],
      },
      ["id", "layers"],
    )(value, at, reading);
  };

/** A list that is not without end. */
const atMost =
  <Value>(most: number, read: Reader<readonly Value[]>): Reader<readonly Value[]> =>
  (value, at, reading) => {
    const items = read(value, at, reading);
    return items && items.length > most
      ? refuse(reading, at, `${items.length} entries; at most ${most} are read`)
      : items;
  };

const person: Reader<string> = (value, at, reading) =>
  typeof value === "string" && !/[\s:;,/]/.test(value) && value !== ""
    ? value
    : refuse(reading, at, `${shown(value)} is no id of a responder`);
const people = atMost(PEOPLE_MAX, listOf(person, "ids of responders"));
const peopleOrNobody: Reader<readonly string[]> = (value, at, reading) =>
  value === "nobody" ? [] : people(value, at, reading);

interface LayerRead extends Omit<RotaLayer, "turns"> {
  readonly rotate: "daily" | "weekly" | null;
  readonly start: string | null;
  readonly handOver: number | null;
  readonly atOnce: number | null;
}

const EMPTY_LAYER: LayerRead = {
  name: "",
  people: [],
  days: null,
  hours: null,
  rotate: null,
  start: null,
  handOver: null,
  atOnce: null,
};

const layerKeys = keys(
  EMPTY_LAYER,
  {
    name: ["name", text],
    people: ["people", people],
    days: [
      "days",
      atMost(DAYS_MAX, listOf(text, `days: ${[...WEEKDAYS, ...DAY_KINDS].join(", ")}, or a holiday's name`)),
    ],
    hours: ["hours", timeWindow],
    rotate: ["rotate", oneOf(["daily", "weekly"] as const)],
    start: ["start", date],
    handOver: ["handOver", clockOfDay],
    atOnce: ["atOnce", wholeNumber(1, PEOPLE_MAX)],
  },
  ["people"],
);

const layer: Reader<RotaLayer> = (value, at, reading) => {
  const read = layerKeys(value, at, reading);
  if (!read || isWrong(reading, at)) return undefined;
  const { rotate, start, handOver, atOnce, ...rest } = read;
  const turning = { start, handOver, atOnce };
  if (rotate === null) {
    const idle = Object.entries(turning).find(([, given]) => given !== null);
    if (idle) refuse(reading, [...at, idle[0]], "belongs to people who take turns; give rotate too: daily or weekly");
    return { ...rest, turns: null };
  }
  if (start === null) return refuse(reading, [...at, "start"], "is missing: the day of the first turn, as 2026-11-02");
  if (handOver !== null && rest.hours)
    refuse(reading, [...at, "handOver"], "does not go with hours: the hand-over is when they begin");
  if ((atOnce ?? 1) > rest.people.length)
    refuse(reading, [...at, "atOnce"], `${atOnce} is more than the ${rest.people.length} people of this layer`);
  const handOverMin = rest.hours?.fromMin ?? handOver ?? 0;
  const every = rotate === "daily" ? "day" : "week";
  return { ...rest, turns: { every, start, handOverMin, atOnce: atOnce ?? 1 } };
};

const NO_OVERRIDE: DutyOverride = { id: "", rota: null, from: 0, to: 0, instead: null, people: [], by: null };

const overrideOf =
  (zone: string): Reader<DutyOverride> =>
  (value, at, reading) => {
    const moment = siteTime(zone);
    const fields = {
      from: ["from", moment],
      to: ["to", moment],
      instead: ["instead", person],
      people: ["people", peopleOrNobody],
    } as const;
    const read = keys<DutyOverride>(NO_OVERRIDE, fields, ["from", "to", "people"])(value, at, reading);
    if (read && read.to <= read.from) refuse(reading, [...at, "to"], "is not after from");
    return read;
  };

const siteTime =
  (zone: string): Reader<number> =>
  (value, at, reading) => {
    try {
      return parseSiteTime(String(value), zone, "time");
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      return refuse(reading, at, error.message.replace(/^time: /, ""));
    }
  };

/** Days that a layer names must be weekdays, kinds of days, or holidays of this file. */
function refuseUnknownDays({ holidays, rotas }: FileRead, reading: Reading): void {
  const words: readonly string[] = [...WEEKDAYS, ...DAY_KINDS, ...new Set(holidays.map(({ name }) => name))];
  for (const [r, { layers }] of rotas.entries())
    for (const [l, { days }] of layers.entries())
      for (const [d, day] of (days ?? []).entries())
        if (!words.includes(day))
          refuse(
            reading,
            ["rotas", r, "layers", l, "days", d],
            `${shown(day)} is not known; allowed: ${words.join(", ")}`,
          );
}
