import type { Decoded, Framer, TcpDefinition } from "../../gateway/core/definition.ts";
import type { EpochMs } from "../../gateway/core/units.ts";
import { COMMAND, fieldsIn, nameIn, reportsIn, type Field } from "../ev07b/body.ts";
import { EV07B_EXAMPLES } from "../ev07b/examples.ts";
import { crc16Xmodem } from "../parts/crc16-xmodem.ts";
import { IMEI_FORM, normalizeImei } from "../parts/imei.ts";
import { createPacketFramer } from "../parts/packet-framer.ts";
import { rejected } from "../parts/rejected.ts";
import { createTcpSession, type Login, type Read } from "../parts/tcp-session.ts";
import { ALARM_REPEAT_MS } from "../parts/tracker-report.ts";

/**
 * Eview EV04, EV05, EV07B and MiniFinder Pico, Atto, Nano of the second generation. Bridge `ev07b`:
 * `AB | properties | length, 2 bytes | CRC | sequence | body`, all little-endian.
 */

export const ev07bDefinition = {
  transport: "tcp",
  bridge: "ev07b",
  facts: {
    title: "Eview EV07B and MiniFinder (AB frames)",
    devices: "4G pendants with fall detection: Eview EV04, EV05, EV07B, EV12; MiniFinder Pico, Atto, Nano, Rex",
    sources: ["Eview GPS Communication Protocol for EV-07B (EVIEW-07 series)", "traccar: messages of its tests"],
    presses: "alarm bit 12 is an emergency, 2 a fall, 11 no motion for long; 13 and 14 are bare presses of side keys",
    cancel: null,
    dedup: { key: "IMEI, alarm and its time in the frame", windowMs: ALARM_REPEAT_MS },
    battery: "per cent",
    signal: null,
    integrity: "CRC-16/XMODEM: 1 in 65,536 of noise that has the form passes; nothing proves the sender",
    downlink: null,
    examples: EV07B_EXAMPLES,
  },
  supervision: { heartbeatEveryMs: 10 * 60_000, silentAfterMs: 60 * 60_000 },
  addressForm: IMEI_FORM,
  normalizeAddress: normalizeImei,
  raw: "hex",
  createSession: () => createTcpSession(createFramer(), read),
} satisfies TcpDefinition;

const SYNC = 0xab;
const HEAD_BYTES = 8;
/** Pieces of firmware and lists of access points are the longest. */
const BODY_MAX_BYTES = 4_096;
/** The sender wants to be told that it was heard. */
const WANTS_ANSWER = 0x10;

const bodyIn = (frame: Uint8Array): Uint8Array => frame.subarray(HEAD_BYTES);
const isProved = (frame: Uint8Array): boolean => crc16Xmodem(bodyIn(frame)) === frame[4]! + frame[5]! * 256;

function createFramer(): Framer {
  return createPacketFramer({
    sync: SYNC,
    maxBytes: HEAD_BYTES + BODY_MAX_BYTES,
    headBytes: HEAD_BYTES,
    bytesAt(bytes, at) {
      const bodyBytes = bytes[at + 2]! + bytes[at + 3]! * 256;
      return bodyBytes === 0 || bodyBytes > BODY_MAX_BYTES ? null : HEAD_BYTES + bodyBytes;
    },
    isWhole: isProved,
    isReadable: (frame) => frame[HEAD_BYTES] === COMMAND.data && fieldsIn(bodyIn(frame)) !== null,
  });
}

function read(frame: Uint8Array, login: Login, now: EpochMs): Read {
  const body = bodyIn(frame);
  const command = body[0]!;
  const fields = command === COMMAND.data || command === COMMAND.services ? fieldsIn(body) : [];
  if (fields === null) return { decoded: rejected("bad-length", "keys whose lengths do not fill the frame") };
  nameIn(fields, login);
  const proved = isProved(frame);
  const reports = reportsIn(command === COMMAND.data ? fields : [], login, proved);
  const decoded: Decoded = { type: "reports", reports };
  const wantsAnswer = (frame[1]! & WANTS_ANSWER) !== 0;
  if (!proved || !wantsAnswer || login.address === null || command === COMMAND.response) return { decoded };
  return { decoded, reply: answer(frame, command === COMMAND.services ? fields : [], now) };
}

/** Services are answered with what they ask for: 0x11 its place (unknown here), 0x12 the time. Else "success". */
function answer(frame: Uint8Array, services: readonly Field[], now: EpochMs): Uint8Array {
  const seconds = Math.floor(now / 1_000);
  const time = [0, 8, 16, 24].map((shift) => (seconds >>> shift) & 0xff);
  const told = services.flatMap(({ key }) => {
    if (key === 0x11) return [10, key, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    return key === 0x12 ? [5, key, ...time] : [];
  });
  const body = Uint8Array.of(...(told.length > 0 ? [COMMAND.services, ...told] : [COMMAND.response, 1, 0]));
  const crc = crc16Xmodem(body);
  return Uint8Array.of(SYNC, 0, body.length, 0, crc & 0xff, crc >> 8, frame[6]!, frame[7]!, ...body);
}
