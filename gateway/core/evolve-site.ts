import type { Alarm, Press, Timers, Times } from "./alarm.ts";
import { evolveFaultReport } from "./evolve-fault-report.ts";
import { evolveDuty } from "./evolve-duty.ts";
import { breakPaces, evolveDevice, shiftDevice } from "./evolve-device.ts";
import { evolveContactTest } from "./evolve-contact-test.ts";
import { evolveLearn } from "./evolve-learn.ts";
import { evolveNotice } from "./evolve-notice.ts";
import type { SiteEvent } from "./events.ts";
import { keepNames } from "./names.ts";
import { policyKey } from "./policy.ts";
import { LEARN_ID, type LearnWindow, type TestMode } from "./device-state.ts";
import { shifted, shiftRow } from "./shift.ts";
import { siteOf, type Tables } from "./state.ts";
import { wayOf } from "./supervision.ts";
import type { DurationMs, EpochMs } from "./units.ts";

export type SiteOnlyEvent = SiteEvent;

/** Tests kept in the state after their end, newest first to stay. */
const TESTS_MAX = 50;

/** Alarms and tests are numbered by one count: `7gk2qx9d-17`. */
export function numberUsed(tables: Tables, id: string): void {
  const number = Number(id.slice(id.lastIndexOf("-") + 1));
  const site = siteOf(tables);
  if (number > site.lastNumber) tables.site.set("site", { ...site, lastNumber: number });
}

export function evolveSite(tables: Tables, event: SiteOnlyEvent): void {
  switch (event.kind) {
    case "report-heard":
    case "device-silent":
    case "devices-unheard":
    case "device-awaited":
    case "device-late":
    case "device-battery":
    case "device-stuck":
      return evolveDevice(tables, event);
    case "names-known":
      return keepNames(tables, event.bridge, event.names);
    case "learn-opened":
    case "learn-heard":
    case "learn-enrolled":
    case "learn-proving":
    case "learn-ended":
    case "device-proved":
      return evolveLearn(tables, event);
    case "tests-reviewed":
      return tables.site.set("site", { ...siteOf(tables), testReviewAt: event.nextAt });
    case "fault-raised": {
      const known = tables.faults.get(event.key);
      const { key, code, detail, at } = event;
      return tables.faults.set(key, {
        key,
        code,
        detail,
        since: known?.since ?? at,
        lastAt: at,
        count: (known?.count ?? 0) + 1,
      });
    }
    case "fault-cleared":
      breakPaces(tables, wayOf(event.key));
      return tables.faults.delete(event.key);
    case "fault-report-queued":
      numberUsed(tables, event.report);
      return evolveFaultReport(tables, event);
    case "fault-report-dropped":
    case "fault-report-ended":
    case "fault-report-held":
      return evolveFaultReport(tables, event);
    case "notice-queued":
      numberUsed(tables, event.notice);
      return evolveNotice(tables, event);
    case "contact-test-started":
      numberUsed(tables, event.test);
      return evolveContactTest(tables, event);
    case "contact-test-delivered":
    case "contact-test-ended":
      return evolveContactTest(tables, event);
    case "rounds-planned":
      return tables.site.set("site", { ...siteOf(tables), roundsAt: event.nextAt });
    case "notice-joined":
    case "notice-left":
    case "notice-ended":
      return evolveNotice(tables, event);
    case "test-started": {
      numberUsed(tables, event.test);
      const { test: id, device, resident, delivery, failAt, report = "test", at: startedAt } = event;
      const open = { id, device, resident, delivery, failAt, report, startedAt };
      tables.tests.set(id, { ...open, result: "running", detail: "" });
      return forgetOldTests(tables);
    }
    case "test-ended": {
      const test = tables.tests.get(event.test);
      if (test)
        tables.tests.set(test.id, { ...test, result: event.passed ? "passed" : "failed", detail: event.detail });
      return;
    }
    case "test-mode-started": {
      const { device: id, by, until, walk = false, at } = event;
      // Begun anew it goes on: a press just before still makes the next one real.
      const { since = at, presses = 0, last = null } = tables.testModes.get(id) ?? {};
      return tables.testModes.set(id, { id, by, since, until, walk, presses, last });
    }
    case "test-pressed": {
      const mode = tables.testModes.get(event.device);
      const last = { press: event.press, as: event.as };
      if (mode) tables.testModes.set(mode.id, { ...mode, presses: mode.presses + 1, last });
      return;
    }
    case "test-mode-ended":
      return tables.testModes.delete(event.device);
    case "policy-saved":
      return tables.policies.set(policyKey(event.policy), event.policy);
    case "duty-saved":
    case "duty-overridden":
    case "duty-override-ended":
    case "duty-reviewed":
      return evolveDuty(tables, event);
    case "site-salvaged": {
      const { devices, faults, faultReports, facilities, policies } = event;
      for (const device of devices) tables.devices.set(device.id, device);
      for (const fault of faults) tables.faults.set(fault.key, fault);
      for (const reports of faultReports) tables.faultReports.set(reports.key, reports);
      return tables.site.set("site", { ...siteOf(tables), facilities, policies });
    }
    case "gateway-started":
      breakPaces(tables, {});
      return tables.site.set("site", { ...siteOf(tables), facilities: event.facilities, policies: event.policies });
    case "clock-stepped":
      shiftAll(tables, event.byMs);
      return tables.site.set("site", {
        ...shiftRow(siteOf(tables), event.byMs, "testReviewAt", "roundsAt"),
        clockTrustAt: event.trustAt,
      });
    case "clock-trusted":
      return tables.site.set("site", { ...siteOf(tables), clockTrustAt: null });
    case "key-copy-confirmed":
      return tables.site.set("site", { ...siteOf(tables), keyCopy: { mark: event.mark, at: event.at } });
    case "public-url-proved":
      return tables.site.set("site", { ...siteOf(tables), publicProof: { url: event.url, at: event.at } });
    case "session-opened": {
      const { sha256, login, tokenSha256, at: usedAt } = event;
      return tables.sessions.set(sha256, { sha256, login, tokenSha256, usedAt });
    }
    case "session-used": {
      const session = tables.sessions.get(event.sha256);
      if (session) tables.sessions.set(session.sha256, { ...session, usedAt: event.at });
      return;
    }
    case "session-ended":
      return tables.sessions.delete(event.sha256);
    case "report-undecided":
      return;
  }
}

function forgetOldTests(tables: Tables): void {
  const tests = [...tables.tests.values()];
  for (const test of tests.slice(0, Math.max(0, tests.length - TESTS_MAX)))
    if (test.result !== "running") tables.tests.delete(test.id);
}

/**
 * The clock was wrong by `byMs`: what is pending keeps its remaining time, and what was measured in open alarms keeps
 * its distances. The journal's earlier rows stay as they were written.
 */
function shiftAll(tables: Tables, byMs: DurationMs): void {
  for (const alarm of tables.alarms.values()) tables.alarms.set(alarm.id, shiftAlarm(alarm, byMs));
  for (const resolved of tables.lastResolved.values())
    tables.lastResolved.set(resolved.key, shiftRow(resolved, byMs, "at"));
  for (const session of tables.sessions.values())
    tables.sessions.set(session.sha256, { ...session, usedAt: session.usedAt + byMs });
  for (const fault of tables.faults.values()) tables.faults.set(fault.key, shiftRow(fault, byMs, "since", "lastAt"));
  for (const row of tables.history.values()) tables.history.set(row.id, shiftRow(row, byMs, "lastAskedAt"));
  for (const device of tables.devices.values()) tables.devices.set(device.id, shiftDevice(device, byMs));
  for (const reports of tables.faultReports.values())
    tables.faultReports.set(reports.key, {
      ...reports,
      recent: reports.recent.map((at) => at + byMs),
      tellAt: shifted(reports.tellAt, byMs),
    });
  for (const test of tables.tests.values()) tables.tests.set(test.id, shiftRow(test, byMs, "startedAt", "failAt"));
  for (const test of tables.contactTests.values())
    tables.contactTests.set(test.id, shiftRow(test, byMs, "startedAt", "failAt"));
  for (const contacts of [...tables.contacts.values()]) {
    const [first] = contacts;
    const moved = contacts.map((one) => (one.test ? { ...one, test: shiftRow(one.test, byMs, "at", "okAt") } : one));
    if (first) tables.contacts.set(first.responder, moved);
  }
  for (const notice of tables.notices.values())
    tables.notices.set(notice.id, shiftRow(notice, byMs, "leavesAt", "endsAt"));
  for (const window of tables.learning.values()) tables.learning.set(LEARN_ID, shiftWindow(window, byMs));
  for (const mode of tables.testModes.values()) tables.testModes.set(mode.id, shiftTestMode(mode, byMs));
  for (const one of tables.enrolled.values())
    if (one.enrolledAt !== null) tables.enrolled.set(one.id, shiftRow(one, byMs, "enrolledAt"));
}

function shiftTestMode(mode: TestMode, byMs: DurationMs): TestMode {
  const last = mode.last && { ...mode.last, press: shiftRow(mode.last.press, byMs, "at", "receivedAt") };
  return { ...shiftRow(mode, byMs, "since", "until"), last };
}

function shiftWindow(window: LearnWindow, byMs: DurationMs): LearnWindow {
  const { candidate, proving } = window;
  const test = proving?.test && { ...proving.test, press: shiftRow(proving.test.press, byMs, "at", "receivedAt") };
  return {
    ...shiftRow(window, byMs, "since", "until"),
    candidate: candidate && shiftRow(candidate, byMs, "at", "receivedAt"),
    proving: proving && { ...shiftRow(proving, byMs, "since"), test: test ?? null },
  };
}

export function shiftAlarm(alarm: Alarm, byMs: DurationMs): Alarm {
  const shiftFields = <Fields extends object>(fields: Fields): Fields =>
    Object.fromEntries(
      Object.entries(fields).map(([name, at]) => [name, shifted(at as EpochMs | null, byMs)]),
    ) as Fields;
  return {
    ...alarm,
    openedAt: alarm.openedAt + byMs,
    alertedAt: alarm.alertedAt + byMs,
    presses: alarm.presses.map((press) => shiftRow<Press>(press, byMs, "at", "receivedAt")),
    offers: alarm.offers.map((offer) => shiftRow(offer, byMs, "at", "changedAt")),
    deliveries: alarm.deliveries.map(({ chaseAt, ...delivery }) => ({
      ...shiftRow(delivery, byMs, "queuedAt", "sentAt", "provenAt"),
      ...(chaseAt !== undefined && { chaseAt: chaseAt + byMs }),
    })),
    arrivals: alarm.arrivals.map((arrival) => shiftRow(arrival, byMs, "at")),
    notes: alarm.notes.map((note) => shiftRow(note, byMs, "at")),
    owner: alarm.owner && shiftRow(alarm.owner, byMs, "since"),
    cancel: alarm.cancel && shiftRow(alarm.cancel, byMs, "requestedAt"),
    timers: shiftFields<Timers>(alarm.timers),
    times: shiftFields<Times>(alarm.times),
    ...(alarm.position && { position: shiftRow(alarm.position, byMs, "at") }),
  };
}
