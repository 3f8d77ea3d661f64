import type { Cause } from "../parts/tracker-report.ts";

/** Alarm codes of GT06 and its descendants (Concox, Jimi and others), as their documents and devices have them. */

const CAUSES: ReadonlyMap<number, Cause> = new Map<number, Cause>([
  [0x01, "sos"],
  [0x0c, "tamper"],
  [0x0e, "low-battery"],
  [0x0f, "low-battery"],
  // To save what is left it goes off the network, or off: nobody can call with it any more.
  [0x12, "low-battery"],
  [0x13, "tamper"],
  [0x15, "low-battery"],
  [0x18, "tamper"],
  [0x19, "low-battery"],
  [0x23, "fall"],
  [0x25, "tamper"],
  [0x2c, { unclear: "alarm 0x2c, a collision" }],
  [0x32, "tamper"],
  [0xf2, { unclear: "alarm 0xf2, a collision" }],
]);

/**
 * Power cut, vibration, fences, speed, blind zones, first fix, another SIM, switched off, door, sound, foreign cell,
 * sleep, driving style, jamming, locks, temperature, idling, ignition.
 */
const HARMLESS: ReadonlySet<number> = new Set([
  0x00, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0d, 0x10, 0x11, 0x14, 0x16, 0x17, 0x1a, 0x1b,
  0x20, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x2b, 0x2e, 0x30, 0x33, 0x34, 0x53, 0x5b, 0x5c, 0xc9, 0xf0, 0xf1, 0xfe, 0xff,
  0x107, 0x10b,
]);

/** In frames with a number of the fence (0x27, 0xa4) this code is "switched on", not "opened" as in 0x16 and 0x26. */
const SWITCHED_ON = 0x0c;

const shown = (code: number): string => `alarm 0x${code.toString(16).padStart(2, "0")}`;

/** `hasFence`: the frame has a number of the fence behind its alarm. */
export function causeOf(code: number, hasFence: boolean): Cause {
  if (HARMLESS.has(code) || (hasFence && code === SWITCHED_ON)) return "none";
  return CAUSES.get(code) ?? { unclear: shown(code) };
}

/** Bits 5 to 3 of the terminal information. `isBigSpeed`: the firmware whose 7 is over-speed. */
export function causeInStatus(status: number, isBigSpeed: boolean): Cause {
  switch ((status >> 3) & 7) {
    case 3:
      return "low-battery";
    case 4:
      return "sos";
    case 7:
      return isBigSpeed ? "none" : "tamper";
    default:
      return "none";
  }
}

/** Frame 0x95 of Jimi's cameras. `isFull`: with a position; without one its 1 says no more than "an alarm". */
export function causeOfEvent(event: number, isFull: boolean): Cause {
  switch (event) {
    case 0x01:
      return isFull ? "sos" : { unclear: "event 0x01" };
    case 0x0e:
      return "low-battery";
    case 0x69:
    case 0x76:
    case 0x80:
    case 0x87:
    case 0x88:
    case 0x90:
    case 0x91:
    case 0x92:
      return "none";
    case 0x93:
      return { unclear: "event 0x93, a collision" };
    default:
      return { unclear: `event 0x${event.toString(16).padStart(2, "0")}` };
  }
}

/** Events of frame 0x70: door, fences, temperature, speed, on, off, vibration, power cut. */
const MODULAR_HARMLESS: ReadonlySet<number> = new Set([0x10, 0x11, 0x14, 0x15, 0x16, 0x1b, 0x1c, 0x1d, 0x20, 0x21]);

export function causeOfModularEvent(event: number): Cause {
  if (event === 0x12 || event === 0x23) return "tamper";
  if (event === 0x1a) return "low-battery";
  return MODULAR_HARMLESS.has(event) ? "none" : { unclear: `event 0x${event.toString(16).padStart(2, "0")}` };
}

/** The state byte of frame 0x33 with a two-byte length (AZ735): armed, disarmed, battery, alarm, door. */
export function causeOfGuardState(state: number): Cause {
  switch (state) {
    case 0xa0:
    case 0xa1:
    case 0xa5:
      return "none";
    case 0xa2:
    case 0xa3:
      return "low-battery";
    default:
      return { unclear: `state 0x${state.toString(16).padStart(2, "0")}` };
  }
}
