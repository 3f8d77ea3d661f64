import { Agenda } from "./agenda.ts";
import type { Alarm } from "./alarm.ts";
import {
  noteAlarm,
  noteContactTest,
  noteDevice,
  noteDuty,
  noteNotice,
  noteReports,
  noteSite,
  noteTest,
  noteTestMode,
} from "./agenda-notes.ts";
import type { ContactTest } from "./contact-test.ts";
import type { DeviceName } from "./definition.ts";
import {
  EMPTY_WINDOW,
  LEARN_ID,
  windowDueAt,
  type DeviceState,
  type LearnWindow,
  type TestMode,
  type TestRun,
} from "./device-state.ts";
import type { Account, Building, Contact, Enrolled, Login, Resident, Responder, Session, Token } from "./directory.ts";
import { DUTY_KEY, type Duty } from "./duty-state.ts";
import type { Facilities } from "./events.ts";
import type { FaultReports } from "./fault-reports.ts";
import type { ResponderHistory } from "./history.ts";
import type { AlarmKind } from "./kinds.ts";
import type { Notice } from "./notice.ts";
import type { Policy } from "./policy.ts";
import type { EpochMs } from "./units.ts";
import { MapTable, type Table } from "./table.ts";

/** A fault that a technician should see: one row for each cause. */
export interface Fault {
  readonly key: string;
  readonly code: string;
  readonly detail: string;
  readonly since: EpochMs;
  readonly lastAt: EpochMs;
  readonly count: number;
}

export interface LastResolved {
  /** See `lastResolvedKey`. */
  readonly key: string;
  readonly alarm: string;
  readonly kind: AlarmKind;
  readonly priority: number;
  readonly at: EpochMs;
}

/** Single values: counters and what the last start said. */
export interface Site {
  readonly gatewayId: string;
  /** Alarms and tests share one count. */
  readonly lastNumber: number;
  readonly lastOrder: number;
  /** How many codes of offers were given out; see codes.ts. */
  readonly codesGiven: number;
  readonly facilities: Facilities;
  /** Keys of the policies in force. */
  readonly policies: readonly string[];
  /** Null: the clock is trusted. */
  readonly clockTrustAt: EpochMs | null;
  /** When the tests that are due are looked through again; null: at the next start. */
  readonly testReviewAt: EpochMs | null;
  /** When contacts are tested and faults told to staff next; null: it was not planned yet. */
  readonly roundsAt: EpochMs | null;
  /** The public address that was last opened from a public network, and when; null: none ever was. */
  readonly publicProof: PublicProof | null;
  /** The key file of which a copy was last shown, and when; null: none ever was. */
  readonly keyCopy: { readonly mark: string; readonly at: EpochMs } | null;
  /** The first administrator was made. It stays so, whoever is removed. */
  readonly isSetUp: boolean;
}

export interface PublicProof {
  readonly url: string;
  readonly at: EpochMs;
}

/** Whether the hotline is told of tests and technical faults; by a voice call it is not. */
export const takesReports = ({ hotline, hotlineReports }: Facilities): boolean => hotlineReports ?? hotline;

/** The last resolved alarm is kept by resident (or device) and kind: a service request does not hide an emergency. */
export const lastResolvedKey = (subject: string, kind: AlarmKind): string => `${subject} ${kind}`;

/** Everything the gateway knows, by name. Values are never changed in place. */
export interface Tables {
  readonly alarms: Table<Alarm>;
  /** Alarm ids by resident or, without one, by device. */
  readonly alarmsOf: Table<readonly string[]>;
  /** The last alarm resolved, by `lastResolvedKey`: a press soon after is linked to it. */
  readonly lastResolved: Table<LastResolved>;
  readonly devices: Table<DeviceState>;
  readonly faults: Table<Fault>;
  readonly faultReports: Table<FaultReports>;
  readonly tests: Table<TestRun>;
  readonly testModes: Table<TestMode>;
  /** Messages to people that are no offers, until they have left. */
  readonly notices: Table<Notice>;
  /** Those that run; what came of them is kept with the contact. */
  readonly contactTests: Table<ContactTest>;
  readonly learning: Table<LearnWindow>;
  readonly residents: Table<Resident>;
  readonly buildings: Table<Building>;
  readonly responders: Table<Responder>;
  /** What earlier alarms tell of responders; nothing of those who were never asked. */
  readonly history: Table<ResponderHistory>;
  readonly contacts: Table<readonly Contact[]>;
  readonly enrolled: Table<Enrolled>;
  readonly accounts: Table<Account>;
  readonly tokens: Table<Token>;
  readonly logins: Table<Login>;
  readonly sessions: Table<Session>;
  /** `account/zone` → resident, for ever. */
  readonly zones: Table<string>;
  /** The two names of each device of a bridge, by bridge; see names.ts. */
  readonly names: Table<readonly DeviceName[]>;
  readonly policies: Table<Policy>;
  readonly duty: Table<Duty>;
  readonly site: Table<Site>;
}

export const TABLE_NAMES = [
  "alarms",
  "alarmsOf",
  "lastResolved",
  "devices",
  "faults",
  "faultReports",
  "tests",
  "testModes",
  "notices",
  "contactTests",
  "learning",
  "residents",
  "buildings",
  "responders",
  "history",
  "contacts",
  "enrolled",
  "accounts",
  "tokens",
  "logins",
  "sessions",
  "zones",
  "names",
  "policies",
  "duty",
  "site",
] as const satisfies readonly (keyof Tables)[];

/** The gateway's state: a fold of the journal. `step` takes it and gives it back; nobody else changes it. */
export interface State extends Tables {
  readonly agenda: Agenda;
}

type Snapshot = Partial<Record<keyof Tables, [string, never][]>>;

/** An empty state, or the one that `writeState` wrote. */
export function readState(text: string | null, gatewayId: string): State {
  const agenda = new Agenda();
  const snapshot: Snapshot = text === null ? {} : (JSON.parse(text) as Snapshot);
  const table = <Value>(
    name: keyof Tables,
    onSet: (key: string, value: Value, before?: Value) => void = () => undefined,
    since: Partial<Value> = {},
  ): Table<Value> => new MapTable<Value>(filled(snapshot[name] ?? [], since), onSet);
  const state: State = {
    agenda,
    alarms: table("alarms", (_, alarm: Alarm) => noteAlarm(agenda, alarm)),
    alarmsOf: table("alarmsOf"),
    lastResolved: table("lastResolved"),
    devices: table<DeviceState>("devices", (_, device) => noteDevice(agenda, device), UNWATCHED),
    faults: table("faults"),
    faultReports: table("faultReports", (_, reports: FaultReports) => noteReports(agenda, reports)),
    tests: table<TestRun>("tests", (_, test) => noteTest(agenda, test), { report: "test" }),
    testModes: table<TestMode>("testModes", (_, mode) => noteTestMode(agenda, mode), { walk: false }),
    contactTests: table<ContactTest>("contactTests", (_, test) => noteContactTest(agenda, test)),
    notices: table<Notice>("notices", (_, notice) => noteNotice(agenda, notice)),
    learning: table<LearnWindow>("learning", (_, window) => agenda.note("learn", windowDueAt(window)), EMPTY_WINDOW),
    residents: table<Resident>("residents", undefined, { keyHolder: null }),
    buildings: table("buildings"),
    responders: table<Responder>("responders", undefined, { quiet: null, minRestMs: null }),
    history: table("history"),
    contacts: table("contacts"),
    enrolled: table<Enrolled>("enrolled", undefined, SINCE_ENROLLED),
    accounts: table("accounts"),
    tokens: table("tokens"),
    logins: table("logins"),
    sessions: table("sessions"),
    zones: table("zones"),
    names: table("names"),
    policies: table("policies"),
    duty: table<Duty>("duty", (_, duty) => noteDuty(agenda, duty)),
    site: table("site", (_, site: Site, before?: Site) => noteSite(agenda, site, before)),
  };
  // A restored journal goes on under an id of its own, so that no alarm's id is given out twice.
  state.site.set("site", { ...emptySite(gatewayId), ...state.site.get("site"), gatewayId });
  noteAll(state);
  return state;
}

/** Rows as they are now: `since` holds the fields that a snapshot of an earlier gateway lacks. */
function* filled<Value>(
  rows: readonly (readonly [string, Value])[],
  since: Partial<Value>,
): Iterable<readonly [string, Value]> {
  const fields = Object.entries(since);
  if (fields.length === 0) return yield* rows;
  for (const [key, row] of rows) {
    const missing = fields.filter(([name]) => !(name in (row as object)));
    yield [key, missing.length === 0 ? row : { ...row, ...Object.fromEntries(missing) }];
  }
}

const SINCE_ENROLLED = { standing: "in-use", enrolledAt: null, replaces: null, replacedBy: null, sip: null } as const;
const UNWATCHED = { late: false, lateAt: null, provedAt: null, batteryLowAt: null, restAt: null };

const emptySite = (gatewayId: string): Site => ({
  gatewayId,
  lastNumber: 0,
  lastOrder: 0,
  codesGiven: 0,
  facilities: { hotline: false, siren: false, channels: [], timezone: "UTC" },
  policies: [],
  clockTrustAt: null,
  testReviewAt: null,
  roundsAt: null,
  publicProof: null,
  keyCopy: null,
  isSetUp: false,
});

/** The state as one text, for a snapshot. */
export function writeState(state: State): string {
  const snapshot: Record<string, unknown> = {};
  for (const name of TABLE_NAMES) snapshot[name] = (state[name] as MapTable<unknown>).entries();
  return JSON.stringify(snapshot);
}

/** Writes the agenda anew, after everything moved. */
export function noteAll(state: State): void {
  state.agenda.clear();
  for (const alarm of state.alarms.values()) noteAlarm(state.agenda, alarm);
  for (const device of state.devices.values()) noteDevice(state.agenda, device);
  for (const reports of state.faultReports.values()) noteReports(state.agenda, reports);
  for (const test of state.tests.values()) noteTest(state.agenda, test);
  for (const mode of state.testModes.values()) noteTestMode(state.agenda, mode);
  for (const notice of state.notices.values()) noteNotice(state.agenda, notice);
  for (const test of state.contactTests.values()) noteContactTest(state.agenda, test);
  for (const window of state.learning.values()) state.agenda.note("learn", windowDueAt(window));
  for (const duty of state.duty.values()) noteDuty(state.agenda, duty);
  noteSite(state.agenda, siteOf(state));
}

/** Puts a key back that was taken before its time, or whose handling failed. */
export function noteAgain(state: State, key: string): void {
  const [kind, ...rest] = key.split(" ");
  const id = rest.join(" ");
  const alarm = kind === "alarm" ? state.alarms.get(id) : undefined;
  const device = kind === "device" ? state.devices.get(id) : undefined;
  const test = kind === "test" ? state.tests.get(id) : undefined;
  const reports = kind === "fault" ? state.faultReports.get(id) : undefined;
  const mode = kind === "test-mode" ? state.testModes.get(id) : undefined;
  if (alarm) noteAlarm(state.agenda, alarm);
  if (reports) noteReports(state.agenda, reports);
  if (device) noteDevice(state.agenda, device);
  if (test) noteTest(state.agenda, test);
  if (mode) noteTestMode(state.agenda, mode);
  const notice = kind === "notice" ? state.notices.get(id) : undefined;
  if (notice) noteNotice(state.agenda, notice);
  const contactTest = kind === "contact-test" ? state.contactTests.get(id) : undefined;
  if (contactTest) noteContactTest(state.agenda, contactTest);
  const window = kind === "learn" ? state.learning.get(LEARN_ID) : undefined;
  if (window) state.agenda.note(key, windowDueAt(window));
  for (const duty of kind === DUTY_KEY ? state.duty.values() : []) noteDuty(state.agenda, duty);
  const { clockTrustAt, testReviewAt, roundsAt } = siteOf(state);
  if (kind === "rounds" && roundsAt !== null) state.agenda.note(key, roundsAt);
  if (kind === "clock" && clockTrustAt !== null) state.agenda.note(key, clockTrustAt);
  if (kind === "tests" && testReviewAt !== null) state.agenda.note(key, testReviewAt);
}

/** The site's single values; they are there from the first moment. */
export const siteOf = (tables: Pick<Tables, "site">): Site => tables.site.get("site")!;
