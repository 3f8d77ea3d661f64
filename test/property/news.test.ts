import assert from "node:assert/strict";
import fc from "fast-check";
import { lineOf, NEWS_WAITING_MAX } from "../../gateway/core/evolve-news.ts";
import { minutes } from "../../gateway/core/units.ts";
import { CHEN, WANG } from "../support/core-home.ts";
import { TellingHome } from "../support/news.ts";

const PLATFORM = "81890";

/** What may happen between a press and the end, and what the platform's side does meanwhile. */
const HAPPENINGS: Readonly<Record<string, (home: TellingHome) => void>> = {
  press: (home) => void home.report("emergency"),
  "ask to cancel": (home) => void home.cancel(),
  take: (home) => void home.act("take", { by: WANG }),
  release: (home) => void home.act("release", { by: WANG }),
  "verify the cancel": (home) => void home.act("verify-cancel", { by: CHEN }),
  note: (home) => void home.act("note", { by: CHEN, text: "门开着" }),
  "a volunteer comes": (home) => void home.answer("v1", "accept"),
  "a volunteer is there": (home) => void home.answer("v1", "arrive"),
  "a volunteer cannot come": (home) => void home.answer("v2", "decline"),
  "the platform takes it": (home) => void home.platformAct("taken"),
  "the platform gives it back": (home) => void home.platformAct("rejected"),
  "ten minutes pass": (home) => home.forward(minutes(10)),
  restart: (home) => home.restart(),
  "a step is taken": (home) => settle(home, "received"),
  "a step is refused": (home) => settle(home, "failed"),
  "a step does not get through": (home) => settle(home, "failing"),
  "the platform is well for a while": (home) => home.takeNews(),
};

function settle(home: TellingHome, status: "received" | "failed" | "failing"): void {
  if (lineOf(home.alarm, PLATFORM).waiting.length > 0) home.newsReceipt(status, status);
}

describe("The life of an alarm at a city platform, whatever happens", function () {
  this.timeout(120_000);

  it("comes in order, without a gap, bounded, and with the end at the end", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...Object.keys(HAPPENINGS)), { maxLength: 60 }), (names) => {
        const home = new TellingHome();
        home.press();
        for (const name of names) {
          HAPPENINGS[name]!(home);
          assert.ok(lineOf(home.alarm, PLATFORM).waiting.length <= NEWS_WAITING_MAX + 1, "bounded");
        }
        home.act("resolve", { by: CHEN, outcome: "helped-on-site" });
        home.takeNews();
        const keys = new Set<string>();
        const first = home.told().filter(({ key }) => !keys.has(key) && keys.add(key));
        assert.deepEqual(
          first.map(({ seq }) => seq),
          first.map((_, at) => at + 1),
          "each step once, in order, none missing",
        );
        assert.equal(first[0]!.type, "raised");
        assert.equal(first.at(-1)!.type, "closed");
        const newest = [...home.told()].reduce((highest, { seq }) => {
          assert.ok(seq >= highest, "nothing leaves again once a later step has left");
          return seq;
        }, 0);
        assert.equal(newest, lineOf(home.alarm, PLATFORM).told);
        home.assertFolded();
      }),
      { numRuns: 150 },
    );
  });
});
