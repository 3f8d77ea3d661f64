import type { Building, Resident } from "./directory.ts";
import { zoneKey } from "./evolve-directory.ts";
import { buildingWarnings, changesOf, short, wrongId, type RowPlanner } from "./import-row.ts";
import type { Row } from "./import-row.ts";
import type { Tables } from "./state.ts";

/** `id,name,building,unit,room,phone,notes,key_place,priority,account,zone,key_holder` */
export const planResident: RowPlanner = (row, tables) => {
  const id = row.cell("id");
  const known = tables.residents.get(id);
  const name = row.cell("name", known?.name);
  const wrong = wrongId("id", id) ?? (name === "" ? "name is empty; every resident needs one" : null);
  if (wrong) return { refused: wrong };
  const priority = readPriority(row, known);
  if (priority === undefined)
    return {
      refused: `priority "${short(row.cell("priority"))}" is not 1 to 5, 1 the most urgent; empty: the policy's`,
    };
  const place = readZone(row, known, tables, id);
  if ("refused" in place) return place;
  const data = {
    name,
    building: row.cell("building", known?.building),
    unit: row.cell("unit", known?.unit),
    room: row.cell("room", known?.room),
    phone: row.cell("phone", known?.phone),
    notes: row.cell("notes", known?.notes),
    keyPlace: row.cell("key_place", known?.keyPlace),
  };
  const { account, zone } = place;
  const keyHolder = row.cell("key_holder", known?.keyHolder ?? "") || null;
  if (keyHolder !== null && wrongId("key_holder", keyHolder)) return { refused: wrongId("key_holder", keyHolder)! };
  const warnings = [...buildingWarnings(tables, data.building)];
  if (keyHolder !== null && !tables.responders.get(keyHolder))
    warnings.push(
      `key_holder ${short(keyHolder)} is not known yet: import responders too, or nobody is asked to fetch the key`,
    );
  if (account === null) warnings.push("without account and zone the hotline cannot know who pressed");
  return {
    changes: changesOf<Resident>(known, { id, ...data, keyHolder, priority, account, zone }),
    events: [{ kind: "resident-saved", id, priority, account, zone, keyHolder, personal: { person: id, data } }],
    warnings,
  };
};

function readPriority(row: Row, known: Resident | undefined): number | null | undefined {
  const cell = row.maybe("priority");
  if (cell === undefined) return known?.priority ?? null;
  if (cell === "") return null;
  return /^[1-5]$/.test(cell) ? Number(cell) : undefined;
}

type ZonePlace =
  | { readonly account: string; readonly zone: string }
  | { readonly account: null; readonly zone: null }
  | { readonly refused: string };

/** A receiver's operator reads account and zone as a person: a pair that was once somebody's stays theirs for ever. */
function readZone(row: Row, known: Resident | undefined, tables: Tables, id: string): ZonePlace {
  const account = row.cell("account", known?.account ?? "").toUpperCase();
  const zoneCell = row.cell("zone", known?.zone ?? "");
  if (account === "" && zoneCell === "") return { account: null, zone: null };
  if (account === "" || zoneCell === "") return { refused: "account and zone go together; give both or neither" };
  if (!/^[0-9A-F]{3,16}$/.test(account))
    return { refused: `account "${short(account)}" must be 3 to 16 hexadecimal digits, leading zeros included` };
  if (!/^\d{1,3}$/.test(zoneCell)) return { refused: `zone "${short(zoneCell)}" must be 001 to 999` };
  const zone = zoneCell.padStart(3, "0");
  if (zone === "000") return { refused: "zone 000 is the site's own; residents have 001 to 999" };
  const holder = tables.zones.get(zoneKey(account, zone));
  if (holder === undefined || holder === id) return { account, zone };
  return {
    refused: `account ${account} zone ${zone} belongs to resident ${holder} and is never given again; take a free zone, or another account`,
  };
}

/** `name,lat,lon` */
export const planBuilding: RowPlanner = (row, tables) => {
  const name = row.cell("name");
  if (name === "") return { refused: "name is empty; every building needs one" };
  const known = tables.buildings.get(name);
  const lat = readDegrees(row.maybe("lat"), known?.lat, 90);
  const lon = readDegrees(row.maybe("lon"), known?.lon, 180);
  if (lat === undefined)
    return { refused: `lat "${short(row.cell("lat"))}" must be degrees from -90 to 90, as 31.2304` };
  if (lon === undefined)
    return { refused: `lon "${short(row.cell("lon"))}" must be degrees from -180 to 180, as 121.4737` };
  const warnings = lat === null || lon === null ? ["without lat and lon it has no position"] : [];
  const building: Building = { name, lat, lon };
  return { changes: changesOf(known, building), events: [{ kind: "building-saved", ...building }], warnings };
};

function readDegrees(cell: string | undefined, known: number | null | undefined, limit: number) {
  if (cell === undefined) return known ?? null;
  if (cell === "") return null;
  return /^-?\d{1,3}(\.\d{1,12})?$/.test(cell) && Math.abs(Number(cell)) <= limit ? Number(cell) : undefined;
}
