import { timingSafeEqual } from "node:crypto";
import type { Decoded, DecodedReport, KeyOf, SerialDefinition } from "../../gateway/core/definition.ts";
import type { ReportKind, Say } from "../../gateway/core/kinds.ts";
import { aesCmac } from "../parts/cmac.ts";
import { crc16Xmodem } from "../parts/crc16-xmodem.ts";
import { rejected } from "../parts/rejected.ts";
import { createSlipFramer, slipEncode } from "../parts/slip.ts";

/** Our own pendant protocol on a serial line, byte for byte as docs/protocol.md has it. */

const VERSION = 1;
const TYPE = { report: 0x01, echo: 0x02, answer: 0x81 } as const;
const AT = { version: 0, type: 1, id: 2, counter: 6, kind: 10, battery: 11, age: 12, tag: 14, crc: 22 } as const;
const TAG_BYTES = AT.crc - AT.tag;
const FRAME_BYTES = 24;
const AGE_UNIT_MS = 100;
const AGE_FULL = 0xffff;
const BATTERY_MAX_PCT = 100;

const KINDS: ReadonlyMap<number, ReportKind> = new Map([
  [1, "emergency"],
  [2, "service"],
  [3, "cancel"],
  [4, "test"],
  [5, "heartbeat"],
  [6, "fall"],
]);

const SAY_CODES: Readonly<Record<Say, number>> = { heard: 1, answered: 2, coming: 3 };
const SAYS: ReadonlyMap<number, Say> = new Map([
  [1, "heard"],
  [2, "answered"],
  [3, "coming"],
]);

/** Pendants of our own on a serial dongle. Bridge `okc`, addresses `0000beef`. */
export const okcDefinition = {
  transport: "serial",
  bridge: "okc",
  facts: {
    title: "One-Key Call pendants on a serial dongle",
    devices: "our own pendants with a radio",
    sources: ["docs/protocol.md"],
    presses: "emergency, service, cancel, test, fall; a kind of a later pendant is a bare press",
    cancel: "kind 3",
    dedup: { key: "the pendant's counter", windowMs: null },
    battery: "per cent",
    signal: null,
    integrity: "CRC-16/XMODEM, then an AES-CMAC tag of 64 bits under the key of each pendant",
    downlink: "heard, answered, coming",
    examples: [
      {
        name: "emergency",
        source: "composed; tag by OpenSSL",
        hex: "c001010000beef0000000a015a0000f624a9fe54216ca29787c0",
        keys: { "0000beef": "000102030405060708090a0b0c0d0e0f" },
        gives: [{ kind: "emergency", address: "0000beef", counter: 10, ageMs: 0, batteryPct: 90, proof: "valid" }],
      },
      {
        name: "the same of a pendant that nobody enrolled",
        source: "composed",
        hex: "c001010000beef0000000a015a0000f624a9fe54216ca29787c0",
        gives: [{ kind: "emergency", address: "0000beef", proof: "no-key" }],
      },
      {
        name: "a bit turned over by noise",
        source: "composed",
        hex: "c001010000beef0000000b015a0000f624a9fe54216ca29787c0",
        gives: "rejected",
      },
    ],
  },
  baud: 115_200,
  supervision: { heartbeatEveryMs: 60 * 60_000, silentAfterMs: 150 * 60_000 },
  addressForm: "8 hexadecimal digits, as 0000beef",
  normalizeAddress: (address) => (/^[0-9a-f]{8}$/i.test(address) ? address.toLowerCase() : null),
  createFramer: createSlipFramer,
  decode,
  keys: "made",
  raw: "hex",
  encodeSay,
} satisfies SerialDefinition;

/** Checks in the order that tells most: length, CRC, version, type, then the tag by the device's key. */
function decode(frame: Uint8Array, keyOf: KeyOf): Decoded {
  if (frame.length !== FRAME_BYTES)
    return rejected("bad-length", `a frame of ${frame.length} bytes, ours have ${FRAME_BYTES}`);
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const crc = crc16Xmodem(frame.subarray(0, AT.crc));
  if (crc !== view.getUint16(AT.crc))
    return rejected("bad-crc", `CRC ${hex(view.getUint16(AT.crc), 4)} on the wire, ${hex(crc, 4)} over the bytes`);
  const version = view.getUint8(AT.version);
  if (version !== VERSION) return rejected("bad-version", `version ${version}, this gateway speaks ${VERSION}`);
  const type = view.getUint8(AT.type);
  if (type === TYPE.report) return { type: "reports", reports: [readReport(frame, view, keyOf)] };
  if (type === TYPE.echo) return readEcho(view);
  const what = type === TYPE.answer ? "an answer of ours came back: the line loops" : "only 0x01 and 0x02 come in";
  return rejected("bad-type", `type 0x${hex(type, 2)}: ${what}`);
}

function readReport(frame: Uint8Array, view: DataView, keyOf: KeyOf): DecodedReport {
  const address = hex(view.getUint32(AT.id), 8);
  const code = view.getUint8(AT.kind);
  const kind = KINDS.get(code) ?? "other";
  const battery = view.getUint8(AT.battery);
  const age = view.getUint16(AT.age);
  return {
    address,
    kind,
    // A kind of a later pendant must not go unheard: it is a press until somebody knows better.
    press: kind === "heartbeat" ? null : kind === "other" ? `kind ${code}` : kind,
    counter: view.getUint32(AT.counter),
    ageMs: age * AGE_UNIT_MS,
    ageAtLeast: age === AGE_FULL,
    batteryPct: battery <= BATTERY_MAX_PCT ? battery : null,
    proof: prove(frame, keyOf(address)),
  };
}

function prove(frame: Uint8Array, key: Uint8Array | null | undefined): DecodedReport["proof"] {
  if (!key) return "no-key";
  const expected = aesCmac(key, frame.subarray(0, AT.tag)).subarray(0, TAG_BYTES);
  return timingSafeEqual(expected, frame.subarray(AT.tag, AT.crc)) ? "valid" : "wrong-tag";
}

/** An echo proves only that the dongle sent something on: it has no keys, so its tag, battery and age say nothing. */
function readEcho(view: DataView): Decoded {
  const code = view.getUint8(AT.kind);
  const say = SAYS.get(code);
  if (!say) return rejected("bad-field", `an echo of word ${code}, only 1, 2 and 3 are said`);
  return { type: "echo", address: hex(view.getUint32(AT.id), 8), counter: view.getUint32(AT.counter), say };
}

function encodeSay(order: { address: string; counter: number; say: Say }, key: Uint8Array): Uint8Array {
  const frame = new Uint8Array(FRAME_BYTES);
  const view = new DataView(frame.buffer);
  view.setUint8(AT.version, VERSION);
  view.setUint8(AT.type, TYPE.answer);
  view.setUint32(AT.id, Number.parseInt(order.address, 16));
  view.setUint32(AT.counter, order.counter);
  view.setUint8(AT.kind, SAY_CODES[order.say]);
  frame.set(aesCmac(key, frame.subarray(0, AT.tag)).subarray(0, TAG_BYTES), AT.tag);
  view.setUint16(AT.crc, crc16Xmodem(frame.subarray(0, AT.crc)));
  return slipEncode(frame);
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
