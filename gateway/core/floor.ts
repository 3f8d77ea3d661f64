/** Higher numbers are no floors of a house. */
const FLOOR_MAX = 99;

/**
 * The floor that a room's number tells, null where it tells none. Basements are below 0.
 * `302` and `302室` are on 3, `1203` on 12, `3楼` and `3F` on 3, `B1-05` on −1. Parts are split by hyphens or slashes: a last
 * part of three or four digits tells by itself (`2-301` is on 3), one of fewer digits stands behind its floor
 * (`12-03` is on 12). One or two digits alone may be the number of a door: they tell nothing.
 */
export function floorOf(room: string): number | null {
  const text = room.normalize("NFKC").trim().toUpperCase();
  const named = /(?:^|[^0-9])(\d{1,2})\s*(?:楼|层|F\b)/.exec(text) ?? /^(\d{1,2})\s*(?:楼|层|F\b)/.exec(text);
  if (named) return inHouse(Number(named[1]));
  const parts = text.split(/[-/]/).map((part) => part.replaceAll(/室|号|\s/g, ""));
  const last = parts.at(-1)!;
  const number = /^[A-Z]?(\d{1,2})\d{2}[A-Z]?$/.exec(last);
  if (number) return inHouse(Number(number[1]));
  const floor = parts.length > 1 && /^\d{1,2}[A-Z]?$/.test(last) ? parts.at(-2)! : "";
  const below = /^B(\d)$/.exec(floor);
  if (below) return -Number(below[1]) || null;
  return /^\d{1,2}$/.test(floor) ? inHouse(Number(floor)) : null;
}

const inHouse = (floor: number): number | null => (floor >= 1 && floor <= FLOOR_MAX ? floor : null);
