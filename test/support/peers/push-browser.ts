import assert from "node:assert/strict";
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from "node:crypto";
import type { PushSubscription } from "../../../gateway/core/push-subscription.ts";
import type { PeerRequest } from "./http-peer.ts";

const hkdf = (secret: Buffer, salt: Buffer, info: Buffer | string, bytes: number): Buffer =>
  Buffer.from(hkdfSync("sha256", secret, salt, info, bytes));

/** What a browser does with a push message: its own keys, and reading what was sealed for it (RFC 8291, RFC 8188). */
export class PushBrowser {
  readonly #pair = createECDH("prime256v1");
  readonly #auth = randomBytes(16);

  constructor() {
    this.#pair.generateKeys();
  }

  subscription(endpoint: string): PushSubscription {
    return {
      endpoint,
      keys: { p256dh: this.#pair.getPublicKey("base64url"), auth: this.#auth.toString("base64url") },
    };
  }

  /** Opens the body of a request; throws where it was sealed for somebody else. */
  open({ bytes, headers }: PeerRequest): unknown {
    assert.equal(headers["content-encoding"], "aes128gcm");
    const salt = bytes.subarray(0, 16);
    const keyLength = bytes[20]!;
    const theirs = bytes.subarray(21, 21 + keyLength);
    const sealed = bytes.subarray(21 + keyLength);
    const info = Buffer.concat([Buffer.from("WebPush: info\0"), this.#pair.getPublicKey(), theirs]);
    const secret = hkdf(this.#pair.computeSecret(theirs), this.#auth, info, 32);
    const key = hkdf(secret, salt, "Content-Encoding: aes128gcm\0", 16);
    const nonce = hkdf(secret, salt, "Content-Encoding: nonce\0", 12);
    const decipher = createDecipheriv("aes-128-gcm", key, nonce);
    decipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    const end = plain.lastIndexOf(2);
    return JSON.parse(plain.subarray(0, end).toString("utf8"));
  }
}

/** Checks who sent a request (RFC 8292), and gives what the sender says of itself. */
export function senderOf({ headers }: PeerRequest): {
  readonly aud: string;
  readonly sub: string;
  readonly exp: number;
  readonly publicKey: string;
} {
  const [, token = "", publicKey = ""] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(headers.authorization ?? "") ?? [];
  const point = Buffer.from(publicKey, "base64url");
  const [head = "", claims = "", signature = ""] = token.split(".");
  const key = createPublicKey({
    key: {
      kty: "EC",
      crv: "P-256",
      x: point.subarray(1, 33).toString("base64url"),
      y: point.subarray(33).toString("base64url"),
    },
    format: "jwk",
  });
  const isGood = verify(
    "sha256",
    Buffer.from(`${head}.${claims}`),
    { key, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  assert.ok(isGood, "the signature of the sender");
  const said = JSON.parse(Buffer.from(claims, "base64url").toString()) as { aud: string; sub: string; exp: number };
  return { ...said, publicKey };
}
