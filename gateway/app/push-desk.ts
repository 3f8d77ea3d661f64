import { GatewayError } from "../core/errors.ts";
import type { DirectoryEvent } from "../core/events.ts";
import { subscriptionFault, writeSubscription, type PushSubscription } from "../core/push-subscription.ts";
import type { State } from "../core/state.ts";
import { days, hours, type EpochMs } from "../core/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { PushDesk } from "../ports/push.ts";

/** A person's link lives so long: whoever finds it later switches nobody's calls to another telephone. */
const LINK_MS = days(7);
/** Within an hour one person changes browsers this often at most. */
const CHANGES_MAX = 10;
const CHANGES_SPAN_MS = hours(1);

export interface PushKeyring {
  readonly vapid: { readonly publicKey: string };
  token(link: string): string;
  verify(link: string, token: string): boolean;
}

export interface BrowserPushParts {
  /** The entry of `volunteers` that browsers are contacts on. */
  readonly channel: string;
  /** Push services in one's own network are allowed. */
  readonly isLocal: boolean;
  readonly keys: PushKeyring;
  readonly clock: Clock;
  readonly state: () => State;
  readonly save: (events: readonly DirectoryEvent[]) => Promise<unknown>;
  /** Where the pages are opened from outside; null: nowhere. */
  readonly pagesUrl: string | null;
}

/** Lets people make their own browser one of their contacts. */
export class BrowserPush implements PushDesk {
  readonly #parts: BrowserPushParts;
  /** When each person changed browsers lately. */
  readonly #changes = new Map<string, readonly EpochMs[]>();

  constructor(parts: BrowserPushParts) {
    this.#parts = parts;
  }

  get publicKey(): string {
    return this.#parts.keys.vapid.publicKey;
  }

  invite(responder: string): { link: string; expiresAt: EpochMs } {
    const { pagesUrl, keys, clock } = this.#parts;
    this.#find(responder);
    if (pagesUrl === null)
      throw new GatewayError("bad-input", "http.publicUrl is not set in okc.yaml: nobody could open the link");
    const expiresAt = clock.wall() + LINK_MS;
    const link = Buffer.from(`${expiresAt} ${responder}`).toString("base64url");
    return { link: `${pagesUrl}/notify/${link}#${keys.token(link)}`, expiresAt };
  }

  holderOf(link: string, token: string): string | null {
    const { keys, clock } = this.#parts;
    if (!keys.verify(link, token)) return null;
    const [, expiresAt = "0", responder = ""] = /^(\d+) (.+)$/.exec(Buffer.from(link, "base64url").toString()) ?? [];
    return Number(expiresAt) > clock.wall() ? responder : null;
  }

  isSubscribed(responder: string): boolean {
    return this.#contactOf(responder) !== undefined;
  }

  async subscribe(responder: string, subscription: PushSubscription): Promise<void> {
    const { channel, isLocal, state, save } = this.#parts;
    this.#find(responder);
    const fault = subscriptionFault(subscription, isLocal);
    if (fault !== null) throw new GatewayError("bad-input", `this browser's subscription cannot be used: ${fault}`);
    const address = writeSubscription(subscription);
    const known = this.#contactOf(responder);
    if (known?.address === address) return;
    this.#noteChange(responder);
    const orders = (state().contacts.get(responder) ?? []).map(({ order }) => order);
    const order = known?.order ?? Math.max(0, ...orders) + 1;
    const personal = { person: `responder:${responder}`, data: { address } };
    await save([{ kind: "contact-saved", responder, channel, order, personal }]);
  }

  #contactOf(responder: string) {
    const { channel, state } = this.#parts;
    return state()
      .contacts.get(responder)
      ?.find((contact) => contact.channel === channel);
  }

  #find(responder: string): void {
    if (!this.#parts.state().responders.get(responder))
      throw new GatewayError("not-found", `no responder ${responder}; see okc responders`);
  }

  #noteChange(responder: string): void {
    const now = this.#parts.clock.now();
    const recent = (this.#changes.get(responder) ?? []).filter((at) => at + CHANGES_SPAN_MS > now);
    if (recent.length >= CHANGES_MAX)
      throw new GatewayError("too-many", "this person changed browsers too often; wait an hour");
    this.#changes.set(responder, [...recent, now]);
  }
}
