import { createCipheriv } from "node:crypto";

const BLOCK_BYTES = 16;
/** The constant Rb of RFC 4493, section 2.3, for blocks of 128 bits. */
const RB = 0x87;

/** AES-128-CMAC of `message` under a key of 16 bytes: 16 bytes. RFC 4493, section 2.4. */
export function aesCmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(message.length / BLOCK_BYTES));
  const whole = message.length > 0 && message.length % BLOCK_BYTES === 0;
  const padded = new Uint8Array(blocks * BLOCK_BYTES);
  padded.set(message);
  if (!whole) padded[message.length] = 0x80;
  const k1 = double(encryptBlock(key, new Uint8Array(BLOCK_BYTES)));
  const last = whole ? k1 : double(k1);
  const start = padded.length - BLOCK_BYTES;
  for (let i = 0; i < BLOCK_BYTES; i++) padded[start + i]! ^= last[i]!;
  const cbc = createCipheriv("aes-128-cbc", key, new Uint8Array(BLOCK_BYTES)).setAutoPadding(false);
  return Uint8Array.from(cbc.update(padded).subarray(start));
}

function encryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  return createCipheriv("aes-128-ecb", key, null).setAutoPadding(false).update(block);
}

/** Doubles in GF(2^128): how the subkeys K1 and K2 are made (RFC 4493, section 2.3). */
function double(block: Uint8Array): Uint8Array {
  const doubled = new Uint8Array(BLOCK_BYTES);
  for (let i = 0; i < BLOCK_BYTES; i++) doubled[i] = ((block[i]! << 1) | ((block[i + 1] ?? 0) >> 7)) & 0xff;
  if (block[0]! & 0x80) doubled[BLOCK_BYTES - 1]! ^= RB;
  return doubled;
}
