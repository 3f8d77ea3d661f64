import { isAwaiting, isOnTheWay, type Alarm, type Offer } from "./alarm.ts";
import type { AlarmEvent, OfferChanged } from "./events.ts";
import { siteOf, type Tables } from "./state.ts";
import { isWithin, minuteOfDay } from "./time-window.ts";
import { minutes, type EpochMs } from "./units.ts";

/** What earlier alarms tell of a responder: one row each, of counts. A decline leaves it as it was. */
export interface ResponderHistory {
  /** The responder's. */
  readonly id: string;
  /** Alarms that they were asked for. */
  readonly asked: number;
  /** Alarms that they said yes to, less those that ended or were declined before they could come. */
  readonly accepted: number;
  /** Of `accepted`: they were there. */
  readonly came: number;
  /** Alarms that they left without any answer by day. */
  readonly unanswered: number;
  readonly lastAskedAt: EpochMs;
  /** The alarm they were last asked for. */
  readonly lastAlarm: string;
  /** The alarm they last said yes to, and have not taken it back; null: none. */
  readonly onWayTo: string | null;
}

/** Messages take their time and so do people: less than this without an answer is no silence. */
const SILENCE_MS = minutes(5);
/** Whoever sleeps is not unwilling. Local time. */
const NIGHT = { fromMin: 22 * 60, toMin: 7 * 60 };
/** Past it the counts are halved, so that what somebody did years ago fades. */
const TIMES_MAX = 40;

/** The alarms that count: those they answered with yes or not at all. */
export const timesOf = (history: ResponderHistory | undefined): number =>
  history ? history.accepted + history.unanswered : 0;

/** Folds what an event says of the people asked. `alarm` is as it was before the event. */
export function noteHistory(tables: Tables, alarm: Alarm, event: AlarmEvent): void {
  if (event.kind === "step-run" || event.kind === "messages-queued")
    for (const offer of event.offers) noteAsked(tables, alarm, offer, event.at);
  else if (event.kind === "offer-changed") {
    const offer = alarm.offers.find(({ id }) => id === event.offer);
    const known = offer && tables.history.get(offer.responder);
    if (known) tables.history.set(known.id, changed(tables, known, alarm, offer, event));
  }
}

function noteAsked(tables: Tables, alarm: Alarm, { id, responder }: Offer, at: EpochMs): void {
  const before = alarm.offers.find((offer) => offer.id === id);
  if (before && isAwaiting(before)) return;
  const known = faded(tables.history.get(responder) ?? NOTHING);
  const asked = known.asked + (before ? 0 : 1);
  tables.history.set(responder, { ...known, id: responder, asked, lastAskedAt: at, lastAlarm: alarm.id });
}

const NOTHING: Omit<ResponderHistory, "id" | "lastAskedAt" | "lastAlarm"> = {
  asked: 0,
  accepted: 0,
  came: 0,
  unanswered: 0,
  onWayTo: null,
};

function changed(
  tables: Tables,
  known: ResponderHistory,
  alarm: Alarm,
  offer: Offer,
  { state, at }: OfferChanged,
): ResponderHistory {
  const wasOnWay = isOnTheWay(offer) && offer.state !== "arrived";
  switch (state) {
    case "accepted":
      // Who is late and says yes again promised once.
      return known.onWayTo === alarm.id ? known : { ...known, accepted: known.accepted + 1, onWayTo: alarm.id };
    case "arrived":
      return arrived(known);
    case "left":
      return offer.state === "arrived" ? known : arrived(known);
    case "declined":
      // Whoever cannot come after all says so: that is as good as never having said yes.
      return wasOnWay ? takenBack(known) : known;
    case "withdrawn":
      if (wasOnWay) return takenBack(known);
      if (known.onWayTo === alarm.id || !isSilence(tables, offer, at)) return known;
      return { ...known, unanswered: known.unanswered + 1 };
    default:
      return known;
  }
}

const arrived = (known: ResponderHistory): ResponderHistory => ({
  ...known,
  came: Math.min(known.came + 1, known.accepted),
});

const takenBack = (known: ResponderHistory): ResponderHistory => ({
  ...known,
  accepted: Math.max(known.accepted - 1, known.came),
  onWayTo: null,
});

/** The message left, there was time to answer, and it was day. */
function isSilence(tables: Tables, { state, at }: Offer, endedAt: EpochMs): boolean {
  if (!["sent", "delivered", "seen"].includes(state) || endedAt - at < SILENCE_MS) return false;
  return !isWithin(NIGHT, minuteOfDay(at, siteOf(tables).facilities.timezone));
}

type Counts = Pick<ResponderHistory, "accepted" | "came" | "unanswered">;

function faded<Row extends Counts>(history: Row): Row {
  if (history.accepted + history.unanswered < TIMES_MAX) return history;
  const [accepted, unanswered] = [Math.floor(history.accepted / 2), Math.floor(history.unanswered / 2)];
  return { ...history, accepted, unanswered, came: Math.floor(history.came / 2) };
}
