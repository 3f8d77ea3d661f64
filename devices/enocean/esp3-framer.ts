import type { Framer } from "../../gateway/core/definition.ts";
import { crc8 } from "../parts/crc8.ts";
import { createPacketFramer } from "../parts/packet-framer.ts";

/**
 * Cuts packets of the EnOcean Serial Protocol 3 out of a byte stream:
 * `55 | data length, 2 bytes | optional length | type | CRC8 of these four | data | optional data | CRC8 of both`.
 */

const SYNC = 0x55;
const HEADER_BYTES = 6;
/** No radio telegram and no answer of a stick is longer; a header that says more is noise. */
const DATA_MAX_BYTES = 512;
const OPTIONAL_MAX_BYTES = 255;

export const createEsp3Framer = (): Framer =>
  createPacketFramer({
    sync: SYNC,
    maxBytes: HEADER_BYTES + DATA_MAX_BYTES + OPTIONAL_MAX_BYTES + 1,
    headBytes: HEADER_BYTES,
    bytesAt(bytes, at) {
      if (crc8(bytes.subarray(at + 1, at + 5)) !== bytes[at + 5]) return null;
      const dataBytes = bytes[at + 1]! * 256 + bytes[at + 2]!;
      return dataBytes > DATA_MAX_BYTES ? null : HEADER_BYTES + dataBytes + bytes[at + 3]! + 1;
    },
    // What ends with its own CRC gives 0.
    isWhole: (packet) => crc8(packet.subarray(HEADER_BYTES)) === 0,
  });
