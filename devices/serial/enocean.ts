import type { SerialDefinition } from "../../gateway/core/definition.ts";
import { createEsp3Framer } from "../enocean/esp3-framer.ts";
import { readPacket } from "../enocean/packet.ts";
import { REPEAT_MS } from "../enocean/telegram.ts";

/** EnOcean by a stick that speaks the Serial Protocol 3: USB 300, TCM 310, EnOcean Pi. Bridge `enocean`. */

const ADDRESS = /^(?:0x)?([0-9a-f]{8}|[0-9a-f]{12})$/i;
/** CO_RD_VERSION: every stick answers it. */
const READ_VERSION = Uint8Array.of(0x55, 0x00, 0x01, 0x00, 0x05, 0x70, 0x03, 0x09);

export const enoceanDefinition = {
  transport: "serial",
  bridge: "enocean",
  facts: {
    title: "EnOcean (ESP3 stick)",
    devices: "rocker switches, push buttons, pull cords, key-card switches without a battery (F6, D2-03)",
    sources: [
      "EnOcean Serial Protocol (ESP3) 1.58",
      "EnOcean Equipment Profiles (EEP) 3.1: F6-01, F6-02, F6-03, F6-04, D2-03-00, D2-03-0A, D5, A5",
      "EnOcean Radio Protocol 2, 1.0: telegram structure",
    ],
    presses: "a bare press by the key's place: AI AO BI BO CI CO DI DO, push, many; single, double, long of D2-03-0A",
    cancel: null,
    dedup: { key: "sender and key, up to its release: repeaters send a telegram again", windowMs: REPEAT_MS },
    battery: "per cent, of D2-03-0A and of signal telegrams; a rocker has none",
    signal: "dBm, as the stick heard the strongest sub-telegram",
    integrity:
      "CRC-8 over the header and over the data: 1 in 65,536 of noise passes, 1 in 256 of packets that are spoilt in their data; nothing proves the sender",
    downlink: null,
    examples: [
      {
        name: "a rocker is pressed",
        source: "composed: F6-02, key BO",
        hex: "55000707017af670feedc0de3001ffffffff3c00dc",
        gives: [{ kind: "other", address: "feedc0de", press: "BO", repeatMs: REPEAT_MS, rssiDbm: -60, proof: "none" }],
      },
      {
        name: "the same, sent on by two repeaters",
        source: "composed: status, low nibble",
        hex: "55000707017af670feedc0de3201ffffffff4b0033",
        gives: [{ kind: "other", address: "feedc0de", press: "BO", repeatMs: REPEAT_MS, rssiDbm: -75 }],
      },
      {
        name: "its release names no key",
        source: "composed",
        hex: "55000707017af600feedc0de2001ffffffff3c0091",
        gives: [
          {
            kind: "other",
            press: null,
            released: ["AI", "AO", "BI", "BO", "CI", "CO", "DI", "DO", "push", "many"],
          },
        ],
      },
      {
        name: "two keys at once",
        source: "composed: F6-02, AI and BO",
        hex: "55000707017af617feedc0de3001ffffffff3c003c",
        gives: [{ press: "AI" }, { press: "BO" }],
      },
      {
        name: "a push button that names no key",
        source: "composed: F6-01-01",
        hex: "55000707017af610feedc0de2001ffffffff3c00ee",
        gives: [{ kind: "other", press: "push" }],
      },
      {
        name: "a key card is put in",
        source: "composed: F6-04-01",
        hex: "55000707017af670feedc0df3001ffffffff3c00a5",
        gives: [{ kind: "other", address: "feedc0df", press: "BO" }],
      },
      {
        name: "a button with a battery, held long",
        source: "composed: D2-03-0A",
        hex: "55000807013dd24b03feedc0de0001ffffffff3c00d8",
        gives: [{ kind: "other", press: "long", batteryPct: 75 }],
      },
      {
        name: "a rocker by ERP2",
        source: "composed",
        hex: "550007020a0a20feedc0de308b013ca1",
        gives: [{ kind: "other", address: "feedc0de", press: "AO", rssiDbm: -60 }],
      },
      {
        name: "a window contact is a sign of life",
        source: "composed: D5-00-01",
        hex: "55000707017ad509feedc0de0001ffffffff3c000b",
        gives: [{ kind: "other", address: "feedc0de", press: null }],
      },
      {
        name: "a sensor introduces itself",
        source: "composed: 4BS teach-in",
        hex: "55000a0701eba508284680feedc0de0001ffffffff3c00dc",
        gives: [{ kind: "other", address: "feedc0de", press: null }],
      },
      {
        name: "the stick answers",
        source: "composed: RET_OK to CO_RD_VERSION",
        hex: "5500210002260002110000020600050494000045000103474154455741594354524c000000000076",
        gives: "bridge",
      },
      { name: "the stick has started", source: "composed: CO_READY", hex: "550001000477041c", gives: "bridge" },
      {
        name: "noise",
        source: "composed: a data byte turned over",
        hex: "55000707017af671feedc0de3001ffffffff3c00dc",
        gives: "rejected",
      },
    ],
  },
  baud: 57_600,
  // A mechanical button lives on the press of the finger: it is tested by hand.
  supervision: { heartbeatEveryMs: null, silentAfterMs: null },
  addressForm: "8 hexadecimal digits (or 12 of ERP2), as 0029a1b2, and :key behind it for one key of several",
  normalizeAddress,
  createFramer: createEsp3Framer,
  decode: readPacket,
  raw: "hex",
  pulse: { ask: READ_VERSION, everyMs: 15_000, muteAfterMs: 50_000 },
} satisfies SerialDefinition;

function normalizeAddress(address: string): string | null {
  const [id = "", key, ...rest] = address.trim().split(":");
  const digits = ADDRESS.exec(id)?.[1];
  if (digits === undefined || rest.length > 0 || (key !== undefined && !/^[a-z]{1,8}$/i.test(key))) return null;
  return digits.toLowerCase() + (key === undefined ? "" : `:${key.toLowerCase()}`);
}
