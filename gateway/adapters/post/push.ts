import { createHash } from "node:crypto";
import { lookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import type * as WebPush from "web-push";
import { readSubscription, subscriptionFault, type PushSubscription } from "../../core/push-subscription.ts";
import { hours, type DurationMs, type EpochMs } from "../../core/units.ts";
import type { PersonMessage } from "../../ports/channel.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Sender, Try, Verdict } from "../../ports/sender.ts";
import { httpVerdict } from "./http-verdict.ts";
import type { PostLimits } from "./post-limits.ts";
import { Poster, type PostResult } from "./poster.ts";

/** The gateway's key pair for push services (RFC 8292), in base64url. */
export interface VapidKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

export interface PushParts {
  /** Where a push service reaches us: `mailto:` or `https:`. */
  readonly subject: string;
  /** Asked at the start. */
  readonly keys: () => VapidKeys;
  /** Push services in one's own network are allowed, and without TLS. */
  readonly isLocal: boolean;
  /** Whether an address is one of the public internet. */
  readonly isPublic: (address: string) => boolean;
  readonly clock: Clock;
  readonly limits?: Partial<PostLimits>;
}

/** How long a push service keeps what it cannot deliver (RFC 8030, 5.2): a late call is worse than none, a late end is not. */
const TTL_MS: Readonly<Record<PersonMessage["type"], DurationMs>> = {
  offer: hours(1),
  withdrawn: hours(12),
  notice: hours(12),
  "contact-test": hours(12),
};

type Library = Pick<typeof WebPush, "generateRequestDetails">;

/**
 * Notifications of browsers (Web Push: RFC 8030, 8291, 8292), encrypted for the browser alone. 201 is `sent`: that the
 * push service has it, and nothing more. 404 and 410: the subscription is no more.
 */
export class PushSender implements Sender<PersonMessage> {
  readonly place = "the browser's push service";
  readonly #parts: PushParts;
  readonly #poster: Poster;
  #library: Library | null = null;
  #keys: VapidKeys | null = null;

  constructor(parts: PushParts) {
    this.#parts = parts;
    const { clock, limits = {}, isLocal, isPublic } = parts;
    this.#poster = new Poster({
      clock,
      limits,
      reads: "status",
      ...(!isLocal && { lookup: publicLookup(isPublic) }),
    });
  }

  async open(): Promise<void> {
    const module = await import("web-push");
    this.#library = (module as { default?: Library }).default ?? module;
    this.#keys = this.#parts.keys();
    await this.#poster.open("https://push", ...(this.#parts.isLocal ? ["http://push"] : []));
  }

  async send(message: PersonMessage, { wallAt }: Try): Promise<Verdict> {
    const { isLocal, isPublic } = this.#parts;
    const subscription = readSubscription(message.address);
    if (!subscription) return refused("no subscription", "the person's browser is not subscribed");
    const host = new URL(subscription.endpoint, "https://x").hostname.replace(/^\[|\]$/g, "");
    const fault =
      subscriptionFault(subscription, isLocal) ??
      (!isLocal && isIP(host) !== 0 && !isPublic(host) ? "endpoint is in a local network" : null);
    if (fault !== null) return refused("bad subscription", `the browser's subscription cannot be used: ${fault}`);
    const post = this.#seal(message, subscription);
    if (!post) return refused("bad subscription", "the browser's keys cannot be used");
    return verdictOn(await this.#poster.post(post), message, wallAt);
  }

  close(): Promise<void> {
    return this.#poster.close();
  }

  #seal(message: PersonMessage, { endpoint, keys }: PushSubscription) {
    const { subject } = this.#parts;
    try {
      const { headers, body } = this.#library!.generateRequestDetails({ endpoint, keys }, payloadOf(message), {
        vapidDetails: { subject, ...this.#keys! },
        TTL: TTL_MS[message.type] / 1_000,
        urgency: "offer" in message ? "high" : "normal",
        topic: topicOf(tagOf(message)),
        contentEncoding: "aes128gcm",
      });
      const texts = Object.entries(headers as Record<string, unknown>).map(([name, value]) => [name, String(value)]);
      return { url: endpoint, headers: Object.fromEntries(texts) as Record<string, string>, body: body! };
    } catch {
      return null;
    }
  }
}

/** One call on the screen, whose end takes its place. */
const tagOf = (message: PersonMessage): string => ("offer" in message ? message.offer.id : message.key);

/** At most 32 characters of base64url (RFC 8030, 5.4), from which nothing can be read. */
const topicOf = (tag: string): string => createHash("sha256").update(tag).digest("base64url").slice(0, 32);

/** What the service worker shows: no more than the page behind the link. */
const payloadOf = (message: PersonMessage): string =>
  JSON.stringify({
    type: message.type,
    title: message.words.title,
    body: message.words.text,
    tag: tagOf(message),
    link: message.link,
  });

const refused = (reason: string, detail: string): Verdict => ({
  fate: "failed",
  works: null,
  result: "refused",
  reason,
  detail,
});

function verdictOn(result: PostResult, { responder, address }: PersonMessage, wallAt: EpochMs): Verdict {
  if (result.kind === "unreached" && result.why === INTO_LOCAL)
    return refused("bad subscription", `the browser's subscription cannot be used: ${INTO_LOCAL}`);
  const verdict = httpVerdict(result, wallAt);
  if (result.kind === "unreached" || verdict.fate !== "failed") return verdict;
  switch (result.status) {
    case 404:
    case 410:
      return {
        ...verdict,
        detail: `HTTP ${result.status}: the browser is no longer subscribed`,
        gone: { responder, address },
      };
    case 401:
    case 403:
      return { ...verdict, works: false, detail: `HTTP ${result.status}: our key is refused; check the clock` };
    default:
      return verdict;
  }
}

const INTO_LOCAL = "the push service's name leads into a local network";

/** The system's look-up, which does not lead into a local network: an endpoint is what somebody sent us. */
const publicLookup =
  (isPublic: PushParts["isPublic"]): LookupFunction =>
  (host, options, done) =>
    lookup(host, options, (error, found, family) => {
      const all = typeof found === "string" ? [found] : ((found as { address: string }[] | undefined) ?? []);
      const isWrong = !error && !all.every((one) => isPublic(typeof one === "string" ? one : one.address));
      done(isWrong ? new Error(INTO_LOCAL) : error, found, family);
    });
