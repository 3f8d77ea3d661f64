import type { Decoded, DecodedReport } from "../../gateway/core/definition.ts";
import { said } from "../parts/said.ts";

/**
 * What a radio telegram of EnOcean says. A telegram does not name its profile (EEP): rockers, push buttons and key
 * cards share RPS, so a key is named by its place (AI, AO, BI … of F6-02 and F6-03) and the enrolment says what it is.
 */

/** A telegram without what the radio protocol wraps around it. */
export interface Telegram {
  readonly rorg: number;
  readonly payload: Uint8Array;
  /** 8 hexadecimal digits, 12 of some senders of ERP2. */
  readonly sender: string;
  /** ERP2 has none: then null. */
  readonly status: number | null;
  readonly rssiDbm: number | null;
}

/** Two repeaters send a telegram again within a tenth of a second; a stick and its line take their time too. */
export const REPEAT_MS = 1_000;

const RORG = { rps: 0xf6, variable: 0xd2, decrypted: 0x32, signal: 0xd0 } as const;
/** SEC and SEC_ENCAPS: only a stick that has the key can read them. */
const ENCRYPTED: ReadonlySet<number> = new Set([0x30, 0x31]);
/** Signal telegram 6: the energy left, in per cent. */
const SIGNAL_ENERGY = 0x06;

/** RPS: the energy bow is pressed, a second key is, and status bit NU: a telegram that names keys. */
const PRESSED = 0x10;
const SECOND = 0x01;
const NAMES_KEYS = 0x10;
const WINDOW_HANDLE = 0xc0;
const ROCKER_KEYS = ["AI", "AO", "BI", "BO", "CI", "CO", "DI", "DO"] as const;
/** A push button that names no key, or three and more keys at once. */
const UNNAMED_KEY = "push";
const MANY_KEYS = "many";
const ALL_ROCKER_KEYS = [...ROCKER_KEYS, UNNAMED_KEY, MANY_KEYS];

/** D2-03-00, a rocker switch whose telegrams were encrypted; the low nibble. */
const ROCKER_CODES: ReadonlyMap<number, readonly string[]> = new Map([
  [5, ["AI", "BO"]],
  [6, [MANY_KEYS]],
  [7, ["AO", "BO"]],
  [8, [UNNAMED_KEY]],
  [9, ["AI", "BI"]],
  [10, ["AO", "BI"]],
  [11, ["BI"]],
  [12, ["BO"]],
  [13, ["AI"]],
  [14, ["AO"]],
]);
const ROCKER_RELEASED = 15;

/** D2-03-0A, a single button with a battery: per cent, then what was done. */
const BUTTON_ACTIONS: ReadonlyMap<number, string> = new Map([
  [1, "single"],
  [2, "double"],
  [3, "long"],
]);
const BUTTON_LONG_RELEASED = 4;

/**
 * Contacts (1BS), sensors (4BS) and teach-ins are signs of life: they are sent by themselves, so none is a press.
 * Null: its length is none of its kind.
 */
export function readTelegram(telegram: Telegram): Decoded | null {
  const { rorg, payload } = telegram;
  if (payload.length === 0) return null;
  switch (rorg) {
    case RORG.rps:
      return payload.length === 1 ? readRps(telegram, payload[0]!) : null;
    case RORG.variable:
    case RORG.decrypted:
      return readVariable(telegram);
    case RORG.signal:
      return state(telegram, payload[0] === SIGNAL_ENERGY ? { batteryPct: percentIn(payload[1]) } : {});
    default:
      return state(telegram, ENCRYPTED.has(rorg) ? { unclear: "an encrypted telegram" } : {});
  }
}

const percentIn = (byte: number | undefined): number | null => (byte !== undefined && byte <= 100 ? byte : null);

function readRps(telegram: Telegram, data: number): Decoded {
  const { status } = telegram;
  const namesKeys = status === null || (status & NAMES_KEYS) !== 0;
  if (!namesKeys && (data & WINDOW_HANDLE) === WINDOW_HANDLE) return state(telegram);
  if ((data & PRESSED) === 0) return state(telegram, { released: ALL_ROCKER_KEYS });
  if (!namesKeys) return presses(telegram, [data >> 5 === 0 ? UNNAMED_KEY : MANY_KEYS]);
  const first = ROCKER_KEYS[data >> 5]!;
  const second = ROCKER_KEYS[(data >> 1) & 7]!;
  return presses(telegram, (data & SECOND) === 0 || second === first ? [first] : [first, second]);
}

function readVariable(telegram: Telegram): Decoded {
  const { payload } = telegram;
  const [first = 0, second] = payload;
  if (payload.length === 1) {
    if (first === ROCKER_RELEASED) return state(telegram, { released: ALL_ROCKER_KEYS });
    const keys = ROCKER_CODES.get(first);
    return keys ? presses(telegram, keys) : state(telegram);
  }
  const batteryPct = first >= 1 ? percentIn(first) : null;
  if (payload.length !== 2 || batteryPct === null) return state(telegram);
  if (second === BUTTON_LONG_RELEASED) return state(telegram, { batteryPct, released: ["long"] });
  const action = BUTTON_ACTIONS.get(second!);
  return action === undefined ? state(telegram) : presses(telegram, [action], { batteryPct });
}

/** Two keys at once are two presses: each may be enrolled by itself. */
const presses = (telegram: Telegram, keys: readonly string[], also: Partial<DecodedReport> = {}): Decoded => ({
  type: "reports",
  reports: keys.map((press) => ({ ...from(telegram), kind: "other", press, repeatMs: REPEAT_MS, ...also })),
});

const state = (telegram: Telegram, also: Partial<DecodedReport> = {}): Decoded => ({
  type: "reports",
  reports: [{ ...from(telegram), kind: "other", press: null, ...also }],
});

const from = ({ sender, rssiDbm }: Telegram): Omit<DecodedReport, "kind" | "press"> => ({
  ...said(sender, "none"),
  ...(rssiDbm !== null && { rssiDbm }),
});
