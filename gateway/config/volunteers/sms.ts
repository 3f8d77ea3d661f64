import { list, map, optional, required, type Checked } from "../shape.ts";
import * as value from "../values.ts";

/**
 * Short messages through one or two GSM modems on serial ports:
 * `{ channel: sms, name: night, modems: [{ path: /dev/ttyUSB2, pin: { file: /etc/okc/sim-pin } }] }`
 */
export interface SmsConfig {
  readonly channel: "sms";
  /** What contacts call this entry; the channel's own name where none is given. */
  readonly name: string;
  /** The country's code without +: numbers without one are in it. */
  readonly country: string;
  /** `ring`: the telephone rings when a call for help has left; `speak`: the modem reads it aloud and hears keys. */
  readonly calls: "off" | "ring" | "speak";
  /** In the order in which they are used. */
  readonly modems: readonly ModemConfig[];
}

export interface ModemConfig {
  /** In the log and in `okc paths`: `a` and `b` where none is given. */
  readonly name: string;
  readonly path: string;
  readonly baud: number;
  /** 4 to 8 digits; null: the SIM asks for none. */
  readonly pin: string | null;
  /** The message centre's number with +; null: the SIM knows it. */
  readonly smsc: string | null;
}

/** A phone in hand finds two numbers of one sender; a third modem is a third number. */
const MODEMS_MAX = 2;
const NAMES = ["a", "b"] as const;
const DEFAULT_BAUD = 115_200;

const modem = map(
  {
    path: required(value.path),
    baud: optional(value.wholeNumber(300, 4_000_000), DEFAULT_BAUD),
    pin: optional(value.secret, null),
    smsc: optional(value.phone, null),
    name: optional(value.text, null),
  },
  (values): Checked<Omit<ModemConfig, "name"> & { readonly name: string | null }> => {
    const { pin, smsc, name } = values;
    if (pin !== null && !/^\d{4,8}$/.test(pin)) return { key: "pin", wrong: "must be 4 to 8 digits in quotes" };
    if (smsc !== null && !smsc.startsWith("+"))
      return { key: "smsc", wrong: 'must begin with + and the country, as "+8613800100500"' };
    if (name !== null && !/^[\w-]{1,20}$/.test(name))
      return { key: "name", wrong: "must be 1 to 20 letters, digits, hyphens" };
    return { value: { ...values, smsc: smsc?.replaceAll(/[ -]/g, "") ?? null } };
  },
);

export const sms = map(
  {
    channel: required(value.oneOf("sms")),
    name: optional(value.text, "sms"),
    country: optional(value.text, "86"),
    calls: optional(value.oneOf("off", "ring", "speak"), "off" as const),
    modems: required(list(modem, "a list of modems", ({ path }) => `the port ${path}`)),
  },
  (values): Checked<SmsConfig> => {
    const modems = values.modems.map((one, at) => ({ ...one, name: one.name ?? NAMES[at] ?? String(at) }));
    if (!/^[1-9]\d{0,2}$/.test(values.country))
      return { key: "country", wrong: 'must be the country\'s code without +, as "86"' };
    if (modems.length < 1 || modems.length > MODEMS_MAX)
      return { key: "modems", wrong: `must have one or two modems, not ${modems.length}` };
    if (new Set(modems.map(({ name }) => name)).size < modems.length)
      return { key: "modems", wrong: "must have names that differ" };
    return { value: { ...values, modems } };
  },
);
