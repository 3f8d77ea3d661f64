import assert from "node:assert/strict";
import { lineOf } from "../../gateway/core/evolve-news.ts";
import { findNews, newsKey, readNewsKey } from "../../gateway/core/news.ts";
import type { WaitingNews } from "../../gateway/core/news-events.ts";
import { writeState } from "../../gateway/core/state.ts";
import type { Input } from "../../gateway/core/input.ts";
import type { Decision } from "../../gateway/core/step.ts";
import { CoreHome, type CoreHomeOptions } from "./core-home.ts";

/** News as it left. */
interface Told extends WaitingNews {
  readonly key: string;
  readonly platform: string;
  readonly changed: NonNullable<WaitingNews["changed"]>;
}

const PLATFORM = "81890";

/** The core of a site that tells one city platform, or several, the life of every alarm. */
export class TellingHome extends CoreHome {
  /** Everything that left, in order; a repeat under the same key too. */
  readonly #told: Told[] = [];

  constructor({ facilities, ...options }: CoreHomeOptions = {}) {
    super({ ...options, facilities: { platforms: [PLATFORM], ...facilities } });
  }

  override decide(input: Input): Decision {
    const decision = super.decide(input);
    for (const effect of decision.effects) {
      const found = effect.do === "deliver" ? findNews(this.state, effect.key) : null;
      if (found && effect.do === "deliver")
        this.#told.push({
          ...found.news,
          changed: found.news.changed ?? [],
          key: effect.key,
          platform: found.platform,
        });
    }
    return decision;
  }

  told(platform = PLATFORM): Told[] {
    return this.#told.filter((one) => one.platform === platform);
  }

  /** What becomes of the step of the newest alarm that is on its way to a platform. */
  newsReceipt(status: "received" | "failing" | "failed", detail: string | null = null, platform = PLATFORM): void {
    const [first] = lineOf(this.alarm, platform).waiting;
    this.receipt(newsKey(this.alarm.id, first!.seq, platform), status, detail);
  }

  /** The platform takes everything that waits. */
  takeNews(platform = PLATFORM): void {
    while (this.alarms.length > 0 && lineOf(this.alarm, platform).waiting.length > 0)
      this.newsReceipt("received", null, platform);
  }

  /** The journal alone gives the same state. */
  assertFolded(): void {
    assert.equal(writeState(this.folded), writeState(this.state));
    for (const { key } of this.#told) assert.ok(readNewsKey(key));
  }
}
