import { createCipheriv, timingSafeEqual } from "node:crypto";

/** A packet between its SLIP ends, docs/protocol.md: 24 bytes, numbers big endian. */
export const PACKET_BYTES = 24;
const TAG_AT = 14;
const CRC_AT = 22;

export const TYPE = { report: 0x01, answer: 0x81, echo: 0x02 } as const;

const KIND_CODES = { emergency: 1, service: 2, cancel: 3, test: 4, heartbeat: 5, fall: 6 } as const;
/** What a pendant can report. `fall` is its tip-over switch. */
export type ButtonKind = keyof typeof KIND_CODES;
export const BUTTON_KINDS = Object.keys(KIND_CODES) as readonly ButtonKind[];

const SAY_CODES = { heard: 1, answered: 2, coming: 3 } as const;
/** What a pendant can be told. */
export type ToldSay = keyof typeof SAY_CODES;
export const SAYS = Object.keys(SAY_CODES) as readonly ToldSay[];

/** A packet whose length, checksum and version are right. `kind` is a report's kind or an answer's say. */
export interface Packet {
  readonly type: number;
  readonly id: number;
  readonly counter: number;
  readonly kind: number;
  readonly battery: number;
  /** Tenths of a second since the press; 65535: that or more. */
  readonly age: number;
  readonly bytes: Buffer;
}

/** CRC-16/XMODEM: polynomial 0x1021, initial value 0, nothing reflected; "123456789" gives 31C3. */
export function crc16Xmodem(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}

const encryptBlock = (key: Uint8Array, block: Uint8Array): Buffer => {
  const cipher = createCipheriv("aes-128-ecb", key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
};

/** Doubling in GF(2^128), RFC 4493 section 2.3. */
function double(block: Buffer): Buffer {
  const out = Buffer.alloc(16);
  for (let at = 0; at < 16; at++) out[at] = ((block[at]! << 1) | ((block[at + 1] ?? 0) >> 7)) & 0xff;
  if (block[0]! & 0x80) out[15]! ^= 0x87;
  return out;
}

/** AES-128-CMAC, RFC 4493: 16 bytes. */
export function aesCmac(key: Uint8Array, message: Uint8Array): Buffer {
  const k1 = double(encryptBlock(key, Buffer.alloc(16)));
  const blocks = Math.max(1, Math.ceil(message.length / 16));
  const whole = message.length === blocks * 16;
  const last = Buffer.alloc(16);
  last.set(message.subarray((blocks - 1) * 16));
  if (!whole) last[message.length % 16] = 0x80;
  const mask = whole ? k1 : double(k1);
  let mac: Buffer = Buffer.alloc(16);
  for (let block = 0; block < blocks; block++) {
    const part = block === blocks - 1 ? last.map((byte, at) => byte ^ mask[at]!) : message.subarray(block * 16);
    mac = encryptBlock(
      key,
      mac.map((byte, at) => byte ^ part[at]!),
    );
  }
  return mac;
}

interface Fields {
  readonly type: number;
  readonly id: number;
  readonly counter: number;
  readonly kind: number;
  readonly battery: number;
  readonly age: number;
}

function seal(fields: Fields, key: Uint8Array | null): Buffer {
  const bytes = Buffer.alloc(PACKET_BYTES);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt8(fields.type, 1);
  bytes.writeUInt32BE(fields.id, 2);
  bytes.writeUInt32BE(fields.counter, 6);
  bytes.writeUInt8(fields.kind, 10);
  bytes.writeUInt8(fields.battery, 11);
  bytes.writeUInt16BE(fields.age, 12);
  if (key) aesCmac(key, bytes.subarray(0, TAG_AT)).copy(bytes, TAG_AT, 0, 8);
  bytes.writeUInt16BE(crc16Xmodem(bytes.subarray(0, CRC_AT)), CRC_AT);
  return bytes;
}

/** A pendant's report. `ageMs` past the field's end is written as 65535. */
export function encodeReport(
  report: { id: number; counter: number; kind: ButtonKind; batteryPct: number | null; ageMs: number },
  key: Uint8Array,
): Buffer {
  const age = Math.min(65_535, Math.max(0, Math.floor(report.ageMs / 100)));
  const { id, counter } = report;
  return seal(
    { type: TYPE.report, id, counter, kind: KIND_CODES[report.kind], battery: report.batteryPct ?? 255, age },
    key,
  );
}

/** A gateway's answer to a report; tests that play the gateway send these. */
export function encodeAnswer(answer: { id: number; counter: number; say: ToldSay }, key: Uint8Array): Buffer {
  const { id, counter, say } = answer;
  return seal({ type: TYPE.answer, id, counter, kind: SAY_CODES[say], battery: 0, age: 0 }, key);
}

/** What the dongle returns once it has sent an answer on. It has no keys: the tag is zero. */
export const encodeEcho = (answer: Packet): Buffer =>
  seal({ type: TYPE.echo, id: answer.id, counter: answer.counter, kind: answer.kind, battery: 0, age: 0 }, null);

/** Reads a packet; null when its length, version or checksum is wrong. The tag is not looked at. */
export function decodePacket(bytes: Uint8Array): Packet | null {
  if (bytes.length !== PACKET_BYTES) return null;
  const packet = Buffer.from(bytes);
  if (packet[0] !== 1 || packet.readUInt16BE(CRC_AT) !== crc16Xmodem(packet.subarray(0, CRC_AT))) return null;
  return {
    type: packet[1]!,
    id: packet.readUInt32BE(2),
    counter: packet.readUInt32BE(6),
    kind: packet[10]!,
    battery: packet[11]!,
    age: packet.readUInt16BE(12),
    bytes: packet,
  };
}

export function tagIsRight(packet: Packet, key: Uint8Array): boolean {
  const expected = aesCmac(key, packet.bytes.subarray(0, TAG_AT)).subarray(0, 8);
  return timingSafeEqual(expected, packet.bytes.subarray(TAG_AT, CRC_AT));
}

/** The name behind an answer's or echo's `kind`; null for a code nobody uses. */
export const sayOf = (packet: Packet): ToldSay | null => SAYS.find((say) => SAY_CODES[say] === packet.kind) ?? null;

/** The name behind a report's `kind`; null for a code nobody uses. */
export const kindOf = (packet: Packet): ButtonKind | null =>
  BUTTON_KINDS.find((kind) => KIND_CODES[kind] === packet.kind) ?? null;
