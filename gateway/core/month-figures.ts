import { ALARM_KINDS } from "./kinds.ts";
import type { AlarmRecord, FaultRecord, TestRecord } from "./report-fold.ts";
import {
  countWithin,
  NO_BUILDING,
  percentileOf,
  ResponseTally,
  Samples,
  type ResponseQuery,
  type ResponseRow,
} from "./response-report.ts";
import { intervalOf } from "./response-times.ts";
import { hourTeller } from "./site-time.ts";
import { isoOrNull, minutes, seconds, type DurationMs, type EpochMs } from "./units.ts";

/** Kinds that call for help; a service request waits for the daytime and is measured apart. */
const HELP_KINDS: readonly string[] = ["emergency", "fall", "inactivity"];
/** Alarms named in a list; the count says how many there are. */
const NAMED_MAX = 10;

/** Upper ends of the bars from press to answer; the last bar has none. */
export const ANSWER_BARS_MS: readonly DurationMs[] = [10, 20, 30, 45, 60, 90, 120, 180, 300, 600].map(seconds);

export interface MonthQuery extends Omit<ResponseQuery, "by"> {
  readonly month: string;
  /** What still lasts is counted until then. */
  readonly now: EpochMs;
}

/** How the alarms of one group were answered by a person. What was not measured is null. */
export interface AnswerFigures {
  readonly group: string;
  readonly alarms: number;
  /** When it was pressed is not known. */
  readonly pressUnknown: number;
  /** No person is recorded as having answered. */
  readonly notAnswered: number;
  readonly medianMs: DurationMs | null;
  /** Answered in time, of all whose press is known: who was never answered was not answered in time. 0–1. */
  readonly within60s: number | null;
  readonly within180s: number | null;
}

export interface NamedAlarm {
  readonly id: string;
  readonly kind: string;
  /** ISO 8601 in UTC. */
  readonly openedAt: string;
  readonly answeredMs: DurationMs | null;
}

export interface FaultFigures {
  readonly code: string;
  readonly count: number;
  /** Within the month. */
  readonly totalMs: DurationMs;
  readonly longestMs: DurationMs;
  /** Still there at the end of the month, or now. */
  readonly lasting: number;
}

/** A month at a glance, without a name of anybody. */
export interface MonthFigures {
  readonly alarms: number;
  /** Shown to staff, proved by nothing, in no other figure. */
  readonly unverified: number;
  readonly unresolved: number;
  /** Calls for help: what the yardsticks are about. */
  readonly help: AnswerFigures;
  readonly kinds: readonly AnswerFigures[];
  readonly buildings: readonly AnswerFigures[];
  /** Calls for help by how long the answer took; the last bar is everything longer. */
  readonly bars: readonly number[];
  /** 24 hours of the site's clock. */
  readonly hours: readonly { readonly alarms: number; readonly medianMs: DurationMs | null }[];
  readonly intervals: readonly ResponseRow[];
  readonly slowest: readonly NamedAlarm[];
  readonly notAnswered: readonly NamedAlarm[];
  /** The list of the policy was gone through once before anybody took it. */
  readonly listEnded: number;
  /** Offers to volunteers, family and staff, summed over all. */
  readonly asked: {
    readonly people: number;
    readonly asked: number;
    /** Their own telephone had it, where a way can prove that; whoever saw it or answered counts. */
    readonly delivered: number;
    readonly seen: number;
    readonly accepted: number;
    readonly arrived: number;
  };
  readonly outcomes: readonly { readonly outcome: string; readonly count: number }[];
  readonly faults: readonly FaultFigures[];
  readonly tests: { readonly passed: number; readonly failed: number; readonly devicesFailed: readonly string[] };
}

const isHelp = ({ kind }: Pick<AlarmRecord, "kind">): boolean => HELP_KINDS.includes(kind);
const isOver = ({ state }: Pick<AlarmRecord, "state">): boolean => state === "resolved" || state === "closed";
const answeredIn = ({ times }: Pick<AlarmRecord, "times">): DurationMs | null => intervalOf(times, "press-to-answered");

class AnswerTally {
  readonly samples = new Samples();
  alarms = 0;
  #pressUnknown = 0;
  #notAnswered = 0;

  add(alarm: AlarmRecord): void {
    this.alarms++;
    if (alarm.times.pressedAt === null) this.#pressUnknown++;
    if (alarm.times.answeredAt === null) this.#notAnswered++;
    this.samples.add(answeredIn(alarm));
  }

  figures(group: string): AnswerFigures {
    const sorted = this.samples.sorted();
    const known = this.alarms - this.#pressUnknown;
    const within = (limitMs: DurationMs): number | null =>
      known === 0 ? null : Math.round((countWithin(sorted, limitMs) / known) * 10_000) / 10_000;
    return {
      group,
      alarms: this.alarms,
      pressUnknown: this.#pressUnknown,
      notAnswered: this.#notAnswered,
      medianMs: percentileOf(sorted, 500),
      within60s: within(seconds(60)),
      within180s: within(minutes(3)),
    };
  }
}

/** Tallies by name, made at their first use. */
class Groups {
  readonly #tallies = new Map<string, AnswerTally>();

  of(name: string): AnswerTally {
    const known = this.#tallies.get(name) ?? new AnswerTally();
    this.#tallies.set(name, known);
    return known;
  }

  figures(order: (a: string, b: string) => number): readonly AnswerFigures[] {
    return [...this.#tallies].sort(([a], [b]) => order(a, b)).map(([name, tally]) => tally.figures(name));
  }
}

/** Counts the alarms of a month, one after the other. */
export class MonthTally {
  readonly #query: MonthQuery;
  readonly #buildings: ReadonlyMap<string, string>;
  readonly #hourOf: (at: EpochMs) => number;
  readonly #intervals: ResponseTally;
  readonly #help = new AnswerTally();
  readonly #kinds = new Groups();
  readonly #ofBuilding = new Groups();
  readonly #hours = Array.from({ length: 24 }, () => ({ alarms: 0, samples: new Samples() }));
  readonly #outcomes = new Map<string, number>();
  readonly #people = new Set<string>();
  readonly #asked = { asked: 0, delivered: 0, seen: 0, accepted: 0, arrived: 0 };
  #slowest: NamedAlarm[] = [];
  readonly #notAnswered: NamedAlarm[] = [];
  #alarms = 0;
  #unverified = 0;
  #unresolved = 0;
  #listEnded = 0;

  constructor(query: MonthQuery) {
    this.#query = query;
    this.#buildings = new Map(query.buildings);
    this.#hourOf = hourTeller(query.timezone);
    this.#intervals = new ResponseTally({ by: null, timezone: query.timezone, buildings: [] });
  }

  add(alarm: AlarmRecord): void {
    this.#intervals.add(alarm);
    if (!alarm.proved) {
      this.#unverified++;
      return;
    }
    this.#alarms++;
    if (!isOver(alarm)) this.#unresolved++;
    if (alarm.unanswered) this.#listEnded++;
    this.#kinds.of(alarm.kind).add(alarm);
    if (alarm.outcome !== null) this.#outcomes.set(alarm.outcome, (this.#outcomes.get(alarm.outcome) ?? 0) + 1);
    this.#addAsked(alarm);
    if (isHelp(alarm)) this.#addHelp(alarm);
  }

  #addHelp(alarm: AlarmRecord): void {
    const answeredMs = answeredIn(alarm);
    this.#help.add(alarm);
    this.#ofBuilding.of((alarm.resident !== null && this.#buildings.get(alarm.resident)) || NO_BUILDING).add(alarm);
    const hour = this.#hours[this.#hourOf(alarm.openedAt)]!;
    hour.alarms++;
    hour.samples.add(answeredMs);
    const { id, kind, openedAt } = alarm;
    const named = { id, kind, openedAt: isoOrNull(openedAt)!, answeredMs };
    if (alarm.times.answeredAt === null) {
      if (this.#notAnswered.length < NAMED_MAX) this.#notAnswered.push(named);
    } else if (answeredMs !== null) this.#addSlow(named);
  }

  #addSlow(named: NamedAlarm): void {
    const shortest = this.#slowest.at(-1)?.answeredMs ?? -1;
    if (this.#slowest.length === NAMED_MAX && named.answeredMs! <= shortest) return;
    this.#slowest = [...this.#slowest, named].sort((a, b) => b.answeredMs! - a.answeredMs!).slice(0, NAMED_MAX);
  }

  #addAsked({ asked }: AlarmRecord): void {
    for (const { responder, deliveredAt, seenAt, acceptedAt, arrivedAt } of asked) {
      this.#people.add(responder);
      this.#asked.asked++;
      if ((deliveredAt ?? seenAt ?? acceptedAt ?? arrivedAt) !== null) this.#asked.delivered++;
      if (seenAt !== null) this.#asked.seen++;
      if (acceptedAt !== null) this.#asked.accepted++;
      if (arrivedAt !== null) this.#asked.arrived++;
    }
  }

  figures(faults: Iterable<FaultRecord>, tests: Iterable<TestRecord>): MonthFigures {
    return {
      alarms: this.#alarms,
      unverified: this.#unverified,
      unresolved: this.#unresolved,
      help: this.#help.figures("help"),
      kinds: this.#kinds.figures((a, b) => KIND_ORDER.indexOf(a) - KIND_ORDER.indexOf(b)),
      buildings: this.#ofBuilding.figures((a, b) => a.localeCompare(b, "zh-CN", { numeric: true })),
      bars: barsOf(this.#help.samples.sorted()),
      hours: this.#hours.map(({ alarms, samples }) => ({ alarms, medianMs: percentileOf(samples.sorted(), 500) })),
      intervals: this.#intervals.figures().rows,
      slowest: this.#slowest,
      notAnswered: this.#notAnswered,
      listEnded: this.#listEnded,
      asked: { people: this.#people.size, ...this.#asked },
      outcomes: [...this.#outcomes].map(([outcome, count]) => ({ outcome, count })).sort((a, b) => b.count - a.count),
      faults: faultFigures(faults, this.#query),
      tests: testFigures(tests),
    };
  }
}

const KIND_ORDER: readonly string[] = ALARM_KINDS;

function barsOf(sorted: Float64Array): readonly number[] {
  const upTo = [...ANSWER_BARS_MS, Infinity].map((limitMs) => countWithin(sorted, limitMs));
  return upTo.map((count, index) => count - (upTo[index - 1] ?? 0));
}

function faultFigures(faults: Iterable<FaultRecord>, { from, to, now }: MonthQuery): readonly FaultFigures[] {
  const codes = new Map<string, FaultFigures>();
  const end = Math.min(to, now);
  for (const { code, since, until } of faults) {
    const lasts = until === null || until >= end;
    const tookMs = Math.max(0, Math.min(until ?? end, end) - Math.max(since, from));
    const known = codes.get(code) ?? { code, count: 0, totalMs: 0, longestMs: 0, lasting: 0 };
    codes.set(code, {
      code,
      count: known.count + 1,
      totalMs: known.totalMs + tookMs,
      longestMs: Math.max(known.longestMs, tookMs),
      lasting: known.lasting + (lasts ? 1 : 0),
    });
  }
  return [...codes.values()].sort((a, b) => b.totalMs - a.totalMs);
}

function testFigures(tests: Iterable<TestRecord>): MonthFigures["tests"] {
  let [passed, failed] = [0, 0];
  const devices = new Set<string>();
  for (const test of tests) {
    if (test.passed === true) passed++;
    if (test.passed !== false) continue;
    failed++;
    devices.add(test.device);
  }
  return { passed, failed, devicesFailed: [...devices].sort() };
}
