import assert from "node:assert/strict";
import type { ContactTest } from "../../gateway/core/contact-test.ts";
import type { DirectoryEvent } from "../../gateway/core/events.ts";
import type { Contact } from "../../gateway/core/directory.ts";
import { waysTo } from "../../gateway/core/candidates.ts";
import { noticeWords } from "../../gateway/core/notice-words.ts";
import { writeState } from "../../gateway/core/state.ts";
import { days, hours, minutes } from "../../gateway/core/units.ts";
import { device, resident, responder } from "../support/core-community.ts";
import { CoreHome, WANG } from "../support/core-home.ts";
import { NOON } from "../support/test-clock.ts";

const KINDS = { text: "sms", push: "push", group: "wecom" };
const PEOPLE: readonly DirectoryEvent[] = [
  resident("r1", "1"),
  device("beef", "r1"),
  ...responder("v1", "volunteer", 1, "1", ["text", "push", "group"]),
  ...responder("v2", "volunteer", 2, "1", ["text"]),
  ...responder("s1", "staff", 3, "1", ["text"]),
];

/** A site whose texts are answered; at eight in the morning nothing was tested yet. */
const open = (): CoreHome =>
  new CoreHome({
    at: NOON - hours(4),
    people: PEOPLE,
    facilities: { channels: Object.keys(KINDS), channelKinds: KINDS },
  });

const running = (home: CoreHome): ContactTest[] => [...home.state.contactTests.values()];
const contact = (home: CoreHome, who: string, channel: string): Contact =>
  home.state.contacts.get(who)!.find((one) => one.channel === channel)!;
const text = (home: CoreHome, who: string, said: string): string =>
  home.decide({ type: "channel-answer", channel: "text", key: null, address: `text/${who}`, said: { text: said } })
    .reply?.words?.[0] ?? "";
const start = (home: CoreHome, who: string, channel: string | null = null) =>
  home.decide({ type: "test-contact", responder: who, channel, by: WANG }).reply!;

describe("The monthly test of a contact", () => {
  it("comes by day, one person at a time, and a group is not asked", () => {
    const home = open();
    home.forward(hours(2) - 1);
    assert.deepEqual(running(home), []);
    home.forward(hours(12));
    assert.deepEqual(
      running(home).map(({ responder: who, channel }) => `${who} ${channel}`),
      ["v1 text", "v2 text", "s1 text"],
      "a link proves nothing while no public address was proved",
    );
    for (const { startedAt } of running(home)) {
      const hour = (startedAt % days(1)) / hours(1);
      assert.ok(hour >= 10 && hour < 17, `${hour} o'clock`);
    }
    assert.equal(new Set(running(home).map(({ startedAt }) => startedAt)).size, 3, "spread, not all at once");
    assert.equal(writeState(home.state), writeState(home.folded));
  });

  it("is made again a month later, not sooner", () => {
    const home = open();
    home.forward(hours(9));
    for (const { id } of running(home)) home.receipt(`${id}.t1`, "answered");
    home.forward(days(27));
    assert.deepEqual(running(home), []);
    home.forward(days(2));
    assert.equal(running(home).length, 3);
  });

  it("waits while its person is asked for help", () => {
    const home = open();
    home.press();
    home.forward(hours(4));
    assert.deepEqual(
      running(home).filter(({ responder: who }) => who.startsWith("v")),
      [],
    );
  });
});

describe("The test of a contact", () => {
  it("is passed by its code, or by any word while nothing else was asked", () => {
    const home = open();
    start(home, "v1", "text");
    assert.match(text(home, "v1", `1 ${running(home)[0]!.code}`), /^测试成功/);
    assert.equal(contact(home, "v1", "text").test?.state, "passed");
    start(home, "v2");
    assert.match(text(home, "v2", "收到了"), /^测试成功/);
    assert.deepEqual(running(home), []);
  });

  it("never takes the place of a call: a bare 1 is for whoever needs help", () => {
    const home = open();
    start(home, "v1", "text");
    home.press();
    assert.match(text(home, "v1", "1"), /^已记下：您前往/);
    assert.equal(running(home).length, 1);
  });

  it("is passed by a touch of its page", () => {
    const home = open();
    home.decide({ type: "public-url-proved", url: "https://okc.example" });
    start(home, "v1", "push");
    home.receipt(`${running(home)[0]!.id}.t1`, "sent");
    home.decide({ type: "contact-test-seen", test: running(home)[0]!.id });
    assert.equal(contact(home, "v1", "push").test?.state, "passed");
  });

  it("is not passed by what was sent, and is only delivered where nobody answered", () => {
    const home = open();
    start(home, "v1", "text");
    start(home, "v2");
    const [first, second] = running(home);
    home.receipt(`${first!.id}.t1`, "sent");
    home.receipt(`${second!.id}.t1`, "delivered");
    home.forward(hours(48));
    assert.equal(contact(home, "v1", "text").test?.state, "failed");
    assert.equal(contact(home, "v2", "text").test?.state, "delivered");
    assert.equal(contact(home, "v2", "text").test?.okAt, null);
  });

  it("that failed is marked before the night, and the person's other contacts come first", () => {
    const home = open();
    start(home, "v1", "text");
    home.receipt(`${running(home)[0]!.id}.t1`, "failed", "no such number");
    const first = waysTo(home.state, home.state.responders.get("v1")!, null)[0];
    assert.equal(first?.contact.channel, "push");
    home.forward(hours(9) + minutes(1));
    assert.match(home.state.faults.get("contacts-failed")!.detail, /v1 by text/);
    const [notice] = home.state.notices.values();
    assert.equal(notice?.responder, "s1");
    assert.match(noticeWords(home.state, notice, "zh-CN").text, /联系方式测试未通过/);
    start(home, "v1", "text");
    text(home, "v1", "1");
    assert.equal(home.state.faults.get("contacts-failed"), undefined);
    assert.equal(waysTo(home.state, home.state.responders.get("v1")!, null)[0]?.contact.channel, "text");
  });

  it("goes on over a restart, under the same key", () => {
    const home = open();
    start(home, "v1", "text");
    home.clear();
    home.restart(minutes(1));
    assert.ok(home.effects.some((effect) => effect.do === "deliver" && effect.key === `${running(home)[0]!.id}.t1`));
    home.forward(hours(48));
    assert.equal(contact(home, "v1", "text").test?.state, "failed");
  });

  it("is forgotten with the address that it was of", () => {
    const home = open();
    start(home, "v1", "text");
    text(home, "v1", "1");
    const saved = { kind: "contact-saved", responder: "v1", channel: "text", order: 1 } as const;
    const address = (of: string) => ({ ...saved, personal: { person: "v1", data: { address: of } } });
    home.decide({ type: "save", events: [address("text/v1")] });
    assert.equal(contact(home, "v1", "text").test?.state, "passed");
    home.decide({ type: "save", events: [address("text/new")] });
    assert.equal(contact(home, "v1", "text").test, undefined);
  });

  it("is refused where nothing could prove it", () => {
    const home = open();
    assert.equal(start(home, "nobody").ok, false);
    assert.equal(start(home, "v1", "group").ok, false);
  });
});

describe("Faults before the night", () => {
  it("reach staff in one message, with whose device it is", () => {
    const home = open();
    home.report("heartbeat", { batteryPct: 5 });
    home.decide({ type: "fault", key: "battery:okc:beef", code: "battery-low", active: true, detail: "5 %" });
    home.fault("path:sms:text", true);
    home.forward(hours(9) + minutes(1));
    const told = [...home.state.notices.values()];
    assert.deepEqual(
      told.map(({ responder: who }) => who),
      ["s1"],
    );
    const { text: said } = noticeWords(home.state, told[0]!, "zh-CN");
    assert.match(said, /电量低：居民r1/);
    assert.match(said, /通道中断/);
  });
});
