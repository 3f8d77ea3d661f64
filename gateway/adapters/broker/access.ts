import { createHash, timingSafeEqual } from "node:crypto";
import type { MqttDefinition } from "../../core/definition.ts";
import type { RadioAccount, ReportSink } from "../../ports/radio.ts";
import { coversFilter, matchesFilter } from "./topic-filter.ts";

/** What nobody's password hashes to, as far as anyone knows: an unknown user costs the same comparison. */
const NOBODY = createHash("sha256").update("no such account").digest();

const NO_TOPICS = { publish: [], subscribe: [] };

/** Who may connect, publish and subscribe: accounts come from the sink, topics from the account's definition. */
export class Access {
  readonly #sink: ReportSink;
  readonly #definitions: ReadonlyMap<string, MqttDefinition>;

  constructor(sink: ReportSink, definitions: readonly MqttDefinition[]) {
    this.#sink = sink;
    this.#definitions = new Map(definitions.map((each) => [each.bridge, each]));
  }

  /**
   * The account that the password opens, or null. Device passwords are 128 random bits, so a plain SHA-256 in
   * constant time is enough, and a storm of thousands that reconnect is not held up by hashing.
   */
  authenticate(user: string, password: Uint8Array): RadioAccount | null {
    const account = this.#sink.account(user);
    const kept = Buffer.from(account?.passwordSha256 ?? "", "hex");
    const given = createHash("sha256").update(password).digest();
    const matches = timingSafeEqual(given, kept.length === given.length ? kept : NOBODY);
    return account && matches && kept.length === given.length ? account : null;
  }

  /** The account as it is now, or null when it was removed or its password changed since the client connected. */
  current(account: RadioAccount): RadioAccount | null {
    const now = this.#sink.account(account.user);
    return now && now.passwordSha256 === account.passwordSha256 ? now : null;
  }

  definitionOf(account: RadioAccount): MqttDefinition | undefined {
    return this.#definitions.get(account.bridge);
  }

  mayPublish(account: RadioAccount, topic: string): boolean {
    const isAllowed = this.#filtersOf(account).publish.some((filter) => matchesFilter(filter, topic));
    return isAllowed || (this.#announces(account) && isForeign(topic));
  }

  /** Whether the account may subscribe to a filter, or be given a message on a topic. */
  mayRead(account: RadioAccount, filter: string): boolean {
    const isAllowed = this.#filtersOf(account).subscribe.some((allowed) => coversFilter(allowed, filter));
    return isAllowed || (this.#announces(account) && isForeign(filter));
  }

  /** Its devices speak on any topics, which they announce. */
  #announces(account: RadioAccount): boolean {
    return account.address === null && this.definitionOf(account)?.announcedTopics !== undefined;
  }

  #filtersOf(account: RadioAccount): { readonly publish: readonly string[]; readonly subscribe: readonly string[] } {
    const definition = this.definitionOf(account);
    if (!definition) return NO_TOPICS;
    return (account.address === null ? definition.bridgeTopics : definition.topicsOf?.(account.address)) ?? NO_TOPICS;
  }
}

/** Neither ours, nor a pattern that ours could match, nor a broker's own. */
const isForeign = (filter: string): boolean => !/^(?:okc|[+#]|\$[^/]*)(?:\/|$)/.test(filter);
