import type { Fields } from "../parts/text.ts";
import { anySaid, bare, bitsSaid, HEARTBEAT, isSet, STATE, TAMPER, wordSaid, type Said } from "./press.ts";

/* What models print that do not say it in words: from the comments and fields of rtl_433's decoders. */

/** honeywell.c, vivint.c: which loop is open stands in the flags, before 2019 only in the bits CTRABHUU of `event`. */
const HONEYWELL = { contact: 0x80, reed: 0x20, alarm: 0x10, heartbeat: 0x04 } as const;
/** Of the same byte, for those who print nothing else. */
export const HONEYWELL_TAMPER = 0x40;
export const HONEYWELL_LOW = 0x08;

function honeywell(fields: Fields): Said {
  const { event, heartbeat } = fields;
  const bits = typeof event === "number" ? event : 0;
  // A contact that stands open says so in each heartbeat.
  if (isSet(heartbeat) || (bits & HONEYWELL.heartbeat) !== 0) return HEARTBEAT;
  if ((bits & HONEYWELL.contact) !== 0) return bare("contact");
  if ((bits & HONEYWELL.reed) !== 0) return bare("reed");
  return (bits & HONEYWELL.alarm) !== 0 ? bare("alarm") : (bitsSaid(fields) ?? STATE);
}

/** dsc.c: without `event` it is a supervisory report. Pendants of the maker open their contact. */
function dsc({ event, closed }: Fields): Said {
  if (event === 0 || event === false) return HEARTBEAT;
  return isSet(closed) ? STATE : bare("open");
}

/**
 * interlogix.c, and what was recorded of its sensors: the keys of a fob are CLOSED; a smoke detector opens its second
 * switch, a glass detector closes its first, and a motion detector says the same when it is supervised. So does a
 * pendant of the type *panic*, and which switch its key is differs: all of them are its key, so that the enrolment
 * tells a press from a report.
 */
function interlogix(fields: Fields): Said {
  const closed = [1, 2, 3, 4, 5].filter((n) => fields[`switch${n}`] === "CLOSED");
  const { switch1, switch2 } = fields;
  switch (fields["subtype"] ?? fields["device_type"]) {
    case "keyfob":
      return closed.length > 0 ? bare(closed.join("+")) : STATE;
    case "panic":
      return bare(closed.length > 0 ? `closed-${closed.join("+")}` : "open");
    case "smoke":
      return switch2 === "OPEN" ? bare("smoke") : STATE;
    case "glass":
      return switch1 === "CLOSED" ? bare("glass") : STATE;
    case "motion":
      return STATE;
    default:
      return switch1 === "OPEN" ? bare("switch1") : STATE;
  }
}

/** The third switch of a contact or a motion detector is its cover; of a smoke detector it opens with the smoke. */
function interlogixTamper(fields: Fields): boolean | null {
  const type = fields["subtype"] ?? fields["device_type"];
  return type === "contact" || type === "motion" ? fields["switch3"] === "OPEN" : null;
}

/** visonic_powercode.c: `supervised` is a trait of the device; one without a restore sends no other quiet message. */
function visonic(fields: Fields): Said {
  if (isSet(fields["alarm"])) return bare("alarm");
  if (isSet(fields["else"])) return bare("else");
  return isSet(fields["supervised"]) && !isSet(fields["restore"]) && !isSet(fields["tamper"]) ? HEARTBEAT : STATE;
}

/** x10_sec.c: the codes of its panic keys, whatever the word beside them. */
const X10_PANIC: ReadonlySet<number> = new Set([0x26, 0x88, 0x98]);

function x10Security({ event, code }: Fields): Said {
  const said = typeof event === "string" ? wordSaid(event) : null;
  if (typeof code !== "string") return said ?? STATE;
  if (X10_PANIC.has(Number.parseInt(code, 16) & 0xfe))
    return { kind: "emergency", press: said?.press ?? `code ${code}` };
  return said ?? bare(`code ${code}`);
}

/** yale_hsa.c: 1 trigger, 3 binding, 4 tamper, which is closed again or a battery where bit 1 of `state` is not set. */
function yale({ event, state }: Fields): Said {
  const bits = typeof state === "number" ? state : 0;
  if (event === 4)
    return (bits & 0x02) !== 0 ? TAMPER : { kind: (bits & 0x08) !== 0 ? "low_battery" : "other", press: null };
  return typeof event === "number" && event !== 3 ? bare(`event ${event}`) : STATE;
}

/** honeywell_wdb.c. */
function activLink(fields: Fields): Said {
  const { subtype, open } = fields;
  if (subtype === "Contact") return isSet(open) ? bare("open") : STATE;
  return bare(subtype === "PIR-Motion" ? "motion" : "ring");
}

/** generic_remote.c. Which key is which differs from remote to remote: the enrolment says it. */
const genericRemote = ({ cmd }: Fields): Said => bare(typeof cmd === "number" || typeof cmd === "string" ? cmd : "key");

/** Remotes with keys that may have the number 0. */
const keyIn =
  (...names: readonly string[]) =>
  (fields: Fields): Said => {
    for (const name of names) {
      const key = fields[name];
      if (typeof key === "number" || (typeof key === "string" && key !== "")) return bare(key);
    }
    return anySaid(fields).press === null ? bare("key") : anySaid(fields);
  };

/** kerui.c: the low four bits of an EV1527 code, once as `data: "0xa (PIR)"`. */
const KERUI: ReadonlyMap<number, Said> = new Map([
  [0xa, bare("motion")],
  [0xe, bare("open")],
  [0x7, STATE],
  [0xb, TAMPER],
  [0x5, bare("water")],
  [0xf, { kind: "low_battery", press: null }],
]);

function kerui({ cmd, data }: Fields): Said {
  const printed = cmd ?? data;
  const code = typeof printed === "string" ? Number.parseInt(printed, 16) : printed;
  if (typeof code !== "number" || Number.isNaN(code)) return STATE;
  return KERUI.get(code) ?? bare(code);
}

/** risco_868.conf. */
const risco868 = ({ Trigger: trigger, State: state }: Fields): Said =>
  trigger === "supervision" ? HEARTBEAT : state === "ALERT" ? bare("alert") : STATE;

const always = (said: Said) => (): Said => said;

/** A learning smoke detector is no fire. */
const smoke = ({ learn }: Fields): Said => (isSet(learn) ? STATE : bare("alarm"));

const simplisafe = ({ extradata, state }: Fields): Said =>
  (typeof extradata === "string" ? wordSaid(extradata) : null) ??
  (typeof state === "number" ? bare(`state ${state}`) : STATE);

const akhan = ({ data }: Fields): Said => (typeof data === "string" ? (wordSaid(data) ?? STATE) : STATE);

const jasco = ({ status }: Fields): Said => (status === 0 ? bare("open") : STATE);

/** How a model is read; others say it in words. */
export const READERS: ReadonlyMap<string, (fields: Fields) => Said> = new Map([
  ["akhan-100f14", akhan],
  ["dsc-security", dsc],
  ["elro-db286a", always(bare("ring"))],
  ["generic-motion", always(bare("motion"))],
  ["generic-remote", genericRemote],
  ["honeywell-activlink", activLink],
  ["honeywell-security", honeywell],
  ["interlogix-security", interlogix],
  ["jasco-security", jasco],
  ["kidde-smoke", always(HEARTBEAT)],
  ["kerui-security", kerui],
  ["megacode-remote", keyIn("button")],
  ["microchip-hcs200", keyIn("button")],
  ["microchip-hcs361", keyIn("button")],
  ["microchip-hcs362", keyIn("button")],
  ["quhwa-doorbell", always(bare("ring"))],
  ["quinetic", keyIn("channel")],
  ["risco_868_security", risco868],
  ["secplus-v1", keyIn("button_id", "pad_id", "switch_id")],
  ["secplus-v2", keyIn("button_id")],
  ["simplisafe-keypad", simplisafe],
  ["simplisafe-sensor", simplisafe],
  ["smoke-gs558", smoke],
  ["visonic-powercode", visonic],
  ["vivint-security", honeywell],
  ["x10-security", x10Security],
  ["yale-hsa", yale],
]);

/** Where a cover that was opened is no field of its own; null: it does not say. */
export const TAMPERS: ReadonlyMap<string, (fields: Fields) => boolean | null> = new Map([
  ["interlogix-security", interlogixTamper],
  ["risco_868_security", ({ Tamper: tamper }: Fields) => tamper === "ALERT"],
]);
