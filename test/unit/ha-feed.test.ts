import assert from "node:assert/strict";
import { DEVICE_ENTITIES, type HaSite } from "../../gateway/app/ha-entities.ts";
import { DEVICES_MAX, HaFeed } from "../../gateway/app/ha-feed.ts";
import type { StoredEvent } from "../../gateway/ports/journal.ts";
import { device } from "../support/core-community.ts";
import { CoreHome } from "../support/core-home.ts";
import { TestClock } from "../support/test-clock.ts";

const SITE: HaSite = {
  node: "okc_g",
  base: "okc/ha/g",
  prefix: "homeassistant",
  name: "site",
  version: "1.0.0",
  language: "en",
  names: false,
  receivers: 1,
};

/** A feed beside a core, and what it publishes. */
class Fed {
  readonly clock = new TestClock();
  readonly kept = new Map<string, string>();
  readonly told: string[] = [];
  published = 0;
  dropped = 0;
  readonly feed: HaFeed;

  constructor(home: CoreHome) {
    this.feed = new HaFeed({
      state: () => home.state,
      clock: this.clock,
      meter: {
        count: (name) => void (this.dropped += Number(name === "okc_ha_dropped_total")),
        gauge: () => undefined,
        observe: () => undefined,
      },
      announcer: {
        announce: (topic, text) => {
          this.published++;
          if (text === "") this.kept.delete(topic);
          else this.kept.set(topic, text);
        },
        tell: (topic) => void this.told.push(topic),
        onReady: (run) => run(),
      },
      site: SITE,
    });
  }

  get devices(): number {
    return [...this.kept.keys()].filter((topic) => /\/[0-9a-f]{16}\/state$/.test(topic)).length;
  }
}

const committed = (home: CoreHome): StoredEvent[] =>
  home.events.map((event, seq) => ({
    seq,
    at: home.now,
    notLogged: false,
    event: event as unknown as StoredEvent["event"],
  }));

describe("What Home Assistant is told", () => {
  it("comes a few devices at a time, and of so many devices at most; those beyond are counted", async () => {
    const people = Array.from({ length: DEVICES_MAX + 50 }, (_, n) => device(n.toString(16), null));
    const fed = new Fed(new CoreHome({ people }));
    await fed.clock.forward(100);
    assert.ok(fed.devices > 0 && fed.devices <= 10, String(fed.devices));
    await fed.clock.forward(60_000);
    assert.equal(fed.devices, DEVICES_MAX);
    assert.equal(fed.dropped, 50);
    assert.ok(fed.kept.size <= (DEVICES_MAX + 1) * (DEVICE_ENTITIES.length + 1) + 1);
  });

  it("is said once: what did not change is not published again, and a device that is gone takes all of it along", async () => {
    const home = new CoreHome();
    const fed = new Fed(home);
    await fed.clock.forward(5_000);
    const before = fed.published;
    fed.feed.note(committed(home));
    await fed.clock.forward(5_000);
    assert.equal(fed.published, before);
    const { size } = fed.kept;
    home.clear();
    home.deviceAct("retire");
    fed.feed.note(committed(home));
    await fed.clock.forward(5_000);
    assert.equal(fed.kept.size, size - DEVICE_ENTITIES.length - 1);
  });

  it("hears of a call of an enrolled device only, and ends with *offline*", async () => {
    const home = new CoreHome();
    const fed = new Fed(home);
    home.report("emergency", { address: "dead" });
    home.press();
    fed.feed.note(committed(home));
    assert.equal(fed.told.length, 1);
    fed.feed.stop();
    assert.equal(fed.kept.get("okc/ha/g/availability"), "offline");
    const { published } = fed;
    fed.feed.announceAll();
    await fed.clock.forward(5_000);
    assert.equal(fed.published, published, "nothing after its end");
  });
});
