import type { PhoneAnswer, PhoneMessage } from "./phone-message.ts";

/** One offer on one phone, with its end. */
export interface PhoneOffer {
  readonly responder: string;
  readonly message: PhoneMessage;
  readonly at: number;
  version: number;
  /** The last answer that the gateway took. */
  answered: PhoneAnswer | null;
  withdrawn: { readonly at: number; readonly reason: string | null } | null;
  /** What the gateway said to the last answer, when it did not take it. */
  trouble: string | null;
}

/** What the page and the control socket see: never the token. */
export const shown = (offer: PhoneOffer): unknown => ({
  ...offer,
  message: { ...offer.message, answer: null, link: null },
  answerable: offer.message.answer !== null,
  openable: offer.message.link !== null,
});
