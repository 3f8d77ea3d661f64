/*
 * The objects of BTHome v2 (bthome.io, "BTHome v2 format"): an id, and as many bytes as the id says. One that is not
 * known has no length that could be skipped.
 */

/** Text and raw bytes: their length stands before them. */
const COUNTED = -1;

const BYTES_OF_KNOWN: readonly (readonly [bytes: number, ids: string])[] = [
  [1, "00 01 09 0f 10 11 15 16 17 18 19 1a 1b 1c 1d 1e 1f 20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f 3a"],
  [1, "46 57 58 59 60 64"],
  [2, "02 03 06 07 08 0c 0d 0e 12 13 14 3c 3d 3f 40 41 43 44 45 47 48 49 4a 51 52 56 5a 5d 5e 5f 61 f0"],
  [3, "04 05 0a 0b 42 4b f2"],
  [4, "3e 4c 4d 4e 4f 50 55 5b 5c 62 63 f1"],
  [COUNTED, "53 54"],
];

const LENGTHS: ReadonlyMap<number, number> = new Map(
  BYTES_OF_KNOWN.flatMap(([bytes, ids]) => ids.split(" ").map((id) => [Number.parseInt(id, 16), bytes] as const)),
);

export const OBJECT = {
  packet: 0x00,
  battery: 0x01,
  batteryLow: 0x15,
  tamper: 0x2b,
  button: 0x3a,
  dimmer: 0x3c,
} as const;

export interface BthomeObject {
  readonly id: number;
  readonly data: Uint8Array;
}

/** Objects in the order in which they come, up to one that is unknown or cut off. */
export function readObjects(bytes: Uint8Array): readonly BthomeObject[] {
  const objects: BthomeObject[] = [];
  let at = 0;
  while (at < bytes.length) {
    const id = bytes[at]!;
    const known = LENGTHS.get(id);
    const start = known === COUNTED ? at + 2 : at + 1;
    const length = known === COUNTED ? bytes[at + 1] : known;
    if (length === undefined || start + length > bytes.length) break;
    objects.push({ id, data: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return objects;
}

/** Version 1: a byte with the length in its low five bits, the id, and the rest of that length. */
export function readObjectsV1(bytes: Uint8Array): readonly BthomeObject[] {
  const objects: BthomeObject[] = [];
  let at = 0;
  while (at + 1 < bytes.length) {
    const end = at + 1 + (bytes[at]! & 0x1f);
    if (end > bytes.length || end < at + 2) break;
    objects.push({ id: bytes[at + 1]!, data: bytes.subarray(at + 2, end) });
    at = end;
  }
  return objects;
}
