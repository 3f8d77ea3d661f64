import { isAwaiting, isOnTheWay, isUnresolved, type Alarm, type Press, type Timers } from "./alarm.ts";
import { inBoth } from "./chinese.ts";
import { addFlags, lessFlags } from "./alarm-change.ts";
import type { DomainEvent } from "./events.ts";
import { DIRECTORY_KINDS } from "./evolve.ts";
import { raisedAnew } from "./evolve-news.ts";
import { withoutPlaces } from "./personal.ts";
import { LOST_ROWS_POLICY } from "./policy-defaults.ts";
import { policyKey } from "./policy.ts";
import { SalvageFold, type FoundRow } from "./salvage-fold.ts";
import { siteOf } from "./state.ts";
import type { EpochMs } from "./units.ts";

/** Entries of a damaged journal that could not be read. */
export interface Gap {
  /** Null: not known how many. */
  readonly rows: number | null;
  /** The time of the last readable entry before the first gap; null: there is none. */
  readonly from: EpochMs | null;
  /** The time of the first readable entry after the last gap; null: the newest entries are among those missing. */
  readonly to: EpochMs | null;
  /** Bytes of the file that were not looked at, so that the alarm path comes up in time. */
  readonly skippedBytes: number;
}

/** What a damaged journal and the newest backup still say. */
export interface Found {
  /** The id of the journal that takes its place. */
  readonly gatewayId: string;
  readonly at: EpochMs;
  /** All events of `SALVAGED_KINDS`, in order. */
  readonly directory: readonly DomainEvent[];
  readonly snapshot: { readonly seq: number; readonly state: string } | null;
  /** Events after the snapshot, in order, with gaps. */
  readonly rows: readonly FoundRow[];
  readonly gap: Gap | null;
}

/** Events that are taken over of all history, as they were. */
export const SALVAGED_KINDS: readonly string[] = [
  ...DIRECTORY_KINDS,
  "duty-saved",
  "duty-overridden",
  "duty-override-ended",
  "public-url-proved",
  "key-copy-confirmed",
];

/** The device that a gap in the journal is shown under. */
export const JOURNAL_DEVICE = "gateway:journal";

/**
 * Messages and offers that were made in a gap have numbers that nobody knows: new ones are numbered from so far above
 * that no key and no link of an offer is given out twice.
 */
const NUMBERS_SKIPPED = 10_000;

/**
 * What the journal that takes the place of a damaged one begins with: people and devices, what devices last said, and
 * every alarm that is not closed. Open ones are alerted from the start, as new; a gap is an alarm of its own, for staff
 * and the hotline, until somebody has checked.
 */
export function planSalvage(found: Found): readonly DomainEvent[] {
  const { state } = new SalvageFold(found);
  const { at } = found;
  const alarms = [...state.alarms.values()]
    .filter((alarm) => alarm.state !== "closed")
    .sort((a, b) => a.priority - b.priority || a.openedAt - b.openedAt);
  const { facilities, policies } = siteOf(state);
  return [
    ...found.directory,
    ...[...state.policies.values()].map((policy) => ({ kind: "policy-saved", policy }) as const),
    {
      kind: "site-salvaged",
      devices: [...state.devices.values()],
      faults: [...state.faults.values()],
      faultReports: [...state.faultReports.values()],
      facilities,
      policies,
      at,
    },
    ...alarms.flatMap((alarm) => salvaged(alarm, at)),
    ...(found.gap ? lostRows(found.gap, `${found.gatewayId}-${siteOf(state).lastNumber + 1}`, at) : []),
  ];
}

function salvaged(alarm: Alarm, at: EpochMs): DomainEvent[] {
  const { alarm: found, sealed } = withoutPlaces(isUnresolved(alarm) ? alertedAnew(alarm, at) : alarm);
  const person = alarm.resident ?? `alarm:${alarm.id}`;
  return [
    {
      kind: "alarm-salvaged",
      alarm: alarm.id,
      found: { ...found, notes: [], flags: addFlags(found.flags, ["salvaged"]) },
      ...(sealed && { personal: { person, data: sealed } }),
      at,
    },
    ...alarm.notes.map(
      ({ at: noted, by, text }) =>
        ({
          kind: "noted",
          alarm: alarm.id,
          by,
          role: "staff",
          personal: { person, data: { text } },
          at: noted,
        }) as const,
    ),
  ];
}

/** As if pressed now, for everyone but those who are on their way: what happened after the last readable row is unknown. */
function alertedAnew(alarm: Alarm, at: EpochMs): Alarm {
  const going = new Set(alarm.offers.filter(isOnTheWay).map(({ id }) => id));
  return {
    ...alarm,
    version: alarm.version + 1,
    state: alarm.arrivals.length > 0 ? "attending" : "alerting",
    flags: lessFlags(alarm.flags, ["unanswered", "nobody-to-ask", "cancel-requested", "cancel-verified"]),
    owner: null,
    cancel: null,
    offers: alarm.offers.map((offer) => (isAwaiting(offer) ? { ...offer, state: "expired", changedAt: at } : offer)),
    // A volunteer on the way must still be told when it is over.
    deliveries: alarm.deliveries.filter(({ offer, type }) => type === "offer" && offer !== null && going.has(offer)),
    deliveryCount: alarm.deliveryCount + NUMBERS_SKIPPED,
    offersFrom: (alarm.offersFrom ?? 0) + NUMBERS_SKIPPED,
    stoppedLegs: [],
    ...(alarm.news && { news: alarm.news.map((line) => raisedAnew(line, at)) }),
    nextStep: 0,
    round: 0,
    alertedAt: at,
    timers: { ...arrivalTimers(alarm.timers), step: at },
    said: going.size > 0 ? "coming" : "heard",
  };
}

const arrivalTimers = (timers: Timers): Timers =>
  Object.fromEntries(Object.entries(timers).filter(([name]) => name.startsWith("arrive:")));

function lostRows(gap: Gap, id: string, at: EpochMs): DomainEvent[] {
  const press: Press = {
    at: gap.to ?? at,
    receivedAt: at,
    device: JOURNAL_DEVICE,
    kind: "other",
    counter: null,
    ageMs: null,
    transport: "journal",
    line: "journal",
    late: false,
    unverified: true,
    raw: inBoth(gapText(gap, at)),
  };
  return [
    { kind: "policy-saved", policy: LOST_ROWS_POLICY },
    {
      kind: "alarm-opened",
      alarm: id,
      alarmKind: "emergency",
      priority: LOST_ROWS_POLICY.priority,
      flags: ["rows-lost"],
      resident: null,
      device: JOURNAL_DEVICE,
      policy: policyKey(LOST_ROWS_POLICY),
      linkedTo: null,
      press,
      at,
    },
  ];
}

/** For people: how much, and between which times. */
export function gapText({ rows, from, to }: Gap, at: EpochMs): string {
  const many = rows === null ? "an unknown number of" : String(rows);
  const since = from === null ? "?" : iso(from);
  return `${many} rows from ${since} to ${iso(to ?? at)} unreadable: check with residents who pressed between`;
}

const iso = (at: EpochMs): string => new Date(at).toISOString();
