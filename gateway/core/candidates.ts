import type { Alarm, Offer } from "./alarm.ts";
import { channelKindNameOf, pathOfChannel } from "./channel-kinds.ts";
import type { Contact, Resident, Responder } from "./directory.ts";
import type { Leg } from "./kinds.ts";
import type { Candidate } from "./ranking.ts";
import { siteOf, type Tables } from "./state.ts";
import { minutes, type DurationMs, type EpochMs } from "./units.ts";

/** The people of a leg, in no order. */
export function peopleOf(tables: Tables, leg: Leg, resident: Resident | undefined): Responder[] {
  const people: Responder[] = [];
  for (const responder of tables.responders.values()) {
    if (leg === "volunteers" && responder.role !== "volunteer") continue;
    if (leg === "staff" && responder.role !== "staff" && responder.role !== "operator") continue;
    if (leg === "family") {
      if (responder.role !== "family" || !resident || !responder.residents.includes(resident.id)) continue;
    }
    people.push(responder);
  }
  return people;
}

/** One way to reach somebody. `wanted`: on a channel that was asked for, or none was. */
export interface Way {
  readonly contact: Contact;
  readonly wanted: boolean;
}

/**
 * Every way to reach somebody now, the best first: the wanted channels in their order, then the contact's own order. A
 * contact whose path is down, or that failed its last test, comes after all others.
 */
export function waysTo(tables: Tables, responder: Responder, channels: readonly string[] | null): readonly Way[] {
  const { facilities } = siteOf(tables);
  const usable = (tables.contacts.get(responder.id) ?? []).filter(({ channel }) =>
    facilities.channels.includes(channel),
  );
  const wanted = (channels ?? []).flatMap((channel) => usable.filter((one) => one.channel === channel));
  const others = usable.filter((contact) => !wanted.includes(contact));
  const ways = [
    ...wanted.map((contact) => ({ contact, wanted: true })),
    ...others.map((contact) => ({ contact, wanted: channels === null })),
  ];
  const lives = ({ contact: { channel, test } }: Way): boolean =>
    test?.state !== "failed" &&
    !tables.faults.get(`path:${pathOfChannel(channelKindNameOf(facilities, channel), channel)}`);
  return [...ways.filter(lives), ...ways.filter((way) => !lives(way))];
}

/** The best way to reach somebody now; null: there is none. */
export const reachOf = (tables: Tables, responder: Responder, channels: readonly string[] | null): Way | null =>
  waysTo(tables, responder, channels)[0] ?? null;

/** Who could just not be reached is not asked again within this: a channel that refuses would be asked without end. */
const LOST_REST_MS: DurationMs = minutes(1);

function isJustLost({ deliveries }: Alarm, { id, state, changedAt }: Offer, now: EpochMs): boolean {
  if (state !== "expired" || changedAt <= now - LOST_REST_MS) return false;
  return deliveries.some(({ offer, status }) => offer === id && (status === "failed" || status === "failing"));
}

/** Whether those who declined or left may be asked again: all of them, or those who did so before a moment. */
export type Again = "no" | "yes" | { readonly before: EpochMs };

/** Whom to ask next: those not asked yet, then those whom we told to stand down, at last those who declined. */
export function byTurn(alarm: Alarm, people: readonly Candidate[], again: Again, now: EpochMs): Candidate[] {
  const isLongAgo = ({ changedAt }: Offer): boolean => typeof again === "string" || changedAt <= again.before;
  const offerOf = new Map<string, Offer>(alarm.offers.map((offer) => [offer.responder, offer]));
  const turn = ({ responder }: Candidate): number => {
    const offer = offerOf.get(responder.id);
    if (offer === undefined) return 0;
    const { state } = offer;
    if (isJustLost(alarm, offer, now)) return -1;
    if (state === "withdrawn" || state === "expired") return isLongAgo(offer) ? 1 : -1;
    if (state === "declined" || state === "left") return again !== "no" && isLongAgo(offer) ? 2 : -1;
    return -1;
  };
  const turns: readonly Candidate[][] = [[], [], []];
  for (const candidate of people) turns[turn(candidate)]?.push(candidate);
  return turns.flat();
}
