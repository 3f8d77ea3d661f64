import { isOnTheWay, type Alarm } from "./alarm.ts";
import { nameOf } from "./by-whom.ts";
import type { WaitingNews } from "./news-events.ts";
import type { PlatformAlarm, PlatformNews, PlatformPerson } from "./platform-message.ts";
import type { Tables } from "./state.ts";
import { isoOrNull } from "./units.ts";

/** Whether a platform is told the names of responders, or only their roles. */
export interface Disclosure {
  readonly names: boolean;
}

/** A step in the life of an alarm, with the alarm as it is now. The site's name is the sender's to add. */
export function viewNews(
  tables: Tables,
  key: string,
  { alarm, news }: { readonly alarm: Alarm; readonly news: WaitingNews },
  disclosure: Disclosure,
): Omit<PlatformNews, "site"> {
  const about = news.offers ?? [];
  return {
    type: news.type,
    id: key,
    seq: news.seq,
    at: new Date(news.at).toISOString(),
    changed: news.changed ?? [],
    by: news.by === undefined ? null : shown(tables, news.by, disclosure),
    reason: news.reason ?? null,
    people: alarm.offers.filter(({ id }) => about.includes(id)).map((offer) => personOf(tables, offer, disclosure)),
    alarm: alarmOf(tables, alarm, disclosure),
  };
}

function alarmOf(tables: Tables, alarm: Alarm, disclosure: Disclosure): PlatformAlarm {
  const { id, version, kind, state, priority, flags, owner, cancel, outcome, linkedTo, position } = alarm;
  return {
    id,
    version,
    kind,
    state,
    priority,
    flags,
    openedAt: new Date(alarm.openedAt).toISOString(),
    pressedAt: isoOrNull(alarm.times.pressedAt),
    presses: alarm.presses.length,
    owner: owner && shown(tables, owner.name, disclosure),
    coming: alarm.offers.filter(isOnTheWay).map((offer) => personOf(tables, offer, disclosure)),
    cancelRequestedAt: isoOrNull(cancel?.requestedAt ?? null),
    cancelVerifiedBy: cancel?.verifiedBy == null ? null : shown(tables, cancel.verifiedBy, disclosure),
    outcome,
    linkedTo,
    resident: homeOf(tables, alarm),
    position: position ? { lat: position.lat, lon: position.lon } : null,
  };
}

function homeOf(tables: Tables, { resident: id }: Alarm): PlatformAlarm["resident"] {
  const resident = id === null ? undefined : tables.residents.get(id);
  if (!resident) return null;
  const { name, building, unit, room, phone } = resident;
  return { name, building, unit, room, phone };
}

function personOf(
  tables: Tables,
  { responder: id, state }: Alarm["offers"][number],
  { names }: Disclosure,
): PlatformPerson {
  const known = tables.responders.get(id);
  return { id, role: known?.role ?? null, name: names ? (known?.name ?? null) : null, state };
}

/** People of the desk go by their own names; responders by their id where names are not disclosed. */
const shown = (tables: Tables, by: string, { names }: Disclosure): string =>
  names || !by.startsWith("@") ? nameOf(tables, by) : by.slice(1);
