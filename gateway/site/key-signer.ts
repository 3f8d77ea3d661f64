import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { OfferSigner } from "../app/render.ts";
import type { Config } from "../config.ts";
import { GatewayError } from "../core/errors.ts";
import type { PublicProof } from "../core/state.ts";

/** Where the pages are reached on this machine. */
export const localUrlOf = ({ listen, tls }: Config["http"]): string =>
  `${tls ? "https" : "http"}://${listen.host}:${listen.port}`;

/** Signs offers with a key derived from the site's key file; a token says nothing by itself. */
export class KeySigner implements OfferSigner {
  readonly #config: Config;
  #secret: Buffer | null = null;

  constructor(config: Config) {
    this.#config = config;
  }

  /** `key`: what the key file holds. */
  open(key: Buffer): void {
    this.#secret = Buffer.from(hkdfSync("sha256", key, "", "offer answers", 32));
  }

  link(of: string, proof: PublicProof | null, page: "o" | "t" = "o"): string | null {
    const base = this.#proved(proof);
    return base && `${base}/${page}/${of}#${this.token(of)}`;
  }

  desk(alarm: string, proof: PublicProof | null): string | null {
    const base = this.#proved(proof);
    return base && `${base}/#alarm=${alarm}`;
  }

  #proved(proof: PublicProof | null): string | null {
    const { publicUrl } = this.#config.http;
    if (publicUrl !== null && proof?.url === publicUrl) return publicUrl;
    // All phones of a demo are simulated on this machine: it is their network.
    return this.#config.site.demo ? this.#local : null;
  }

  url(offer: string): string {
    return `${this.#config.http.publicUrl ?? this.#local}/api/offers/${offer}/answer`;
  }

  get #local(): string {
    return localUrlOf(this.#config.http);
  }

  token(offer: string): string {
    if (!this.#secret) throw new GatewayError("not-reachable", "the key file was not read yet");
    return createHmac("sha256", this.#secret).update(offer).digest("base64url");
  }

  /** Whether `token` was made for this offer; takes the same time whatever it is. */
  verify(offer: string, token: string): boolean {
    const expected = Buffer.from(this.token(offer));
    const given = Buffer.from(token);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}
