import { nextDue, NO_TIMES, type Alarm, type Times } from "./alarm.ts";
import type { Tables } from "./state.ts";
import { nameOf } from "./by-whom.ts";
import { peopleOf } from "./candidates.ts";
import type { Resident } from "./directory.ts";
import { isoOrNull } from "./units.ts";
import { whyInWords } from "./why-words.ts";

const iso = (at: number): string => new Date(at).toISOString();

/** An alarm as `/api/alarms` and `okc alarms --json` give it. Times are ISO 8601 in UTC; not measured is null. */
export function viewAlarm(tables: Tables, alarm: Alarm) {
  const resident = alarm.resident === null ? undefined : tables.residents.get(alarm.resident);
  return {
    id: alarm.id,
    version: alarm.version,
    kind: alarm.kind,
    state: alarm.state,
    priority: alarm.priority,
    owner: alarm.owner && nameOf(tables, alarm.owner.name),
    ownedSince: isoOrNull(alarm.owner?.since ?? null),
    flags: alarm.flags,
    resident: alarm.resident,
    home: resident ? viewHome(resident) : null,
    family: resident ? viewFamily(tables, resident) : [],
    device: alarm.device,
    deviceLabel: tables.enrolled.get(alarm.device)?.label ?? "",
    deviceLocation: tables.enrolled.get(alarm.device)?.location ?? "",
    policy: alarm.policy,
    linkedTo: alarm.linkedTo,
    outcome: alarm.outcome,
    // A device without a way back was told nothing, whatever we would say to it.
    said: alarm.presses.some(({ counter }) => counter !== null) ? alarm.said : null,
    cancel: alarm.cancel && { requestedAt: iso(alarm.cancel.requestedAt), verifiedBy: alarm.cancel.verifiedBy },
    nextDueAt: isoOrNull(nextDue(alarm)),
    ...viewPosition(alarm),
    ...viewPlatforms(alarm),
    openedAt: iso(alarm.openedAt),
    alertedAt: iso(alarm.alertedAt),
    presses: alarm.presses.map(({ at, receivedAt, line: _, ...press }) => ({
      at: iso(at),
      receivedAt: iso(receivedAt),
      ...press,
    })),
    times: viewTimes(alarm.times),
    offers: alarm.offers.map(({ id, version, responder, leg, state, at, changedAt, why, task }) => ({
      id,
      version,
      responder,
      name: tables.responders.get(responder)?.name ?? null,
      leg,
      state,
      at: iso(at),
      changedAt: iso(changedAt),
      why: why ? { ...why, ...whyInWords(why) } : null,
      ...(task && { task }),
    })),
    deliveries: alarm.deliveries.map(({ key, type, leg, channel, to, status, event, qualifier, detail, ...at }) => ({
      key,
      type,
      leg,
      channel,
      to,
      status,
      event,
      qualifier,
      detail,
      queuedAt: iso(at.queuedAt),
      sentAt: isoOrNull(at.sentAt),
      provenAt: isoOrNull(at.provenAt),
    })),
    arrivals: alarm.arrivals.map(({ at, by, evidence }) => ({ at: iso(at), by: nameOf(tables, by), evidence })),
    notes: alarm.notes.map(({ at, ...note }) => ({ at: iso(at), ...note })),
  };
}

export type AlarmView = ReturnType<typeof viewAlarm>;

/** What each city platform was told; nothing where there is none. */
const viewPlatforms = ({ news, rejectedBy }: Alarm) => ({
  ...(news && {
    platforms: news.map(({ platform, told, toldAt, status, detail, waiting }) => ({
      platform,
      told,
      waiting: waiting.length,
      status,
      toldAt: isoOrNull(toldAt),
      detail,
    })),
  }),
  ...(rejectedBy && { rejectedBy }),
});

/** Where its wearer was last, in degrees of WGS 84; nothing where no device told. */
export const viewPosition = ({ position }: Alarm) => position && { position: { ...position, at: iso(position.at) } };

/** The resident's relatives, in their order, with every way to reach them. */
const viewFamily = (tables: Tables, resident: Resident) =>
  peopleOf(tables, "family", resident).map(({ id, name }) => ({
    name,
    contacts: (tables.contacts.get(id) ?? []).map(({ channel, address }) => ({ channel, address })),
  }));

const viewHome = ({
  name,
  building,
  unit,
  room,
  phone,
  notes,
  keyPlace,
}: {
  name: string;
  building: string;
  unit: string;
  room: string;
  phone: string;
  notes: string;
  keyPlace: string;
}) => ({ name, building, unit, room, phone, notes, keyPlace });

const viewTimes = (times: Times): Record<keyof Times, string | null> =>
  Object.fromEntries(
    Object.entries({ ...NO_TIMES, ...times }).map(([name, at]) => [name, isoOrNull(at as number | null)]),
  ) as Record<keyof Times, string | null>;
