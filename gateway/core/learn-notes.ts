import { UNNAMED } from "./definition.ts";
import type { LearnWindow } from "./device-state.ts";
import type { Enrolled } from "./directory.ts";
import type { HeardBefore, LearnNote } from "./learn-events.ts";
import { deviceIdOf, type Report } from "./report.ts";
import type { Tables } from "./state.ts";

/** Heard this much stronger and weaker, a code comes from several places: no button in one hand varies so. */
export const PLACES_APART_DB = 25;

/** So many ids of one model, each heard once: its code changes with each press. */
const ROLLING_IDS = 3;

interface Heard {
  readonly report: Report;
  readonly isRolling: boolean;
  readonly before: HeardBefore | null;
}

/** What to know of a stranger's code before somebody relies on it. */
export function notesOn(tables: Tables, window: LearnWindow, { report, isRolling, before }: Heard): LearnNote[] {
  const notes: LearnNote[] = [];
  if (isNameless(report)) notes.push("nameless");
  if (before && before.count > 0) notes.push("heard-before");
  if (before && isFromSeveralPlaces(before)) notes.push("several-places");
  if (isRolling) notes.push("rolling");
  else if (changesItsId(window, deviceIdOf(report.bridge, report.address))) notes.push("rolling-likely");
  const other = strangerOf(tables, report);
  if (other && other.resident !== window.resident) notes.push("shared-remote");
  return notes;
}

/** What nobody may rely on, or what is somebody else's: no force makes that theirs no more. */
export const refusesIt = (notes: readonly LearnNote[], { force }: Pick<LearnWindow, "force">): boolean =>
  notes.includes("shared-remote") || notes.includes("nameless") || (notes.includes("rolling") && !force);

/** Whoever connects without a login has the same address as the next who does. */
const isNameless = ({ address }: Report): boolean => address === UNNAMED || address.startsWith(`${UNNAMED}-`);

function isFromSeveralPlaces({ lines, rssiMinDbm, rssiMaxDbm }: HeardBefore): boolean {
  if (lines.length > 1) return true;
  return rssiMinDbm !== null && rssiMaxDbm !== null && rssiMaxDbm - rssiMinDbm > PLACES_APART_DB;
}

/** Another device of the same remote: the same address with one key of it. Undefined: nobody enrolled any. */
export function strangerOf({ enrolled }: Tables, { bridge, address }: Report): Enrolled | undefined {
  const keys = `${deviceIdOf(bridge, address)}:`;
  for (const one of enrolled.values()) if (one.id.startsWith(keys) && one.standing === "in-use") return one;
  return undefined;
}

/** A name has a letter that no number in hex has: `433:0a1b2c` is a code, and `bc:02:6e:…` an address of its own. */
const MODEL = /[g-z]/i;

/** `rtl_433:model:id:button` belongs to `rtl_433:model`; an address of one part, or without a name, has no model. */
const modelOf = (device: string): string | null => {
  const [bridge, model = "", ...id] = device.split(":");
  return id.length > 0 && MODEL.test(model) ? `${bridge}:${model}` : null;
};

function changesItsId({ tried }: LearnWindow, device: string): boolean {
  const model = modelOf(device);
  if (model === null) return false;
  const heard = [...tried.filter((one) => modelOf(one) === model), device];
  return heard.length >= ROLLING_IDS && new Set(heard).size === heard.length;
}
