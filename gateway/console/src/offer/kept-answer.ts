import type { Pending } from "./answer-queue.ts";

const keyOf = (offer: string): string => `okc-answer ${offer}`;

/** Keeps what has not been sent over a reload of the page. Nothing of the call itself is kept on the phone. */
export function storePending(offer: string, items: readonly Pending[]): void {
  try {
    if (items.length > 0) localStorage.setItem(keyOf(offer), JSON.stringify(items));
    else localStorage.removeItem(keyOf(offer));
  } catch {
    // Some browsers within messengers keep nothing; then it lives as long as the page.
  }
}

export function recallPending(offer: string): readonly Pending[] {
  try {
    return JSON.parse(localStorage.getItem(keyOf(offer)) ?? "[]") as readonly Pending[];
  } catch {
    return [];
  }
}
