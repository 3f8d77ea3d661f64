import type { Framer } from "../../gateway/core/definition.ts";

/** Packets that begin with a sync byte, and a head that says how long they are. */
export interface PacketForm {
  readonly sync: number;
  readonly maxBytes: number;
  /** So many bytes tell how long a packet is. */
  readonly headBytes: number;
  /** How long the packet at `at` is; null: no head stands there. */
  bytesAt(bytes: Uint8Array, at: number): number | null;
  /** Its check is right. */
  isWhole(packet: Uint8Array): boolean;
  /** Its check is wrong, and it is to be read all the same. Absent: none is. */
  isReadable?(packet: Uint8Array): boolean;
}

type Piece = ReturnType<Framer["push"]>[number];

const NOISE: Piece = { rejected: { code: "bad-type", message: "bytes that begin no packet: read on at the next one" } };
const BAD_CHECK: Piece = { rejected: { code: "bad-crc", message: "the CRC of a packet is wrong" } };
const BROKEN_OFF: Piece = { rejected: { code: "bad-length", message: "a packet broke off before the next one" } };

/**
 * After a wrong head or a wrong check it goes on at the next sync byte among the bytes already read, so that a packet
 * behind a broken one is not lost with it. A whole packet inside one that is still expected ends the waiting: noise
 * with a lucky head must not hold a press back. Noise is one rejection a stretch, however long. Keeps one packet.
 */
export function createPacketFramer(form: PacketForm): Framer {
  const { sync, headBytes } = form;
  const buffer = new Uint8Array(form.maxBytes);
  let length = 0;
  let isNoise = false;

  const drop = (bytes: number): void => {
    buffer.copyWithin(0, bytes, length);
    length -= bytes;
  };
  const skip = (pieces: Piece[], why: Piece): void => {
    if (!isNoise || why !== NOISE) pieces.push(why);
    isNoise = true;
    const next = buffer.subarray(0, length).indexOf(sync, 1);
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
      if (buffer[0] === sync && length < headBytes) return;
      const bytes = buffer[0] === sync ? form.bytesAt(buffer, 0) : null;
      if (bytes === null) skip(pieces, NOISE);
      else if (length < bytes) return;
      else {
        const packet = buffer.subarray(0, bytes);
        if (form.isWhole(packet) || form.isReadable?.(packet) === true) give(pieces, 0, bytes);
        else skip(pieces, BAD_CHECK);
      }
    }
  };
  /** A whole packet that ends with the byte just read, though another was expected to go on. */
  const findInside = (pieces: Piece[]): void => {
    const read = buffer.subarray(0, length);
    for (let at = read.indexOf(sync, 1); at > 0 && at + headBytes < length; at = read.indexOf(sync, at + 1)) {
      if (form.bytesAt(read, at) !== length - at || !form.isWhole(read.subarray(at))) continue;
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
        if (length > headBytes) findInside(pieces);
      }
      return pieces;
    },
    reset() {
      length = 0;
      isNoise = false;
    },
  };
}
