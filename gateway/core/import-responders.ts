import type { Contact, Responder } from "./directory.ts";
import { buildingWarnings, changesOf, short, wrongId, type RowPlanner } from "./import-row.ts";
import type { Row } from "./import-row.ts";
import { RESPONDER_ROLES } from "./kinds.ts";

import { siteOf } from "./state.ts";
import type { Chase, TimeWindow } from "./policy.ts";
import { readWindow } from "./policy-values.ts";
import { DURATION_FORM, hours, parseDuration, type DurationMs } from "./units.ts";

const ORDER_MAX = 99;

/** `id,name,role,building,unit,room,residents,quiet,min_rest` */
export const planResponder: RowPlanner = (row, tables) => {
  const id = row.cell("id");
  const known = tables.responders.get(id);
  const name = row.cell("name", known?.name);
  const roleCell = row.cell("role", known?.role);
  const role = RESPONDER_ROLES.find((one) => one === roleCell.toLowerCase());
  const wrong = wrongId("id", id) ?? (name === "" ? "name is empty; every responder needs one" : null);
  if (wrong) return { refused: wrong };
  if (!role) return { refused: `role "${short(roleCell)}" is not known; allowed: ${RESPONDER_ROLES.join(", ")}` };
  const residents = readResidents(row, known);
  const strangers = residents.filter((resident) => !tables.residents.get(resident));
  if (strangers.length > 0)
    return { refused: `residents: no ${strangers.map(short).join(", ")} is known; import residents first` };
  const quiet = readQuiet(row, known);
  if (quiet === undefined)
    return { refused: `quiet "${short(row.cell("quiet"))}" is no time window, as 22:00-07:00; empty: the policy's` };
  const minRestMs = readRest(row, known);
  if (minRestMs === undefined)
    return { refused: `min_rest "${short(row.cell("min_rest"))}" is not ${DURATION_FORM}; empty: the policy's` };
  const data = {
    name,
    building: row.cell("building", known?.building),
    unit: row.cell("unit", known?.unit),
    room: row.cell("room", known?.room),
  };
  const order = known?.order ?? siteOf(tables).lastOrder + 1;
  const warnings = [...buildingWarnings(tables, data.building)];
  if (role === "family" && residents.length === 0) warnings.push("family of nobody is never asked; fill in residents");
  return {
    changes: changesOf<Responder>(known, { id, order, role, residents, quiet, minRestMs, ...data }),
    events: [
      {
        kind: "responder-saved",
        id,
        role,
        residents,
        order,
        quiet,
        minRestMs,
        personal: { person: `responder:${id}`, data },
      },
    ],
    warnings,
  };
};

/** Undefined: it is none. */
function readQuiet(row: Row, known: Responder | undefined): TimeWindow | null | undefined {
  const cell = row.maybe("quiet");
  if (cell === undefined) return known?.quiet ?? null;
  return cell === "" ? null : (readWindow(cell) ?? undefined);
}

/** Undefined: it is none. */
function readRest(row: Row, known: Responder | undefined): DurationMs | null | undefined {
  const cell = row.maybe("min_rest");
  if (cell === undefined) return known?.minRestMs ?? null;
  return cell === "" ? null : (parseDuration(cell) ?? undefined);
}

function readResidents(row: Row, known: Responder | undefined): readonly string[] {
  const cell = row.maybe("residents");
  if (cell === undefined) return known?.residents ?? [];
  const ids = cell.split(/[;；]/).map((id) => id.trim());
  return [...new Set(ids.filter((id) => id !== ""))];
}

/** `responder,channel,address,order,not_delivered,not_seen,no_reply` */
export const planContact: RowPlanner = (row, tables, { channels }) => {
  const [responder, channel, address] = [row.cell("responder"), row.cell("channel"), row.cell("address")];
  if (!tables.responders.get(responder))
    return { refused: `responder "${short(responder)}" is not known; import responders first` };
  if (channel === "" || address === "") return { refused: `${channel === "" ? "channel" : "address"} is empty` };
  const contacts = tables.contacts.get(responder) ?? [];
  const order = readOrder(row.cell("order"), contacts, channel, address);
  if (order === null)
    return {
      refused: `order "${short(row.cell("order"))}" must be 1 to ${ORDER_MAX}, 1 the first to try; empty: the next`,
    };
  const same = contacts.find((one) => one.channel === channel && one.order === order);
  const moved = contacts.find((one) => one.channel === channel && one.address === address);
  const known = moved ?? same;
  const chase = readChase(row, known?.chase);
  if (typeof chase === "string") return { refused: chase };
  const more = Object.keys(chase).length > 0 ? { chase } : {};
  const wanted: Contact = { responder, channel, address, order, ...more };
  const configured = channels.length > 0 ? channels.join(", ") : "none";
  return {
    changes: changesOf(known && whole(known), whole(wanted)),
    events: [{ kind: "contact-saved", responder, channel, order, ...more, personal: personalOf(responder, address) }],
    warnings: channels.includes(channel)
      ? []
      : [`channel ${short(channel)} is not configured and is not used; configured: ${configured}`],
  };
};

const whole = ({ chase = {}, test: _, ...contact }: Contact) => ({ ...contact, chase });

const CHASE_COLUMNS = [
  ["not_delivered", "notDeliveredMs"],
  ["not_seen", "notSeenMs"],
  ["no_reply", "noReplyMs"],
] as const;

/** Longer would not be a chase any more. */
const CHASE_MAX_MS = hours(1);

/** Empty: as the policy says; `never`: not chased for it. A column that the file does not have leaves what is known. */
function readChase(row: Row, known: Partial<Chase> = {}): Partial<Chase> | string {
  let chase = known;
  for (const [column, name] of CHASE_COLUMNS) {
    const cell = row.maybe(column);
    if (cell === undefined) continue;
    const { [name]: _, ...others } = chase;
    const time = cell === "never" ? null : parseDuration(cell);
    const isTime = time !== null && time > 0 && time <= CHASE_MAX_MS;
    if (cell !== "" && cell !== "never" && !isTime)
      return `${column} "${short(cell)}" must be a time as 20s or 2min, at most 1h, or never; empty: as the policy says`;
    chase = cell === "" ? others : { ...others, [name]: time };
  }
  return chase;
}

const personalOf = (responder: string, address: string) => ({ person: `responder:${responder}`, data: { address } });

function readOrder(cell: string, contacts: readonly Contact[], channel: string, address: string): number | null {
  if (cell !== "") return /^[1-9]\d?$/.test(cell) ? Number(cell) : null;
  const known = contacts.find((one) => one.channel === channel && one.address === address);
  return known?.order ?? Math.min(ORDER_MAX, Math.max(0, ...contacts.map(({ order }) => order)) + 1);
}
