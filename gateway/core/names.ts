import type { DeviceName } from "./definition.ts";
import type { Draft } from "./draft.ts";
import { clearFault, raiseFault } from "./faults.ts";
import { deviceIdOf, type Report } from "./report.ts";
import type { Tables } from "./state.ts";
import { endDeafness, noteUnavailable } from "./watch.ts";

/** Devices of one bridge whose names are remembered; further ones are known by the name on the wire only. */
export const NAMES_MAX = 1_000;
/** With earlier names: a button that was renamed must still be found under the name that it was enrolled by. */
const NAMES_KEPT = 2 * NAMES_MAX;

/**
 * The report under the address that its device was enrolled by: as it came, with its key (one key of several), or
 * under another name that the bridge has for it. As it came where nobody enrolled any of these.
 */
export function identified(tables: Tables, report: Report): Report {
  const address = enrolledAs(tables, report.bridge, report.address, report.press);
  return address === null || address === report.address ? report : { ...report, address };
}

/** Null: nobody enrolled it. */
export function enrolledAs(tables: Tables, bridge: string, address: string, press: string | null): string | null {
  const isEnrolled = (one: string): boolean => tables.enrolled.get(deviceIdOf(bridge, one)) !== undefined;
  const names = namesOf(tables, bridge, address);
  const withKey = press === null ? [] : names.map((name) => `${name}:${press.toLowerCase()}`);
  return [...withKey, ...names].find(isEnrolled) ?? null;
}

/** All that this device is or was called: the name at hand, the address behind it, its other names, newest first. */
function namesOf({ names }: Tables, bridge: string, name: string): readonly string[] {
  const known = names.get(bridge);
  if (!known) return [name];
  const address = known.findLast((one) => one.name === name)?.address ?? name;
  const others = known.filter((one) => one.address === address).map((one) => one.name);
  return [...new Set([name, address, ...others.reverse()])];
}

/** A bridge said which devices it has. Names that it no longer uses stay, as long as there is room. */
export function learnNames(draft: Draft, bridge: string, given: readonly DeviceName[]): void {
  const key = `names:${bridge}`;
  if (given.length > NAMES_MAX)
    raiseFault(
      draft,
      key,
      "too-many-names",
      `${bridge} has more than ${NAMES_MAX} devices: enrol those beyond by name`,
    );
  else clearFault(draft, key, "few enough");
  const known = new Map((draft.tables.names.get(bridge) ?? []).map(({ name, address }) => [name, address]));
  const news = given
    .slice(0, NAMES_MAX)
    .filter(({ name, address }) => name !== address && known.get(name) !== address)
    .map(({ name, address }) => ({ name, address }));
  if (news.length > 0) draft.emit({ kind: "names-known", bridge, names: news, at: draft.now });
}

/** Folds names, newest last. A name belongs to the device that had it last. */
export function keepNames({ names }: Tables, bridge: string, news: readonly DeviceName[]): void {
  const taken = new Set(news.map(({ name }) => name));
  const kept = (names.get(bridge) ?? []).filter(({ name }) => !taken.has(name));
  names.set(bridge, [...kept, ...news].slice(-NAMES_KEPT));
}

/** The addresses of keys and parts of a device that are enrolled each by itself: `remote:single`, `node:cord`. */
export function enrolledParts({ enrolled }: Tables, bridge: string, address: string): readonly string[] {
  const parts = [...enrolled.values()].filter((one) => one.bridge === bridge && one.address.startsWith(`${address}:`));
  return parts.map((one) => one.address);
}

/** The bridge no longer has a device, or has not heard it for long: of an enrolled one that is a fault. */
export function loseDevice(draft: Draft, bridge: string, address: string, how: "left" | "unavailable"): void {
  const known = enrolledAs(draft.tables, bridge, address, null);
  const lost = known === null ? enrolledParts(draft.tables, bridge, address) : [known];
  for (const one of lost) loseEnrolled(draft, deviceIdOf(bridge, one), how);
}

function loseEnrolled(draft: Draft, device: string, how: "left" | "unavailable"): void {
  if (draft.tables.enrolled.get(device)?.standing !== "in-use") return;
  if (how === "left")
    return raiseFault(draft, `left:${device}`, "device-left", "it left the network of its bridge: join it again");
  noteUnavailable(draft, device);
}

/** It was heard: it is there, and so is its bridge. */
export function findDevice(draft: Draft, bridge: string, device: string): void {
  clearFault(draft, `left:${device}`, "heard again");
  clearFault(draft, `silent:${device}`, "heard again");
  if (draft.tables.faults.get(`bridge:${bridge}`)) endDeafness(draft, `bridge:${bridge}`, "heard again");
}
