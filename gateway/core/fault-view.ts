import type { State, Tables } from "./state.ts";
import { conditionOf, isUnheard, testDueAt, TEST_NOTICE_MS } from "./supervision.ts";
import { todoOf } from "./todo.ts";
import type { EpochMs } from "./units.ts";
import { namesOf } from "./watch.ts";

/** A row for whoever looks after the site: a fault, or a calm notice of what will be one. */
export interface FaultRow {
  readonly key: string;
  readonly level: "fault" | "notice";
  readonly code: string;
  readonly detail: string;
  /** What to do about it, in words. */
  readonly todo: string;
  readonly since: string;
  readonly lastAt: string;
  readonly count: number;
}

const iso = (at: number): string => new Date(at).toISOString();

/** Faults first, in the order they came; then what is about to become one. */
export function viewFaults(state: State, now: EpochMs): readonly FaultRow[] {
  const faults = [...state.faults.values()].map(({ key, code, detail, since, lastAt, count }): FaultRow => ({
    key,
    level: "fault",
    code,
    detail,
    todo: todoOf(code),
    since: iso(since),
    lastAt: iso(lastAt),
    count,
  }));
  return [...faults, ...lateNotices(state, now), ...testNotices(state, now)];
}

/** Notices are made from what is true now: they cannot pile up, and go by themselves. */
function noticeOf(key: string, code: string, detail: string, times: readonly EpochMs[]): FaultRow {
  const at = { since: iso(Math.min(...times)), lastAt: iso(Math.max(...times)) };
  return { key, level: "notice", code, detail, todo: todoOf(code), ...at, count: times.length };
}

/** One row for each line with devices that should have reported by now; a dead line or bridge has its own. */
function* lateNotices({ enrolled, devices, faults }: Tables, now: EpochMs): Iterable<FaultRow> {
  const late = new Map<string, { ids: string[]; times: EpochMs[] }>();
  for (const one of enrolled.values()) {
    if (conditionOf({ devices, faults }, one, now) !== "late") continue;
    const known = devices.get(one.id)!;
    const { line, lateAt } = known;
    if (isUnheard({ faults }, known)) continue;
    const row = late.get(line) ?? { ids: [], times: [] };
    row.ids.push(one.id);
    row.times.push(lateAt!);
    late.set(line, row);
  }
  for (const [line, { ids, times }] of late) {
    const detail = `should have reported by now on ${line}: ${namesOf(ids)}`;
    yield noticeOf(`late:${line}`, "device-late", detail, times);
  }
}

/** One row for all tests that fall due within the week. */
function* testNotices({ enrolled, devices }: Tables, now: EpochMs): Iterable<FaultRow> {
  const ids: string[] = [];
  const times: EpochMs[] = [];
  for (const one of enrolled.values()) {
    const dueAt = testDueAt({ devices }, one);
    if (dueAt === null || dueAt <= now || dueAt - TEST_NOTICE_MS > now) continue;
    ids.push(one.id);
    times.push(dueAt - TEST_NOTICE_MS);
  }
  if (ids.length === 0) return;
  const detail = `to be pressed as a test within a week: ${namesOf(ids)}`;
  yield noticeOf("tests-due", "test-due", detail, times);
}
