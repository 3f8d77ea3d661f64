import type { Reading } from "./reading.ts";

/**
 * Browan TBPB100, a push button: status, battery, temperature of the board, time since the last event, count of events
 * ("Tabs Push Button Reference Manual"; the codec of The Things Stack's device repository).
 */

export const BROWAN_PORT = 147;

const LENGTH = 8;
/** A cell of 3.6 V at this or less is at its end; the button itself says nothing of the kind. */
const FLAT_V = 2.8;

/** Null: another port or length. */
export function readBrowan(fPort: number, bytes: Uint8Array, strict: boolean): readonly Reading[] | null {
  if (fPort !== BROWAN_PORT || bytes.length < (strict ? LENGTH : 2)) return null;
  const [status, battery] = bytes as unknown as [number, number];
  if (strict && (bytes.length !== LENGTH || status > 1)) return null;
  const volts = (25 + (battery & 0x0f)) / 10;
  const said = { batteryPct: null, batteryOk: volts > FLAT_V };
  return [
    (status & 1) === 1 ? { ...said, kind: "other", press: "button" } : { ...said, kind: "heartbeat", press: null },
  ];
}
