import type { Alarm, AlarmPosition, Press } from "./alarm.ts";
import type { DomainEvent } from "./events.ts";
import type { Position, Report } from "./report.ts";
import type { Tables } from "./state.ts";
import type { EpochMs } from "./units.ts";

/** Sealed at rest under the key of `person`; absent once that person was erased. */
export interface Personal<Data> {
  readonly personal?: { readonly person: string; readonly data: Data };
}

/** What tells where somebody is. */
export type Whereabouts = { readonly position?: Position; readonly raw?: string };

/** Trackers tell their place in every message, if only by the cells around: the message itself is personal then. */
const tellsPlace = ({ transport, position }: Pick<Report, "transport" | "position"> | Press): boolean =>
  transport === "tcp" || position !== undefined;

/** A message as anybody may see it; empty where it tells where somebody is. */
export const plainRaw = (report: Report): string => (tellsPlace(report) ? "" : report.raw);

/** A message to be kept: plain, or sealed for `person`. */
export const keptRaw = (report: Report, person: string): { readonly raw: string } & Personal<Whereabouts> => ({
  raw: plainRaw(report),
  ...(tellsPlace(report) && { personal: { person, data: { raw: report.raw } } }),
});

/** That a rule failed on a report. */
export const undecided = (report: Report, device: string, person: string, more: { why: string; at: EpochMs }) =>
  ({ kind: "report-undecided", device, ...more, ...keptRaw(report, person) }) as const;

/** The same of a press, apart from what is not personal. */
export function sealedPress(press: Press): { readonly press: Press; readonly sealed: Whereabouts | null } {
  const { position, raw, ...rest } = press;
  const sealed = { ...(position && { position }), ...(raw !== null && { raw }) };
  if (!tellsPlace(press) || Object.keys(sealed).length === 0) return { press, sealed: null };
  return { press: { ...rest, raw: null }, sealed };
}

type WithPress = Extract<
  DomainEvent,
  { readonly kind: "alarm-opened" | "press-appended" | "test-pressed" | "learn-heard" | "learn-proving" }
>;
const hasPress = (event: DomainEvent): event is WithPress & { readonly press: Press } =>
  "press" in event && typeof event.press === "object" && event.press !== null;

/** As it is written: where its press tells where somebody is, that is set apart, for whoever it belongs to. */
export function sealed(tables: Tables, event: DomainEvent): DomainEvent {
  if (!hasPress(event)) return event;
  const { press, sealed: data } = sealedPress(event.press);
  if (!data) return event;
  return { ...event, press, personal: { person: personOf(tables, event), data } };
}

function personOf(tables: Tables, event: WithPress): string {
  if (!("alarm" in event)) return tables.enrolled.get(event.device)?.resident ?? `device:${event.device}`;
  const own = event.kind === "alarm-opened" ? event.resident : tables.alarms.get(event.alarm)?.resident;
  return own ?? `alarm:${event.alarm}`;
}

/** As it was decided, as far as it can still be read. */
export function unsealed(event: DomainEvent): DomainEvent {
  if (!hasPress(event) || !event.personal) return event;
  return { ...event, press: { ...event.press, ...event.personal.data } };
}

/** What tells where somebody is in a whole alarm: of its presses by their place in the list, and of itself. */
export type FoundWhereabouts = {
  readonly presses: readonly (Whereabouts | null)[];
  readonly position?: AlarmPosition;
};

/** A whole alarm without what tells where somebody is, and that. */
export function withoutPlaces({ position, ...alarm }: Alarm): { alarm: Alarm; sealed: FoundWhereabouts | null } {
  const presses = alarm.presses.map(sealedPress);
  const all = { presses: presses.map(({ sealed: one }) => one), ...(position && { position }) };
  const isAny = position !== undefined || all.presses.some((one) => one !== null);
  return { alarm: { ...alarm, presses: presses.map(({ press }) => press) }, sealed: isAny ? all : null };
}

export function withPlaces(alarm: Alarm, places: FoundWhereabouts | undefined): Alarm {
  if (!places) return alarm;
  const presses = alarm.presses.map((press, at) => ({ ...press, ...places.presses[at] }));
  return { ...alarm, presses, ...(places.position && { position: places.position }) };
}
