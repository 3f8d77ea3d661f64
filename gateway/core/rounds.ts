import { isTestable, reportFailedContacts, testSomeContacts } from "./contact-tests.ts";
import { tellFaultsToStaff } from "./fault-digest.ts";
import type { Draft } from "./draft.ts";
import { siteOf } from "./state.ts";
import { minuteOfDay } from "./time-window.ts";
import { minutes, type EpochMs } from "./units.ts";

/** Contacts are tested by day only, on the site's clock: the last round begins before `toMin`. */
const TESTS = { fromMin: 10 * 60, toMin: 17 * 60, everyMin: 30 } as const;

/** Staff are told of faults, and of contacts that failed, before the night. */
const DIGEST_MIN = 17 * 60;

const DAY_MIN = 24 * 60;

/** What is looked after at certain hours: tests of contacts by day, what staff must know before the night. */
export function runRounds(draft: Draft): void {
  const { tables, now } = draft;
  const { roundsAt, clockTrustAt, facilities } = siteOf(tables);
  if (roundsAt === null || roundsAt > now) return;
  const minute = minuteOfDay(now, facilities.timezone);
  const isDay = minute >= TESTS.fromMin && minute < TESTS.toMin;
  // A clock that cannot be trusted may send tests by night.
  if (clockTrustAt === null && isDay) testSomeContacts(draft);
  if (minute === DIGEST_MIN) {
    reportFailedContacts(draft);
    tellFaultsToStaff(draft);
  }
  planRounds(draft);
}

/** Plans the next round, where there is anybody to look after. */
export function planRounds(draft: Draft): void {
  const { tables, now } = draft;
  const contacts = [...tables.contacts.values()].flat();
  if (contacts.length === 0) return;
  const anyTest = contacts.some((contact) => isTestable(tables, contact));
  draft.emit({ kind: "rounds-planned", nextAt: nextRound(draft, anyTest), at: now });
}

/** The next full half hour of the tests' hours, or the hour of the digest. */
function nextRound(draft: Draft, anyTest: boolean): EpochMs {
  const minute = minuteOfDay(draft.now, siteOf(draft.tables).facilities.timezone);
  const { fromMin, toMin, everyMin } = TESTS;
  const half = (Math.floor(minute / everyMin) + 1) * everyMin;
  const test = half < toMin ? Math.max(half, fromMin) : fromMin + DAY_MIN;
  const digest = DIGEST_MIN > minute ? DIGEST_MIN : DIGEST_MIN + DAY_MIN;
  const next = anyTest ? Math.min(test, digest) : digest;
  const startOfMinute = Math.floor(draft.now / minutes(1)) * minutes(1);
  return startOfMinute + minutes(next - minute);
}
