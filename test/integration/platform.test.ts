import assert from "node:assert/strict";
import type { AlarmView } from "../../gateway/core/alarm-view.ts";
import { assertMatches } from "../support/json-schemas.ts";
import { isInOrder, PlatformSite } from "../support/platform-site.ts";
import { until } from "../support/until.ts";

const SOON_MS = 60_000;

describe("A city platform over real HTTP, both ways", function () {
  this.timeout(180_000);
  let place: PlatformSite;
  afterEach(() => place.dispose());

  const callStatus = ({ deliveries }: AlarmView): string | undefined =>
    deliveries.findLast(({ type }) => type === "hotline")?.status;
  const untilReceived = () =>
    place.site.untilAlarms("its receipt", ([alarm]) => alarm !== undefined && callStatus(alarm) === "received");

  it("is called, takes the alarm, sends somebody and closes it; it is told its whole life", async () => {
    place = await PlatformSite.make();
    const { site, city } = place;
    await site.start();
    const { id } = await place.pressed();
    await until("the call", () => city.calls.length > 0, SOON_MS);
    assert.equal(city.calls[0]!.alarm?.id, id);
    assert.equal(city.calls[0]!.report, "new");
    assert.deepEqual(await city.act({ act: "taken", alarm: id, id: "t-1" }).then(({ status }) => status), 200);
    await place.untilTold(id, "accepted");
    const taken = await place.alarm(id);
    assert.equal(taken.owner, "81890 李梅");
    assert.equal(callStatus(taken), "answered");
    assert.equal((await city.act({ act: "dispatched", alarm: id, text: "救护车，约 8 分钟" })).status, 200);
    assert.equal((await city.act({ act: "arrived", alarm: id })).status, 200);
    assert.equal((await city.act({ act: "closed", alarm: id, outcome: "sent-120" })).status, 200);
    const life = await place.untilTold(id, "closed");
    assert.ok(isInOrder(life), JSON.stringify(life.map(({ seq }) => seq)));
    const types = life.map(({ type }) => type);
    for (const type of ["raised", "offered", "accepted", "arrived", "closed"]) assert.ok(types.includes(type), type);
    for (const message of city.messages) assertMatches("platform-message", message);
    const closed = await place.alarm(id);
    assertMatches("alarm", closed);
    assert.deepEqual([closed.state, closed.outcome], ["resolved", "sent-120"]);
    assert.equal(closed.notes[0]?.text, "救护车，约 8 分钟");
    assert.deepEqual(site.hotline(), [], "the receiver behind it was not needed");
    const text = JSON.stringify(city.messages);
    for (const secret of ["高血压", "门垫下", "志愿者1", "救护车"]) assert.ok(!text.includes(secret), secret);
  });

  it("tells what its operators did in its answers too, where it cannot reach the gateway", async () => {
    place = await PlatformSite.make({ alone: true });
    const { site, city } = place;
    await site.start();
    city.mode = "down";
    const { id } = await place.pressed();
    city.say({ act: "taken", alarm: id, id: "t-1" });
    city.say({ act: "frobnicate", alarm: id });
    city.say({ act: "closed", alarm: id, id: "c-1", outcome: "helped-on-site", by: "王工" });
    city.mode = "acknowledging";
    const life = await place.untilTold(id, "closed");
    assert.ok(isInOrder(life));
    assert.ok(life.some(({ type, by }) => type === "accepted" && by === "81890 李梅"));
    assert.ok(life.some(({ type, by }) => type === "closed" && by === "81890 王工"));
    assert.match(site.log, /platform 81890: an act in its answer was not done: act is none of/);
  });

  it("that is down is passed over at once, and gets everything afterwards, in order", async () => {
    place = await PlatformSite.make();
    const { site, city } = place;
    city.mode = "down";
    await site.start();
    const { id } = await place.pressed();
    await site.expectHotline("1234/003 101");
    await site.okc("take", id, "--as", "王芳");
    await site.okc("resolve", id, "--outcome", "helped-on-site", "--as", "王芳");
    assert.deepEqual(city.messages, []);
    city.mode = "acknowledging";
    const life = await place.untilTold(id, "closed");
    assert.ok(isInOrder(life));
    assert.deepEqual([life[0]!.type, life.at(-1)!.type], ["raised", "closed"]);
    assert.ok(life.some(({ type, by }) => type === "accepted" && by === "王芳"));
  });

  it("that gives an alarm back has it no more: staff are called, and the receiver behind it", async () => {
    place = await PlatformSite.make();
    const { site, city } = place;
    await site.start();
    const { id } = await place.pressed();
    await until("the call", () => city.calls.length > 0, SOON_MS);
    await untilReceived();
    assert.equal((await city.act({ act: "rejected", alarm: id, reason: "not-ours" })).status, 200);
    await site.expectHotline("1234/003 101");
    await until("staff to be called", () => site.phones.of("s-1").length > 0, SOON_MS);
    const life = await place.untilTold(id, "rejected");
    assert.equal(life.find(({ type }) => type === "rejected")?.["reason"], "not-ours");
    const alarm = await place.alarm(id);
    assertMatches("alarm", alarm);
    assert.ok(alarm.flags.includes("rejected"));
    assert.equal(alarm.owner, null);
    assert.equal(city.calls.length, 1, "it is not called again for what it gave back");
  });

  it("that takes everything without a word has not acknowledged a call: the next way is used as well", async () => {
    place = await PlatformSite.make();
    const { site, city } = place;
    city.mode = "bare";
    await site.start();
    const { id } = await place.pressed();
    await place.untilTold(id, "raised");
    await site.expectHotline("1234/003 101");
  });

  it("whose 2xx is its receipt, by its entry, has acknowledged it", async () => {
    place = await PlatformSite.make({ alone: true, entry: { acknowledges: "status" } });
    place.city.mode = "bare";
    await place.site.start();
    await place.pressed();
    await untilReceived();
  });
});
