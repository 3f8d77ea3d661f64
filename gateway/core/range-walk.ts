/** How one press of a range walk was heard on one line. */
export interface WalkHearing {
  readonly line: string;
  /** The strongest of its copies; null: the bridge does not say. */
  readonly rssiDbm: number | null;
  readonly linkQuality: number | null;
  readonly copies: number;
}

/** Weaker than this and presses get lost. */
export interface WeakBelow {
  readonly rssiDbm?: number;
  readonly linkQuality?: number;
}

/** `unknown`: heard, and nobody knows how strong is strong enough, or its bridge does not say how strong. */
export type RangeVerdict = "good" | "weak" | "not-heard" | "unknown";

export interface PlaceMeasured {
  readonly place: string;
  /** The number of its press; null: it was not heard. */
  readonly press: number | null;
  /** Of the receiver that heard it best. */
  readonly rssiDbm: number | null;
  readonly linkQuality: number | null;
  /** Of all receivers together. */
  readonly copies: number;
  readonly lines: readonly string[];
  readonly verdict: RangeVerdict;
}

export interface RangeResult {
  readonly places: readonly PlaceMeasured[];
  /** By what the places are compared; copies where no bridge says how strongly it hears. */
  readonly basis: "rssi" | "link-quality" | "copies";
  /** Null: nothing was measured, or no place is weaker than another. */
  readonly weakest: string | null;
  /** `good` only where every place is. */
  readonly verdict: RangeVerdict;
}

interface PlacePress {
  readonly place: string;
  readonly press: number | null;
  readonly heard: readonly WalkHearing[];
}

/** Compares the places of a walk. No strength is made up: where none is said, the copies that were heard have to do. */
export function judgeWalk(presses: readonly PlacePress[], weakBelow: WeakBelow | null): RangeResult {
  const places = presses.map((one) => measured(one, weakBelow));
  const heard = places.filter(({ press }) => press !== null);
  const says = (name: "rssiDbm" | "linkQuality"): boolean =>
    heard.length > 0 && heard.every((one) => one[name] !== null);
  const basis = says("rssiDbm") ? "rssi" : says("linkQuality") ? "link-quality" : "copies";
  return { places, basis, weakest: weakestOf(places, basis), verdict: worstOf(places.map(({ verdict }) => verdict)) };
}

function measured({ place, press, heard }: PlacePress, weakBelow: WeakBelow | null): PlaceMeasured {
  const rssiDbm = best(heard.map((one) => one.rssiDbm));
  const linkQuality = best(heard.map((one) => one.linkQuality));
  return {
    place,
    press,
    rssiDbm,
    linkQuality,
    copies: heard.reduce((sum, { copies }) => sum + copies, 0),
    lines: heard.map(({ line }) => line),
    verdict: press === null ? "not-heard" : verdictOn({ rssiDbm, linkQuality }, weakBelow),
  };
}

function verdictOn(
  { rssiDbm, linkQuality }: { readonly rssiDbm: number | null; readonly linkQuality: number | null },
  weakBelow: WeakBelow | null,
): RangeVerdict {
  const { rssiDbm: leastDbm, linkQuality: leastQuality } = weakBelow ?? {};
  if (rssiDbm !== null && leastDbm !== undefined) return rssiDbm < leastDbm ? "weak" : "good";
  if (linkQuality !== null && leastQuality !== undefined) return linkQuality < leastQuality ? "weak" : "good";
  return "unknown";
}

const best = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
};

function weakestOf(places: readonly PlaceMeasured[], basis: RangeResult["basis"]): string | null {
  const unheard = places.find(({ press }) => press === null);
  if (unheard) return unheard.place;
  const strengthOf = ({ rssiDbm, linkQuality, copies }: PlaceMeasured): number =>
    (basis === "rssi" ? rssiDbm : basis === "link-quality" ? linkQuality : copies) ?? copies;
  const all = places.map(strengthOf);
  const least = Math.min(...all);
  if (places.length < 2 || Math.max(...all) === least) return null;
  return places.find((one) => strengthOf(one) === least)!.place;
}

const WORST_FIRST: readonly RangeVerdict[] = ["not-heard", "weak", "unknown", "good"];

const worstOf = (verdicts: readonly RangeVerdict[]): RangeVerdict =>
  WORST_FIRST.find((one) => verdicts.includes(one)) ?? "unknown";
