/** Where a browser is reached, as it gives it (W3C Push API): the address of a contact on a channel of kind `push`. */
export interface PushSubscription {
  /** Of the browser maker's push service; whoever knows it can reach the browser with our key only. */
  readonly endpoint: string;
  readonly keys: {
    /** The browser's public key, 65 bytes in base64url. */
    readonly p256dh: string;
    /** 16 bytes in base64url. */
    readonly auth: string;
  };
}

export const ENDPOINT_MAX_CHARS = 1_000;
/** An uncompressed point of P-256, and 16 bytes. */
const P256DH = /^B[\w-]{86}$/;
const AUTH = /^[\w-]{22}$/;

/** What is wrong with it, in a few words; null: nothing. `isLocal`: push services in one's own network are allowed. */
export function subscriptionFault({ endpoint, keys }: PushSubscription, isLocal: boolean): string | null {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (!url || endpoint.length > ENDPOINT_MAX_CHARS || url.username !== "" || url.password !== "")
    return "endpoint is no address of a push service";
  if (url.protocol !== "https:" && !(isLocal && url.protocol === "http:")) return "endpoint must begin with https://";
  return P256DH.test(keys.p256dh) && AUTH.test(keys.auth) ? null : "keys are not those of a browser";
}

/** As a contact's address is kept. */
export const writeSubscription = ({ endpoint, keys: { p256dh, auth } }: PushSubscription): string =>
  JSON.stringify({ endpoint, keys: { p256dh, auth } });

/** Null: it is no subscription. */
export function readSubscription(address: string): PushSubscription | null {
  try {
    const { endpoint, keys } = JSON.parse(address) as Partial<PushSubscription>;
    const { p256dh, auth } = keys ?? {};
    return typeof endpoint === "string" && typeof p256dh === "string" && typeof auth === "string"
      ? { endpoint, keys: { p256dh, auth } }
      : null;
  } catch {
    return null;
  }
}
