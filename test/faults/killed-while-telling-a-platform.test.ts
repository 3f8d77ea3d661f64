import assert from "node:assert/strict";
import { isInOrder, PlatformSite } from "../support/platform-site.ts";
import { until } from "../support/until.ts";

const SOON_MS = 60_000;

describe("A gateway that is killed while it tells a city platform", function () {
  this.timeout(180_000);
  let place: PlatformSite;
  beforeEach(async () => {
    place = await PlatformSite.make();
  });
  afterEach(() => place.dispose());

  it("loses no step, turns none round, and shows none twice under another key", async () => {
    const { site, city } = place;
    await site.start();
    const { id } = await place.pressed();
    await place.untilTold(id, "raised");
    // The platform has it, and the gateway dies before it hears so.
    city.slowMs = 3_600_000;
    const { requests } = city;
    await site.okc("take", id, "--as", "王芳");
    await until("a step under way", () => city.requests > requests, SOON_MS);
    await site.okc("note", id, "门开着", "--as", "王芳");
    await site.kill();
    city.slowMs = 0;
    await site.start();
    await site.okc("resolve", id, "--outcome", "helped-on-site", "--as", "王芳");
    const life = await place.untilTold(id, "closed");
    assert.ok(isInOrder(life), JSON.stringify(life.map(({ seq, type }) => [seq, type])));
    assert.ok(life.some(({ type, by }) => type === "accepted" && by === "王芳"));
    assert.equal(new Set(life.map((one) => one.id)).size, life.length);
  });

  it("has done what it answered *done* to, and does not do it again", async () => {
    const { site, city } = place;
    await site.start();
    const { id } = await place.pressed();
    const act = { act: "note", alarm: id, id: "m-1", text: "已电话联系" };
    const first = await city.act(act);
    await site.kill();
    assert.deepEqual([first.status, first.body?.["done"]], [200, true]);
    await site.start();
    const again = await city.act(act);
    assert.deepEqual([again.status, again.body], [first.status, first.body]);
    const alarm = await place.alarm(id);
    assert.deepEqual(
      alarm.notes.map(({ by, text }) => [by, text]),
      [["81890 李梅", "已电话联系"]],
    );
  });
});
