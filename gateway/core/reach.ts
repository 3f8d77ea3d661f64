import type { Responder } from "./directory.ts";
import type { Facilities } from "./events.ts";
import type { ResponderHistory } from "./history.ts";
import type { Pool } from "./policy.ts";
import type { Tables } from "./state.ts";
import { isWithin } from "./time-window.ts";
import type { EpochMs } from "./units.ts";

/** Whether somebody has a contact on a channel of this site. */
export const canReach = (tables: Pick<Tables, "contacts">, { channels }: Pick<Facilities, "channels">, id: string) =>
  (tables.contacts.get(id) ?? []).some(({ channel }) => channels.includes(channel));

/** The same, by a contact that did not fail its last test. */
export const hasWorkingContact = (
  tables: Pick<Tables, "contacts">,
  { channels }: Pick<Facilities, "channels">,
  id: string,
) =>
  (tables.contacts.get(id) ?? []).some(({ channel, test }) => channels.includes(channel) && test?.state !== "failed");

/** Their own quiet hours, or else those of the pool. `minute` of the site's day. */
export function isQuietFor({ quiet }: Responder, { quietHours }: Pool, minute: number): boolean {
  const hours = quiet ?? quietHours;
  return hours !== null && isWithin(hours, minute);
}

/** Asked for another alarm less than their own rest ago, or else that of the pool. */
export function isResting({ minRestMs }: Responder, pool: Pool, history: ResponderHistory | undefined, now: EpochMs) {
  return history !== undefined && now - history.lastAskedAt < (minRestMs ?? pool.minRestMs);
}
