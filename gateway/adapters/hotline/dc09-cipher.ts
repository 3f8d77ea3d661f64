import { createCipheriv, createDecipheriv, randomInt } from "node:crypto";

const BLOCK_BYTES = 16;

/** A key for each frame is not DC-09's: the vector is all zeros, and what differs is the padding in front. */
const ZERO_VECTOR = Buffer.alloc(BLOCK_BYTES);

/** What the padding is drawn from: all that is printed but `[`, `]` and `|`, so that no receiver takes a zero byte for an end. */
const PAD_ALPHABET = Array.from({ length: 0x7e - 0x21 + 1 }, (_, index) => String.fromCharCode(0x21 + index))
  .filter((sign) => !"[]|".includes(sign))
  .join("");

const algorithmOf = (key: Buffer): string => `aes-${key.length * 8}-cbc`;

/** 1 to 16 characters in front of `content`, so that both together are whole blocks. */
export function paddingFor(content: string, sign = () => PAD_ALPHABET[randomInt(PAD_ALPHABET.length)]!): string {
  return Array.from({ length: BLOCK_BYTES - (content.length % BLOCK_BYTES) }, sign).join("");
}

/** The hex digits of whole blocks of `text` (latin1), AES-CBC under a key of 16, 24 or 32 bytes. */
export function encrypt(text: string, key: Buffer): string {
  const cipher = createCipheriv(algorithmOf(key), key, ZERO_VECTOR).setAutoPadding(false);
  return Buffer.concat([cipher.update(text, "latin1"), cipher.final()])
    .toString("hex")
    .toUpperCase();
}

/** The text of hex digits in either case; what stands past the last whole block is left out. Empty: there is no block. */
export function decrypt(hex: string, key: Buffer): string {
  const blocks = Buffer.from(hex.slice(0, hex.length - (hex.length % (2 * BLOCK_BYTES))), "hex");
  const decipher = createDecipheriv(algorithmOf(key), key, ZERO_VECTOR).setAutoPadding(false);
  return Buffer.concat([decipher.update(blocks), decipher.final()]).toString("latin1");
}
