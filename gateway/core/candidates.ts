import type { Alarm, Offer } from "./alarm.ts";
import type { Contact, Resident, Responder } from "./directory.ts";
import type { Leg } from "./kinds.ts";
import type { Candidate } from "./ranking.ts";
import { siteOf, type Tables } from "./state.ts";

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

/** The way to reach somebody now: of the wanted channels if possible, else any that this site has. */
export function reachOf(
  tables: Tables,
  responder: Responder,
  channels: readonly string[] | null,
): { readonly contact: Contact; readonly wanted: boolean } | null {
  const present = siteOf(tables).facilities.channels;
  const usable = (tables.contacts.get(responder.id) ?? []).filter(({ channel }) => present.includes(channel));
  for (const channel of channels ?? []) {
    const contact = usable.find((one) => one.channel === channel);
    if (contact) return { contact, wanted: true };
  }
  const first = usable[0];
  return first ? { contact: first, wanted: channels === null } : null;
}

/** Whom to ask next: those not asked yet, then those whom we told to stand down, at last those who declined. */
export function byTurn(alarm: Alarm, people: readonly Candidate[], againAllowed: boolean): Candidate[] {
  const offerOf = new Map<string, Offer>(alarm.offers.map((offer) => [offer.responder, offer]));
  const turn = ({ responder }: Candidate): number => {
    const state = offerOf.get(responder.id)?.state;
    if (state === undefined) return 0;
    if (state === "withdrawn" || state === "expired") return 1;
    if (state === "declined" || state === "left") return againAllowed ? 2 : -1;
    return -1;
  };
  const turns: readonly Candidate[][] = [[], [], []];
  for (const candidate of people) turns[turn(candidate)]?.push(candidate);
  return turns.flat();
}
