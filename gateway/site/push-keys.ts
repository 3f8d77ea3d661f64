import { createECDH, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { GatewayError } from "../core/errors.ts";

/** The order of P-256 (FIPS 186-4, D.1.2.3). */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * What notifications of browsers need of the site's key file: a key pair for the push services, and the signature of a
 * person's link. Worked out anew at each start, so that there is nothing to lose but the key file itself.
 */
export class PushKeys {
  #key: Buffer | null = null;

  /** `key`: what the key file holds. */
  open(key: Buffer): void {
    this.#key = key;
  }

  /** RFC 8292's key pair in base64url: a private number from extra random bits (FIPS 186-4, B.4.1). */
  get vapid(): { readonly publicKey: string; readonly privateKey: string } {
    const number = (BigInt(`0x${this.#derive("push services", 48).toString("hex")}`) % (P256_ORDER - 1n)) + 1n;
    const pair = createECDH("prime256v1");
    pair.setPrivateKey(Buffer.from(number.toString(16).padStart(64, "0"), "hex"));
    return {
      publicKey: pair.getPublicKey("base64url"),
      privateKey: Buffer.from(number.toString(16).padStart(64, "0"), "hex").toString("base64url"),
    };
  }

  token(link: string): string {
    return createHmac("sha256", this.#derive("push links", 32)).update(link).digest("base64url");
  }

  /** Whether `token` was made for this link; takes the same time whatever it is. */
  verify(link: string, token: string): boolean {
    const [expected, given] = [Buffer.from(this.token(link)), Buffer.from(token)];
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  #derive(use: string, bytes: number): Buffer {
    if (!this.#key) throw new GatewayError("not-reachable", "the key file was not read yet");
    return Buffer.from(hkdfSync("sha256", this.#key, "", use, bytes));
  }
}
