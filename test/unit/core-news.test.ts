import assert from "node:assert/strict";
import { FORGET_AFTER_MS } from "../../gateway/core/acts.ts";
import { ANSWERS_KEPT_MS, ANSWERS_MAX, lineOf, NEWS_WAITING_MAX } from "../../gateway/core/evolve-news.ts";
import { findNews, newsKey, NEWS_KEPT_MS } from "../../gateway/core/news.ts";
import type { NewsType } from "../../gateway/core/news-events.ts";
import { planSalvage } from "../../gateway/core/salvage.ts";
import { evolve } from "../../gateway/core/evolve.ts";
import { readState, siteOf, writeState } from "../../gateway/core/state.ts";
import { hours, minutes } from "../../gateway/core/units.ts";
import { TellingHome } from "../support/news.ts";
import { COMMUNITY } from "../support/core-community.ts";
import { CHEN, GATEWAY_ID } from "../support/core-home.ts";

const told = (home: TellingHome, platform?: string): NewsType[] => home.told(platform).map(({ type }) => type);

describe("The life of an alarm for city platforms", () => {
  it("is told from raised to closed, each step once and in order", () => {
    const home = new TellingHome();
    home.press();
    home.takeNews();
    home.answer("v1", "accept");
    home.act("take", { by: CHEN });
    home.answer("v1", "arrive");
    home.cancel();
    home.act("verify-cancel", { by: CHEN });
    home.act("resolve", { by: CHEN, outcome: "helped-on-site" });
    home.takeNews();
    const types = told(home);
    for (const type of [
      "raised",
      "offered",
      "dispatched",
      "accepted",
      "arrived",
      "updated",
      "cancelled",
      "closed",
    ] as const)
      assert.ok(types.includes(type), `${type} is missing: ${types.join()}`);
    assert.equal(types[0], "raised");
    assert.equal(types.at(-1), "closed");
    assert.ok(types.indexOf("dispatched") < types.indexOf("accepted"));
    assert.deepEqual(
      home.told().map(({ seq }) => seq),
      home.told().map((_, index) => index + 1),
      "numbered without a gap",
    );
  });

  it("waits for the receipt of each step before the next one leaves", () => {
    const home = new TellingHome();
    home.press();
    home.act("take", { by: CHEN });
    assert.deepEqual(told(home), ["raised"], "only the first is on its way");
    home.newsReceipt("failing", "HTTP 503");
    home.newsReceipt("failing", "HTTP 503");
    assert.deepEqual(told(home), ["raised"]);
    assert.equal(home.events.filter(({ kind }) => kind === "news-changed").length, 1, "the same twice is one row");
    home.newsReceipt("received");
    assert.deepEqual(told(home).slice(0, 2), ["raised", "offered"]);
  });

  it("joins what is told as updated while it waits, and never an act of a person", () => {
    const home = new TellingHome();
    home.press();
    for (let press = 0; press < 30; press++) {
      home.press();
      home.forward(1_000);
    }
    home.act("take", { by: CHEN });
    const waiting = lineOf(home.alarm, "81890").waiting.map(({ type }) => type);
    assert.ok(waiting.length < 8, waiting.join());
    assert.ok(waiting.includes("accepted"));
    home.takeNews();
    assert.ok(home.told().some(({ type, changed }) => type === "updated" && changed.includes("press")));
  });

  it("never changes a step that is on its way: what happens meanwhile is a step of its own", () => {
    const home = new TellingHome();
    home.press();
    home.takeNews();
    home.press();
    const [left] = lineOf(home.alarm, "81890").waiting;
    assert.deepEqual([left!.type, left!.changed], ["updated", ["press"]]);
    home.act("note", { by: CHEN, text: "门开着" });
    home.act("note", { by: CHEN, text: "人在地上" });
    const [first, second, ...more] = lineOf(home.alarm, "81890").waiting;
    assert.deepEqual(first, left);
    assert.deepEqual([second!.changed, more], [["note"], []]);
  });

  it("is bounded for a platform that is down for days, and it learns the end all the same", () => {
    const home = new TellingHome();
    home.press();
    for (let turn = 0; turn < 3 * NEWS_WAITING_MAX; turn++) {
      home.act("take", { by: CHEN });
      home.act("release", { by: CHEN });
    }
    home.resolve("helped-on-site");
    const { waiting } = lineOf(home.alarm, "81890");
    assert.ok(waiting.length <= NEWS_WAITING_MAX + 1, String(waiting.length));
    assert.equal(waiting.findLast(({ type }) => type === "closed") !== undefined, true);
    home.takeNews();
    assert.equal(lineOf(home.alarm, "81890").waiting.length, 0);
  });

  it("goes on with the next step where a platform refuses one for good", () => {
    const home = new TellingHome();
    home.press();
    home.newsReceipt("failed", "HTTP 400");
    assert.deepEqual(told(home).slice(0, 2), ["raised", "offered"]);
    assert.equal(lineOf(home.alarm, "81890").told, 1);
  });

  it("keeps each platform's own pace", () => {
    const home = new TellingHome({ facilities: { platforms: ["81890", "120"] } });
    home.press();
    home.act("take", { by: CHEN });
    home.takeNews("120");
    assert.deepEqual(told(home, "81890"), ["raised"]);
    assert.ok(told(home, "120").includes("accepted"));
  });

  it("survives a restart: what had no receipt leaves again under its key, and only that", () => {
    const home = new TellingHome();
    home.press();
    home.act("take", { by: CHEN });
    home.newsReceipt("received");
    const key = newsKey(home.alarm.id, 2, "81890");
    home.clear();
    home.restart();
    const left = home.effects.flatMap((effect) => (effect.do === "deliver" ? [effect.key] : []));
    assert.deepEqual(
      left.filter((one) => one.endsWith(".81890")),
      [key],
    );
    assert.equal(findNews(home.state, key)?.news.type, "offered");
  });

  it("raises the open alarms at a platform that is new in the configuration, and at no other", () => {
    const home = new TellingHome({ facilities: { platforms: [] } });
    home.press();
    assert.deepEqual(home.told(), []);
    assert.equal(home.alarm.news, undefined, "a site without a platform writes nothing of it");
    home.restart(0, { platforms: ["81890"] });
    assert.deepEqual(told(home), ["raised"]);
    home.restart(0, { platforms: ["81890"] });
    assert.deepEqual(told(home), ["raised", "raised"], "again under the same key");
    assert.equal(new Set(home.told().map(({ key }) => key)).size, 1);
    assert.equal(lineOf(home.alarm, "81890").given, 1, "it is no stranger any more");
    home.takeNews();
    home.resolve();
    home.restart(0, { platforms: ["81890", "120"] });
    home.act("close");
    assert.deepEqual(told(home, "120"), [], "what was over before is no news");
  });

  it("is nobody's business but staff's where nothing proves the press", () => {
    const home = new TellingHome();
    home.report("emergency", { proof: "wrong-tag" });
    home.report("emergency", { address: "dead", proof: "no-key" });
    assert.equal(home.alarms.length, 2);
    home.forward(minutes(10));
    for (const { id } of home.alarms) home.act("resolve", { alarm: id, outcome: "test" });
    home.restart();
    assert.deepEqual(home.told(), []);
  });

  it("begins anew after a damaged journal, under numbers that no message had", () => {
    const home = new TellingHome();
    home.press();
    home.act("note", { by: CHEN, text: "门开着" });
    home.takeNews();
    const before = new Set(home.told().map(({ key }) => key));
    for (const isLineLost of [false, true]) {
      const rows = home.events
        .filter(({ kind }) => !isLineLost || kind !== "news-queued")
        .map((event, at) => ({ at: home.now, record: String(at), event }));
      const started = {
        kind: "gateway-started",
        version: "0",
        policies: [],
        at: home.now,
        facilities: siteOf(home.state).facilities,
      };
      const found = { gatewayId: GATEWAY_ID, directory: COMMUNITY, snapshot: null, gap: null };
      const all = [{ at: home.now, record: "", event: started }, ...rows];
      const events = planSalvage({ ...found, rows: all } as never);
      const saved = new TellingHome({ from: writeState(readState(null, GATEWAY_ID)) });
      for (const event of events) evolve(saved.state, event);
      saved.start();
      saved.takeNews();
      assert.equal(told(saved)[0], "raised");
      for (const { key } of saved.told()) assert.ok(!before.has(key), `${key} was given out before`);
    }
  });

  it("keeps a closed alarm until the platform was told, but not for ever", () => {
    const home = new TellingHome();
    home.press();
    home.resolve();
    home.act("close");
    home.forward(FORGET_AFTER_MS + hours(1));
    assert.equal(home.alarms.length, 1, "a platform is still to be told");
    home.takeNews();
    home.forward(hours(7));
    assert.equal(home.alarms.length, 0);
    home.press({ address: "cafe" });
    home.resolve();
    home.act("close");
    home.forward(NEWS_KEPT_MS + hours(1));
    assert.equal(home.alarms.length, 0, "after a week it is given up");
  });

  it("is read by folding the journal alone", () => {
    const home = new TellingHome();
    home.press();
    home.act("take", { by: CHEN });
    home.platformAct("note");
    home.takeNews();
    home.assertFolded();
  });
});

describe("What an operator of a city platform does", () => {
  const pressed = (): TellingHome => {
    const home = new TellingHome();
    home.press();
    home.deliverAll();
    home.takeNews();
    return home;
  };

  it("is done once: the same message gets the same answer, whatever happened since", () => {
    const home = pressed();
    const first = home.platformAct("taken", { id: "m-1" });
    assert.ok(first.ok);
    home.platformAct("closed", { id: "m-2" });
    home.clear();
    const again = home.platformAct("taken", { id: "m-1" });
    assert.deepEqual(home.events, []);
    assert.deepEqual([again.ok, again.answer], [first.ok, first.answer]);
    const late = home.platformAct("taken", { id: "m-3" });
    assert.ok(!late.ok && late.code === "not-now");
    const lateAgain = home.platformAct("taken", { id: "m-3" });
    assert.ok(!lateAgain.ok && lateAgain.message === late.message);
    assert.deepEqual(lateAgain.answer, late.answer);
  });

  it("is remembered over a restart", () => {
    const home = pressed();
    home.platformAct("note", { id: "m-1" });
    home.restart();
    home.clear();
    home.platformAct("note", { id: "m-1" });
    assert.deepEqual(home.events, []);
    assert.equal(home.alarm.notes.length, 1);
  });

  it("is refused on an old version, and known by the platform's and the operator's name", () => {
    const home = pressed();
    const stale = home.platformAct("closed", { version: home.alarm.version - 1 });
    assert.ok(!stale.ok && stale.code === "stale");
    home.platformAct("taken", { by: null });
    assert.equal(home.alarm.owner?.name, "81890");
    home.platformAct("taken", { by: "李梅", version: home.alarm.version });
    assert.equal(home.alarm.owner?.name, "81890 李梅");
  });

  it("rejected calls staff, and the hotline by another way as new; the platform is told in its turn", () => {
    const home = new TellingHome();
    home.press();
    const call = home.alarm.deliveries.find(({ type }) => type === "hotline")!;
    home.receipt(call.key, "received", "platform 81890 has it");
    home.takeNews();
    home.platformAct("rejected", { text: "不是本区" });
    const calls = home.alarm.deliveries.filter(({ type }) => type === "hotline");
    assert.deepEqual(
      calls.map(({ status, qualifier }) => [status, qualifier]),
      [
        ["failed", 1],
        ["queued", 1],
      ],
    );
    assert.ok(home.alarm.offers.some(({ leg }) => leg === "staff"));
    assert.ok(home.alarm.flags.includes("rejected"));
    assert.equal(home.alarm.notes[0]?.text, "不是本区");
    home.takeNews();
    const rejected = home.told().find(({ type }) => type === "rejected");
    assert.equal(rejected?.reason, "not-ours");
    home.clear();
    const again = home.platformAct("rejected");
    assert.ok(again.ok);
    assert.equal(home.alarm.rejectedBy?.length, 1);
    home.platformAct("taken");
    assert.ok(!home.alarm.flags.includes("rejected"));
    assert.deepEqual(home.alarm.rejectedBy, []);
  });

  it("rejected by who has it gives it back to everybody", () => {
    const home = pressed();
    home.platformAct("taken");
    home.platformAct("rejected");
    assert.equal(home.alarm.owner, null);
    assert.equal(home.alarm.state, "alerting");
    assert.ok(home.alarm.offers.some(({ leg, state }) => leg === "staff" && state === "queued"));
  });

  it("marks the call that the platform acknowledged as answered when its operator takes the alarm", () => {
    const home = new TellingHome();
    home.press();
    const call = home.alarm.deliveries.find(({ type }) => type === "hotline")!;
    home.receipt(call.key, "received", "platform 81890 has it");
    home.platformAct("taken");
    assert.equal(home.alarm.deliveries.find(({ key }) => key === call.key)?.status, "answered");
  });

  it("keeps so many answers, and forgets none while its message could still be repeated", () => {
    const home = pressed();
    for (let message = 0; message < ANSWERS_MAX; message++) home.platformAct("note", { text: `n${message}` });
    const more = home.platformAct("note", { text: "one more" });
    assert.ok(!more.ok && more.code === "too-many");
    home.forward(ANSWERS_KEPT_MS + minutes(1));
    assert.ok(home.platformAct("note", { text: "later" }).ok);
    assert.equal(home.alarm.heard?.length, 1);
  });
});
