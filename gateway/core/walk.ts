import type { Building, Resident } from "./directory.ts";
import { floorOf } from "./floor.ts";

/** Where somebody lives, seen from the wearer's door. `unknown`: one of the two houses has no position, or no name. */
export const PLACES = ["same-home", "same-unit", "same-building", "other-building", "unknown"] as const;
export type Place = (typeof PLACES)[number];

/** The way from one door to another. */
export interface Walk {
  readonly place: Place;
  /** Within one house; null: not known, or another house. */
  readonly floorsApart: number | null;
  /** Between houses, on foot; null: not known, or the same house. */
  readonly metres: number | null;
  readonly seconds: number;
}

/** To get up, find shoes and key, and open the door: it keeps twice the way from being twice the time. */
const START_S = 60;
/** From one door to the next on a landing. */
const NEXT_DOOR_S = 10;
/** A brisk walk of an adult. */
const WALK_M_PER_S = 1.3;
/** Paths go around houses: on foot it is this much further than as the crow flies. */
const DETOUR = 1.3;
/** A flight of stairs of 3 m, up or down. */
const FLOOR_S = 15;
/** Higher houses have a lift: waiting and riding takes no longer than six floors on foot. */
const STAIRS_MAX_S = 90;
/** Where no room tells the floor: half of a house of six floors. */
const FLOORS_UNKNOWN = 3;
/** From one entrance of a house to the next but one. */
const ENTRANCES_M = 40;
/** Where a house has no position: a large housing estate across, so that it comes behind every known neighbour. */
const UNKNOWN_M = 1_000;

const EARTH_M = 6_371_000;

type Home = Pick<Resident, "building" | "unit" | "room">;

/** What a room tells, read once: people are values, never changed in place. */
interface Height {
  readonly floor: number | null;
  /** Down to the door of the house, in seconds. */
  readonly toGroundS: number;
}
const heights = new WeakMap<Home, Height>();

function heightOf(home: Home): Height {
  let known = heights.get(home);
  if (!known) {
    const floor = floorOf(home.room);
    known = { floor, toGroundS: stairsS(floor === null ? null : Math.abs(floor - 1)) };
    heights.set(home, known);
  }
  return known;
}

const stairsS = (count: number | null): number => Math.min((count ?? FLOORS_UNKNOWN) * FLOOR_S, STAIRS_MAX_S);
const onFootS = (metres: number): number => metres / WALK_M_PER_S;

/** The ways to one wearer's door. Each house is measured once, so that a thousand volunteers cost little. */
export class Ways {
  readonly #home: Home | undefined;
  readonly #positionOf: (building: string) => Building | undefined;
  readonly #metres = new Map<string, number | null>();

  /** `home` undefined: nobody knows who pressed. */
  constructor(home: Home | undefined, positionOf: (building: string) => Building | undefined) {
    this.#home = home;
    this.#positionOf = positionOf;
  }

  /** From the message to the wearer's door. */
  secondsFrom(from: Home): number {
    const place = this.#placeOf(from);
    if (place === "same-home") return START_S;
    const home = this.#home;
    if (home && this.#isOneEntrance(place, from)) return START_S + NEXT_DOOR_S + stairsS(floorsBetween(home, from));
    const metres = place === "same-building" ? ENTRANCES_M : (this.#metresFrom(from.building) ?? UNKNOWN_M);
    const upS = home ? heightOf(home).toGroundS : stairsS(null);
    return START_S + onFootS(metres) + heightOf(from).toGroundS + upS;
  }

  /** Whether it is no further on foot; of one house always, of an unknown one never. */
  isWithin(from: Home, metres: number): boolean {
    const place = this.#placeOf(from);
    if (place === "unknown") return false;
    return place !== "other-building" || this.#metresFrom(from.building)! <= metres;
  }

  walkFrom(from: Home): Walk {
    const place = this.#placeOf(from);
    const isOneHouse = place !== "other-building" && place !== "unknown";
    return {
      place,
      floorsApart: isOneHouse && this.#home ? floorsBetween(this.#home, from) : null,
      metres: isOneHouse ? null : this.#metresFrom(from.building),
      seconds: this.secondsFrom(from),
    };
  }

  #placeOf(from: Home): Place {
    const home = this.#home;
    if (!home || home.building === "" || home.building !== from.building)
      return this.#metresFrom(from.building) === null ? "unknown" : "other-building";
    if (home.unit !== from.unit) return "same-building";
    if (home.room !== "" && home.room === from.room) return "same-home";
    return home.unit === "" ? "same-building" : "same-unit";
  }

  /** Without units a house has one entrance, as far as anybody knows. */
  #isOneEntrance(place: Place, from: Home): boolean {
    return place === "same-unit" || (place === "same-building" && this.#home?.unit === from.unit);
  }

  #metresFrom(building: string): number | null {
    let metres = this.#metres.get(building);
    if (metres === undefined) {
      metres = metresBetween(this.#positionOf(this.#home?.building ?? ""), this.#positionOf(building));
      this.#metres.set(building, metres);
    }
    return metres;
  }
}

function floorsBetween(a: Home, b: Home): number | null {
  const [here, there] = [heightOf(a).floor, heightOf(b).floor];
  return here === null || there === null ? null : Math.abs(here - there);
}

/** On foot between two houses; null where one has no position. */
function metresBetween(from: Building | undefined, to: Building | undefined): number | null {
  if (!from || !to || from.lat === null || from.lon === null || to.lat === null || to.lon === null) return null;
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const across = Math.sin(radians(to.lat - from.lat) / 2);
  const along = Math.sin(radians(to.lon - from.lon) / 2);
  const chord = across ** 2 + Math.cos(radians(from.lat)) * Math.cos(radians(to.lat)) * along ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(chord))) * DETOUR;
}
