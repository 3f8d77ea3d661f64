import { HOTLINE_EVENT_NAMES, HOTLINE_EVENTS, type HotlineEventName } from "../../core/contact-id.ts";
import { hours, minutes, seconds, type DurationMs } from "../../core/units.ts";
import { map, optional, required, type Checked, type Field, type WrongKey } from "../shape.ts";
import * as value from "../values.ts";

const TRANSPORTS = ["tcp", "udp"] as const;
const FORMATS = ["adm-cid", "sia-dcs"] as const;
const STYLES = ["plain", "encrypted", "test", "off"] as const;

/**
 * A receiver of ANSI/SIA DC-09; entries that follow each other are primary and back-up:
 *
 *     - kind: dc09
 *       host: 192.0.2.10
 *       port: 9999
 *       account: "1234"
 *       transport: udp
 *       format: sia-dcs
 *       key: { file: /etc/okc/hotline-key }
 *       supervision: { style: encrypted, every: 30s }
 *       periodicTest: 24h
 *       restore: true
 *       events: { inactivity: "NA/NS" }
 *       extended: { position: true, link: true, mac: "001A2B3C4D5E" }
 */
export interface Dc09Config {
  readonly kind: "dc09";
  readonly host: string;
  readonly port: number;
  /** 3–16 hexadecimal digits. */
  readonly account: string;
  readonly transport: (typeof TRANSPORTS)[number];
  readonly format: (typeof FORMATS)[number];
  /** 32, 48 or 64 hex digits: AES-128, 192 or 256; null: nothing is encrypted. */
  readonly key: string | null;
  /** Hex digits behind `R` and `L` of each frame. */
  readonly receiverNumber: string;
  readonly lineNumber: string;
  readonly supervision: {
    /** Encrypted where there is a key, else plain. */
    readonly style: (typeof STYLES)[number];
    /** Null: 30 s where there are several receivers, 60 s where there is one. */
    readonly everyMs: DurationMs | null;
  };
  readonly periodicTestMs: DurationMs | null;
  /** The end of an alarm is told too. */
  readonly restore: boolean;
  /** Codes of its own, in its format. */
  readonly events: Readonly<Partial<Record<HotlineEventName, string>>>;
  readonly extended: { readonly position: boolean; readonly link: boolean; readonly mac: string | null };
}

const supervision = map(
  {
    style: optional(value.oneOf(...STYLES), null),
    every: optional(value.duration(seconds(5), hours(24)), null),
  },
  (given) => ({ value: given }),
);

const eventFields = Object.fromEntries(HOTLINE_EVENT_NAMES.map((name) => [name, optional(value.text, null)])) as Record<
  HotlineEventName,
  Field<string | null>
>;

const events = map(eventFields, (codes): Checked<Dc09Config["events"]> => {
  const given = Object.entries(codes).flatMap(([name, code]) => (code === null ? [] : [[name, code.toUpperCase()]]));
  return { value: Object.fromEntries(given) as Dc09Config["events"] };
});

const mac = value.textLike("a MAC address: 001A2B3C4D5E or 00:1A:2B:3C:4D:5E", (text) => {
  const digits = text.replace(/[:-]/g, "").toUpperCase();
  return /^[0-9A-F]{12}$/.test(digits) ? digits : null;
});

const extended = map(
  {
    position: optional(value.flag, false),
    link: optional(value.flag, false),
    mac: optional(mac, null),
  },
  (given): Checked<Dc09Config["extended"]> => ({ value: given }),
);

const number = value.textLike("1 to 6 hex digits in quotes", (text) =>
  /^[0-9A-Fa-f]{1,6}$/.test(text) ? text.toUpperCase() : null,
);

const fields = {
  kind: required(value.oneOf("dc09")),
  host: required(value.text),
  port: required(value.wholeNumber(1, 65_535)),
  account: required(value.account),
  transport: optional(value.oneOf(...TRANSPORTS), "tcp" as const),
  format: optional(value.oneOf(...FORMATS), "adm-cid" as const),
  key: optional(value.secret, null),
  receiverNumber: optional(number, "0"),
  lineNumber: optional(number, "0"),
  supervision: optional(supervision, { style: null, every: null }),
  periodicTest: optional(value.duration(minutes(1), hours(24 * 7)), null),
  restore: optional(value.flag, false),
  events: optional(events, {}),
  extended: optional(extended, { position: false, link: false, mac: null }),
};

export const dc09 = map(fields, ({ supervision: asked, periodicTest, ...values }): Checked<Dc09Config> => {
  const style = asked.style ?? (values.key === null ? "plain" : "encrypted");
  const wrong = wrongKey(values.key) ?? wrongSupervision(style, values.key, periodicTest) ?? wrongEvents(values);
  if (wrong) return wrong;
  const key = values.key?.toUpperCase() ?? null;
  const entry = { ...values, key, supervision: { style, everyMs: asked.every }, periodicTestMs: periodicTest };
  return { value: entry };
});

function wrongKey(key: string | null): WrongKey | null {
  if (key === null || (/^[0-9A-Fa-f]*$/.test(key) && [32, 48, 64].includes(key.length))) return null;
  return { key: "key", wrong: "must be 32, 48 or 64 hex digits: AES-128, AES-192 or AES-256" };
}

function wrongSupervision(style: string, key: string | null, periodicTest: DurationMs | null): WrongKey | null {
  if (style === "encrypted" && key === null)
    return { key: "supervision", wrong: "style encrypted needs a key; give it, or take the style plain, test or off" };
  if (style === "test" && periodicTest !== null)
    return { key: "periodicTest", wrong: "does not go with the supervision style test, which sends the same" };
  return null;
}

/** A code must be written as the entry's format has it. */
function wrongEvents({ format, events: codes }: Pick<Dc09Config, "format" | "events">): WrongKey | null {
  for (const [name, code] of Object.entries(codes) as [HotlineEventName, string][]) {
    const wrong = format === "adm-cid" ? wrongContactId(name, code) : wrongSia(name, code);
    if (wrong !== null) return wrong;
  }
  return null;
}

function wrongContactId(name: HotlineEventName, code: string): WrongKey | null {
  const { cid } = HOTLINE_EVENTS[name];
  if (/^[0-9A-F]{3}$/.test(code)) return null;
  return { key: "events", wrong: `${name}: "${code}" is no Contact ID event; must be three digits, as "${cid}"` };
}

function wrongSia(name: HotlineEventName, code: string): WrongKey | null {
  const { sia, siaRestored } = HOTLINE_EVENTS[name];
  if (siaRestored === null) {
    if (/^[A-Z]{2}$/.test(code)) return null;
    return { key: "events", wrong: `${name}: "${code}" is no SIA code; must be two letters, as "${sia}"` };
  }
  if (/^[A-Z]{2}\/[A-Z]{2}$/.test(code)) return null;
  const pair = `${sia}/${siaRestored}`;
  return { key: "events", wrong: `${name}: "${code}" is no pair of SIA codes: new and restored, as "${pair}"` };
}
