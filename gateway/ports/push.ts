import type { PushSubscription } from "../core/push-subscription.ts";
import type { EpochMs } from "../core/units.ts";

/** Notifications of browsers, as people switch them on for themselves. */
export interface PushDesk {
  /** The gateway's key for push services (RFC 8292), in base64url. */
  readonly publicKey: string;
  /** A page on which this person can switch notifications on. Throws GatewayError where nobody outside could open it. */
  invite(responder: string): { readonly link: string; readonly expiresAt: EpochMs };
  /** Whom that link was made for; null: the token is not the link's, or its time is over. */
  holderOf(link: string, token: string): string | null;
  isSubscribed(responder: string): boolean;
  /** From now on this browser is a contact of the person, in the place of an earlier one. Throws GatewayError. */
  subscribe(responder: string, subscription: PushSubscription): Promise<void>;
}
