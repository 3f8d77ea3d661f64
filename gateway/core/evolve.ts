import type { AlarmEvent, DirectoryEvent, DomainEvent } from "./events.ts";
import { evolveAlarm, openAlarm, salvageAlarm } from "./evolve-alarm.ts";
import { evolveDirectory } from "./evolve-directory.ts";
import { evolveSite, numberUsed, type SiteOnlyEvent } from "./evolve-site.ts";
import { codesGiven } from "./codes.ts";
import { noteHistory } from "./history.ts";
import { unsealed, withPlaces } from "./personal.ts";
import type { Tables } from "./state.ts";

/** People, devices, accounts and tokens: what a new journal takes over of all history when the old one is damaged. */
export const DIRECTORY_KINDS: ReadonlySet<string> = new Set<DirectoryEvent["kind"]>([
  "resident-saved",
  "building-saved",
  "responder-saved",
  "contact-saved",
  "contact-removed",
  "device-saved",
  "device-standing-changed",
  "device-replaced",
  "account-saved",
  "token-saved",
  "login-saved",
  "login-removed",
]);

const isDirectoryEvent = (event: { readonly kind: string }): event is DirectoryEvent => DIRECTORY_KINDS.has(event.kind);

const isAlarmEvent = (event: DomainEvent): event is AlarmEvent => "alarm" in event;

/** Applies one event. The fold of all events of a journal is the state; nothing else writes it. */
export function evolve(tables: Tables, written: DomainEvent): void {
  const event = unsealed(written);
  if (isDirectoryEvent(event)) return evolveDirectory(tables, event);
  if (!isAlarmEvent(event)) return evolveSite(tables, event as SiteOnlyEvent);
  if (event.kind === "alarm-opened") {
    numberUsed(tables, event.alarm);
    return openAlarm(tables, event);
  }
  if (event.kind === "alarm-salvaged") {
    numberUsed(tables, event.alarm);
    return salvageAlarm(tables, withPlaces(event.found, event.personal?.data));
  }
  const alarm = tables.alarms.get(event.alarm);
  // Closed alarms have left the state; a late receipt for one changes nothing.
  if (!alarm) return;
  noteHistory(tables, alarm, event);
  if (event.kind === "step-run" || event.kind === "messages-queued") codesGiven(tables, alarm, event.offers);
  evolveAlarm(tables, alarm, event);
}
