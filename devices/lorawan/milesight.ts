import { percentIn } from "../parts/percent.ts";
import type { Reading } from "./reading.ts";

/**
 * Milesight WS101 (one button), WS136 and WS156 (panels of buttons): channel, type, value, one behind the other, as the
 * tables "Payload" of their guides have it. What a press means is nowhere in it: the enrolment says it.
 */

export const MILESIGHT_PORT = 85;

const BATTERY = 0x0175;
const BUTTON = 0xff2e;
const PANEL_BUTTON = 0xff34;

const CLICKS: Readonly<Record<number, string>> = { 1: "short", 2: "long", 3: "double" };
/** The panels number their events in another order. */
const PANEL_CLICKS: Readonly<Record<number, string>> = { 1: "short", 2: "double", 3: "long" };

/** How many bytes follow channel and type. `fe` answers a downlink with the types of `ff`. */
const LENGTHS: ReadonlyMap<number, number> = new Map([
  [BATTERY, 1],
  [BUTTON, 1],
  [PANEL_BUTTON, 3],
  // Versions, class, serial number, reset, power on.
  ...([0x01, 0x0f, 0xfe, 0x0b] as const).map((type): [number, number] => [0xff00 | type, 1]),
  ...([0x09, 0x0a, 0xff] as const).map((type): [number, number] => [0xff00 | type, 2]),
  [0xff08, 6],
  [0xff16, 8],
  // Answers to settings: interval, reboot, query, lamp, buzzer, double click.
  ...[0xfe00, 0xff00].flatMap((channel) => [
    [channel | 0x03, 2] as [number, number],
    ...[0x10, 0x28, 0x2f, 0x3e, 0x74].map((type): [number, number] => [channel | type, 1]),
  ]),
]);

/** Null: the bytes do not fit the grammar. What stands behind a channel that is not known cannot be read. */
export function readMilesight(_fPort: number, bytes: Uint8Array, strict: boolean): readonly Reading[] | null {
  const presses: string[] = [];
  let batteryPct: number | null = null;
  let at = 0;
  while (at + 2 <= bytes.length) {
    const channel = (bytes[at]! << 8) | bytes[at + 1]!;
    const length = LENGTHS.get(channel);
    if (length === undefined || at + 2 + length > bytes.length) break;
    const value = bytes.subarray(at + 2, at + 2 + length);
    if (channel === BATTERY) batteryPct = percentIn(value[0]);
    const press = channel === BUTTON ? CLICKS[value[0]!] : channel === PANEL_BUTTON ? panelPress(value) : undefined;
    if (press !== undefined) presses.push(press);
    at += 2 + length;
  }
  const isWhole = at === bytes.length && at > 0;
  if (strict && !isWhole) return null;
  if (presses.length === 0) return [{ kind: isWhole ? "heartbeat" : "other", press: null, batteryPct }];
  return presses.map((press): Reading => ({ kind: "other", press, batteryPct }));
}

/** Older firmware has a command of another network where newer ones tell how the button was pressed. */
function panelPress([button, mode, event]: Uint8Array): string {
  const click = mode! <= 3 ? PANEL_CLICKS[event!] : undefined;
  return click === undefined ? String(button) : `${button}-${click}`;
}
