import type { Decoded, DecodedReport, SerialDefinition } from "../../gateway/core/definition.ts";
import { createLineFramer } from "../parts/line-framer.ts";
import { latin1, quoted } from "../parts/text.ts";

/**
 * RFLink, a gateway for 433 MHz remotes on a serial port: `20;<counter>;<name>;LABEL=value;…` and CRLF, as its
 * "Protocol Reference" has it. The counter is the gateway's own and says nothing of a device; one press may come in
 * several lines. What a key means is nowhere on the air: the enrolment says it.
 */

/** A line with pulses for debugging is the longest that the firmware writes. */
const LINE_MAX_BYTES = 1_024;
/** The same key again within this time of the last line is the same press: a remote repeats itself while it is held. */
const REPEAT_MS = 3_000;
const MAX_QUOTED = 40;

/** The line proper, behind the noise of an opening port or a line that was cut off. No value ends in its beginning. */
const LINE = /20;([0-9a-f]{2});((?:(?!20;[0-9a-f]{2};)[\x20-\x7e])*)$/i;
/** What a host says to the gateway (10), or has it say (11): an echo of it is no report. */
const FROM_HOST = /^1[01];/;
const BANNER = /^Nodo RadioFrequencyLink/i;

const NAME = /^[^\x00-\x1f:;=]{1,40}$/;
const ID = /^[0-9a-z]{1,16}$/i;
const COMMAND = /^[\x21-\x39\x3c-\x7e]{1,32}$/;

export const rflinkDefinition = {
  transport: "serial",
  bridge: "rflink",
  facts: {
    title: "RFLink",
    devices: "433 MHz remotes, door bells, cords, smoke detectors (EV1527, PT2262, NewKaku …)",
    sources: ["RFLink Protocol Reference (nemcon.nl, R46)"],
    presses: "a bare press, CMD or CHIME: what it means is for the enrolment to say; SMOKEALERT=ON likewise",
    cancel: null,
    dedup: { key: "name, id, switch and command", windowMs: REPEAT_MS },
    battery: "BAT=OK or LOW, of few devices",
    signal: null,
    integrity: null,
    downlink: null,
    examples: [
      {
        name: "a remote with a learning code",
        source: "composed",
        text: "20;06;EV1527;ID=0a1b2c;SWITCH=01;CMD=ON;\r\n",
        gives: [{ kind: "other", address: "ev1527:a1b2c:1", press: "ON", proof: "none" }],
      },
      {
        name: "a press with a flat battery",
        source: "composed",
        text: "20;0B;X10Secure;ID=33ad;SWITCH=00;CMD=ON;BAT=LOW;\r\n",
        gives: [
          { kind: "other", address: "x10secure:33ad:0", press: "ON", batteryOk: false },
          { kind: "low_battery", press: null },
        ],
      },
      { name: "the receiver's answer", source: "composed", text: "20;01;PONG;\r\n", gives: "bridge" },
      { name: "what a host says", source: "composed", text: "10;PING;\r\n", gives: "nothing" },
    ],
  },
  baud: 57_600,
  // A remote says nothing by itself: it is tested by hand.
  supervision: { heartbeatEveryMs: null, silentAfterMs: null },
  addressForm:
    "name:id:switch as RFLink prints them, as EV1527:0a1b2c:01, and :command behind it for one key of several",
  normalizeAddress,
  createFramer: () => createLineFramer(LINE_MAX_BYTES),
  decode,
  raw: "text",
  pulse: { ask: new TextEncoder().encode("10;PING;\r\n"), everyMs: 15_000, muteAfterMs: 50_000 },
} satisfies SerialDefinition;

/** Name, id and, where there is one, switch (and command): neither case nor leading zeros tell two devices apart. */
function normalizeAddress(address: string): string | null {
  const [name = "", id = "", ...more] = address.trim().split(":");
  const [unit, command, ...rest] = more;
  if (rest.length > 0 || !NAME.test(name) || !ID.test(id)) return null;
  if (unit !== undefined && !ID.test(unit)) return null;
  if (command !== undefined && !COMMAND.test(command)) return null;
  return addressOf(name, id, unit) + (command === undefined ? "" : `:${command.toLowerCase()}`);
}

const wireIdOf = (name: string, id: string, unit: string | undefined): string =>
  [name, id, ...(unit === undefined ? [] : [unit])].join(":");

const addressOf = (name: string, id: string, unit: string | undefined): string =>
  [name.trim().toLowerCase(), plain(id), ...(unit === undefined ? [] : [plain(unit)])].join(":");

const plain = (digits: string): string => digits.toLowerCase().replace(/^0+(?=.)/, "");

function decode(frame: Uint8Array): Decoded {
  const text = latin1(frame);
  if (FROM_HOST.test(text)) return { type: "nothing", what: "a host's command" };
  const line = LINE.exec(text);
  if (!line) return { type: "rejected", code: "bad-type", message: `no line of RFLink: ${quoted(text)}` };
  const [name = "", ...labels] = line[2]!.split(";");
  if (BANNER.test(name)) return { type: "bridge", state: "restarted", detail: name };
  if (name === "PONG") return { type: "bridge", state: "online", detail: name };
  const fields = readFields(labels);
  const id = fields.get("ID");
  if (id === undefined || name.toUpperCase() === "DEBUG" || name.includes("="))
    return { type: "nothing", what: name.slice(0, MAX_QUOTED) };
  return readDevice(name, id, fields);
}

/** A value may hold a `=` of its own, as `CMD=SET_LEVEL=14`. The first of two equal labels counts. */
function readFields(labels: readonly string[]): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const label of labels) {
    const at = label.indexOf("=");
    const name = label.slice(0, at).trim().toUpperCase();
    if (at > 0 && !fields.has(name)) fields.set(name, label.slice(at + 1).trim());
  }
  return fields;
}

function readDevice(name: string, id: string, fields: ReadonlyMap<string, string>): Decoded {
  const unit = fields.get("SWITCH");
  if (!NAME.test(name) || !ID.test(id) || (unit !== undefined && !ID.test(unit)))
    return { type: "rejected", code: "bad-field", message: `no address in ${quoted([name, id, unit].join(":"))}` };
  const battery = fields.get("BAT")?.toUpperCase();
  const said = {
    address: addressOf(name, id, unit),
    wireId: wireIdOf(name, id, unit),
    counter: null,
    ageMs: null,
    ageAtLeast: false,
    batteryPct: null,
    ...(battery === "OK" && { batteryOk: true }),
    ...(battery === "LOW" && { batteryOk: false }),
    proof: "none",
  } as const;
  const press = pressOf(fields);
  const reports: DecodedReport[] = [];
  if (press !== null) reports.push({ ...said, kind: "other", press, repeatMs: REPEAT_MS });
  if (battery === "LOW") reports.push({ ...said, kind: "low_battery", press: null });
  else if (press === null) reports.push({ ...said, kind: "other", press: null });
  return { type: "reports", reports };
}

/** A command, a bell's chime or a smoke detector that goes off; a reading of a sensor is none. */
function pressOf(fields: ReadonlyMap<string, string>): string | null {
  const command = fields.get("CMD");
  if (command !== undefined && command !== "") return command;
  const chime = fields.get("CHIME");
  if (chime !== undefined) return `CHIME=${chime}`;
  return fields.get("SMOKEALERT")?.toUpperCase() === "ON" ? "SMOKEALERT=ON" : null;
}
