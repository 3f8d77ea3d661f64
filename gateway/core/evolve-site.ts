import type { Alarm, Press, Timers, Times } from "./alarm.ts";
import { evolveFaultReport } from "./evolve-fault-report.ts";
import { evolveLearn } from "./evolve-learn.ts";
import type { ReportHeard } from "./device-events.ts";
import type { SiteEvent } from "./events.ts";
import type { ReportKind } from "./kinds.ts";
import { keepNames } from "./names.ts";
import { policyKey } from "./policy.ts";
import { LEARN_ID, type DeviceState, type LearnWindow, type TestMode } from "./device-state.ts";
import { markKeys } from "./repeats.ts";
import { siteOf, type Tables } from "./state.ts";
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
      return tables.devices.set(event.device, heard(tables.devices.get(event.device), event));
    case "names-known":
      return keepNames(tables, event.bridge, event.names);
    case "device-silent": {
      const device = tables.devices.get(event.device);
      if (device) tables.devices.set(device.id, { ...device, silent: true });
      return;
    }
    case "devices-unheard":
      return awaitLonger(tables, event.byMs);
    case "device-awaited": {
      const device = tables.devices.get(event.device);
      const { silentAt, lateAt = null } = event;
      if (device) tables.devices.set(device.id, { ...device, silent: false, silentAt, late: false, lateAt });
      return;
    }
    case "learn-opened":
    case "learn-heard":
    case "learn-enrolled":
    case "learn-proving":
    case "learn-ended":
    case "device-proved":
      return evolveLearn(tables, event);
    case "device-late": {
      const device = tables.devices.get(event.device);
      if (device) tables.devices.set(device.id, { ...device, late: true });
      return;
    }
    case "device-battery": {
      const device = tables.devices.get(event.device);
      if (device) tables.devices.set(device.id, { ...device, batteryLowAt: event.lowAt });
      return;
    }
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
      return tables.faults.delete(event.key);
    case "fault-report-queued":
      numberUsed(tables, event.report);
      return evolveFaultReport(tables, event);
    case "fault-report-dropped":
    case "fault-report-ended":
    case "fault-report-held":
      return evolveFaultReport(tables, event);
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
    case "site-salvaged": {
      const { devices, faults, faultReports, facilities, policies } = event;
      for (const device of devices) tables.devices.set(device.id, device);
      for (const fault of faults) tables.faults.set(fault.key, fault);
      for (const reports of faultReports) tables.faultReports.set(reports.key, reports);
      return tables.site.set("site", { ...siteOf(tables), facilities, policies });
    }
    case "gateway-started":
      return tables.site.set("site", { ...siteOf(tables), facilities: event.facilities, policies: event.policies });
    case "clock-stepped":
      shiftAll(tables, event.byMs);
      return tables.site.set("site", {
        ...shiftRow(siteOf(tables), event.byMs, "testReviewAt"),
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

/** Somebody pressed it, or made it tell of a fall: button, battery and radio work. */
const PROVING: readonly ReportKind[] = ["emergency", "fall", "service", "inactivity", "test"];
const isProving = ({ report, press, learning = false }: ReportHeard): boolean =>
  !learning && (PROVING.includes(report) || (report === "other" && press !== undefined));

function heard(known: DeviceState | undefined, event: ReportHeard): DeviceState {
  const { counter } = event;
  const first = known?.counter ?? null;
  let counted = known?.counted ?? 0;
  if (counter !== null && event.proof === "valid") {
    // A shift of 32 or more would wrap around in JavaScript.
    const ahead = first === null ? 32 : counter - first;
    counted = ((ahead >= 32 ? 0 : counted << ahead) | 1) >>> 0;
  }
  const { press = null, released = [], mark } = event;
  const keys =
    press === null && released.length === 0
      ? known?.keys
      : markKeys(known?.keys ?? [], { press, mark }, released, event.at);
  return {
    id: event.device,
    line: event.line,
    seenAt: event.at,
    batteryPct: event.batteryPct ?? known?.batteryPct ?? null,
    counter: counter ?? first,
    counted,
    ...(keys && { keys }),
    silent: false,
    silentAt: event.silentAt,
    late: false,
    lateAt: event.lateAt ?? null,
    provedAt: isProving(event) ? event.at : (known?.provedAt ?? null),
    batteryLowAt: known?.batteryLowAt ?? null,
  };
}

function forgetOldTests(tables: Tables): void {
  const tests = [...tables.tests.values()];
  for (const test of tests.slice(0, Math.max(0, tests.length - TESTS_MAX)))
    if (test.result !== "running") tables.tests.delete(test.id);
}

const shifted = (at: EpochMs | null, byMs: DurationMs): EpochMs | null => (at === null ? null : at + byMs);

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
  for (const device of tables.devices.values())
    tables.devices.set(device.id, {
      ...shiftRow(device, byMs, "seenAt", "silentAt", "lateAt", "provedAt", "batteryLowAt"),
      ...(device.keys && { keys: device.keys.map((mark) => ({ ...mark, at: mark.at + byMs })) }),
    });
  for (const reports of tables.faultReports.values())
    tables.faultReports.set(reports.key, {
      ...reports,
      recent: reports.recent.map((at) => at + byMs),
      tellAt: shifted(reports.tellAt, byMs),
    });
  for (const test of tables.tests.values()) tables.tests.set(test.id, shiftRow(test, byMs, "startedAt", "failAt"));
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

function shiftRow<Row>(row: Row, byMs: DurationMs, ...names: (keyof Row)[]): Row {
  const copy = { ...row };
  for (const name of names) copy[name] = shifted(row[name] as EpochMs | null, byMs) as Row[typeof name];
  return copy;
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
    deliveries: alarm.deliveries.map((delivery) => shiftRow(delivery, byMs, "queuedAt", "sentAt", "provenAt")),
    arrivals: alarm.arrivals.map((arrival) => shiftRow(arrival, byMs, "at")),
    notes: alarm.notes.map((note) => shiftRow(note, byMs, "at")),
    owner: alarm.owner && shiftRow(alarm.owner, byMs, "since"),
    cancel: alarm.cancel && shiftRow(alarm.cancel, byMs, "requestedAt"),
    timers: shiftFields<Timers>(alarm.timers),
    times: shiftFields<Times>(alarm.times),
    ...(alarm.position && { position: shiftRow(alarm.position, byMs, "at") }),
  };
}

/** While nobody listened a device could not be heard: it has as much time left as it had when the gateway went away. */
function awaitLonger(tables: Tables, byMs: DurationMs): void {
  for (const device of tables.devices.values())
    if (device.silentAt !== null && !device.silent)
      tables.devices.set(device.id, { ...device, ...shiftRow(device, byMs, "silentAt", "lateAt") });
}
