import type { Framer } from "../../gateway/core/definition.ts";
import { crc8 } from "../parts/crc8.ts";

/**
 * Cuts packets of the EnOcean Serial Protocol 3 out of a byte stream:
 * `55 | data length, 2 bytes | optional length | type | CRC8 of these four | data | optional data | CRC8 of both`.
 */

export const SYNC = 0x55;
const HEADER_BYTES = 6;
/** No radio telegram and no answer of a stick is longer; a header that says more is noise. */
const DATA_MAX_BYTES = 512;
const OPTIONAL_MAX_BYTES = 255;
const PACKET_MAX_BYTES = HEADER_BYTES + DATA_MAX_BYTES + OPTIONAL_MAX_BYTES + 1;

type Piece = ReturnType<Framer["push"]>[number];

const NOISE: Piece = { rejected: { code: "bad-crc", message: "bytes that begin no packet: read on at the next 0x55" } };
const BAD_DATA: Piece = { rejected: { code: "bad-crc", message: "the CRC over the data of a packet is wrong" } };
const BROKEN_OFF: Piece = { rejected: { code: "bad-length", message: "a packet broke off before the next one" } };

/** How long the packet at `at` is, or null: what stands there is no header. Known from its sixth byte on. */
function packetBytesAt(bytes: Uint8Array, at: number): number | null {
  if (bytes[at] !== SYNC || crc8(bytes.subarray(at + 1, at + 5)) !== bytes[at + 5]) return null;
  const dataBytes = bytes[at + 1]! * 256 + bytes[at + 2]!;
  return dataBytes > DATA_MAX_BYTES ? null : HEADER_BYTES + dataBytes + bytes[at + 3]! + 1;
}

/** The CRC over data and optional data; what ends with its own CRC gives 0. */
const isWhole = (packet: Uint8Array): boolean => crc8(packet.subarray(HEADER_BYTES)) === 0;

/**
 * After a wrong header or a wrong CRC it goes on at the next 0x55 among the bytes already read, so that a packet
 * behind a broken one is not lost with it. A whole packet inside one that is still expected ends the waiting: noise
 * with a lucky header must not hold a press back. Noise is one rejection a stretch, however long.
 */
export function createEsp3Framer(): Framer {
  const buffer = new Uint8Array(PACKET_MAX_BYTES);
  let length = 0;
  let isNoise = false;

  const drop = (bytes: number): void => {
    buffer.copyWithin(0, bytes, length);
    length -= bytes;
  };
  const skip = (pieces: Piece[]): void => {
    if (!isNoise) pieces.push(NOISE);
    isNoise = true;
    const next = buffer.subarray(0, length).indexOf(SYNC, 1);
    drop(next < 0 ? length : next);
  };
  const give = (pieces: Piece[], at: number, end: number): void => {
    pieces.push({ frame: buffer.slice(at, end) });
    isNoise = false;
    drop(end);
  };

  /** Takes off the front all that is decided. */
  const settle = (pieces: Piece[]): void => {
    while (length > 0) {
      if (buffer[0] === SYNC && length < HEADER_BYTES) return;
      const bytes = packetBytesAt(buffer, 0);
      if (bytes === null) skip(pieces);
      else if (length < bytes) return;
      else if (isWhole(buffer.subarray(0, bytes))) give(pieces, 0, bytes);
      else {
        pieces.push(BAD_DATA);
        isNoise = true;
        skip(pieces);
      }
    }
  };
  /** A whole packet that ends with the byte just read, though another was expected to go on. */
  const findInside = (pieces: Piece[]): void => {
    for (let at = buffer.indexOf(SYNC, 1); at > 0 && at + HEADER_BYTES < length; at = buffer.indexOf(SYNC, at + 1)) {
      if (packetBytesAt(buffer, at) !== length - at || !isWhole(buffer.subarray(at, length))) continue;
      pieces.push(BROKEN_OFF);
      give(pieces, at, length);
      return;
    }
  };

  return {
    push(bytes) {
      const pieces: Piece[] = [];
      for (const byte of bytes) {
        buffer[length++] = byte;
        settle(pieces);
        if (length > HEADER_BYTES) findInside(pieces);
      }
      return pieces;
    },
    reset() {
      length = 0;
      isNoise = false;
    },
  };
}
