import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The length of every key here, in bytes. */
export const KEY_BYTES = 32;

/** How many bytes `seal` adds to what it seals. */
export const SEAL_BYTES = NONCE_BYTES + TAG_BYTES;

/** AES-256-GCM under a fresh random nonce: nonce, ciphertext, tag. `binding` must be given again to open it. */
export function seal(key: Uint8Array, plain: string | Uint8Array, binding: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce);
  cipher.setAAD(Buffer.from(binding, "utf8"));
  const text = typeof plain === "string" ? Buffer.from(plain, "utf8") : plain;
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

/** Opens what `seal` made; null when key or binding are others, or a bit has changed. */
export function unseal(key: Uint8Array, sealed: Uint8Array, binding: string): Buffer | null {
  if (sealed.length < SEAL_BYTES) return null;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(binding, "utf8"));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const open = decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES));
  try {
    return Buffer.concat([open, decipher.final()]);
  } catch {
    return null;
  }
}

/** A key for one purpose out of the key file's (HKDF-SHA-256, RFC 5869). */
export function deriveKey(key: Uint8Array, purpose: string, salt: Uint8Array = new Uint8Array()): Buffer {
  return Buffer.from(hkdfSync("sha256", key, salt, `okc ${purpose}`, KEY_BYTES));
}
