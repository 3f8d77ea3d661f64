import { csvLine } from "./csv.ts";
import type { Resident } from "./directory.ts";
import type { Tables } from "./state.ts";

const COLUMNS = ["account", "zone", "name", "building", "unit", "room", "phone", "notes", "key_place"] as const;

/**
 * The receiver's table: who presses when account and zone come in. CSV (RFC 4180) sorted by account and zone; residents
 * without them are left out, because the hotline cannot know them.
 */
export function hotlineCsv(tables: Pick<Tables, "residents">): string {
  const known = [...tables.residents.values()].filter(({ account, zone }) => account !== null && zone !== null);
  known.sort((a, b) => compare(a.account!, b.account!) || compare(a.zone!, b.zone!));
  return [COLUMNS, ...known.map(cellsOf)].map(csvLine).join("");
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const cellsOf = ({
  account,
  zone,
  name,
  building,
  unit,
  room,
  phone,
  notes,
  keyPlace,
}: Resident): readonly string[] => [account!, zone!, name, building, unit, room, phone, notes, keyPlace];
