import assert from "node:assert/strict";
import { CANARY_MS } from "../../gateway/app/canary.ts";
import type { Service } from "../../gateway/ports/service.ts";
import { seconds } from "../../gateway/core/units.ts";
import { expectFault, expectFaultOver, expectHelpCalled, journaled } from "../support/home-facts.ts";
import { Home } from "../support/home.ts";
import { until } from "../support/until.ts";

describe("The supervisor hears of the gateway only while the whole path works", function () {
  this.timeout(60_000);
  let home: Home;
  let alive: number;

  beforeEach(async () => {
    alive = 0;
    const service: Service = {
      watchdogMs: 60_000,
      ready: () => undefined,
      alive: () => alive++,
      stopping: () => undefined,
    };
    home = await Home.build({ site: { service, canary: true } });
  });

  afterEach(() => home.leave());

  it("a year of its own reports is no row more in the journal", async () => {
    // A turn that passes while one is under way may raise a row; no other may come.
    const rows = async (): Promise<number> =>
      (await journaled(home)).filter(({ event }) => !event.kind.startsWith("fault-")).length;
    const before = await rows();
    const from = alive;
    // The test's clock may run ahead of the disk; then a turn passes while one is under way.
    for (let turn = 0; turn < 200 && alive < from + 20; turn++) await home.forward(CANARY_MS);
    assert.ok(alive >= from + 20, `${alive - from} signs of life`);
    assert.equal(await rows(), before);
    const { journal } = home.running!.site;
    assert.equal((await journal.verify()).ok, true);
  });

  it("the writer's thread stands still: nothing is said until it goes on, and people are called meanwhile", async () => {
    const goOn = home.running!.site.journal.blockWriter();
    home.closing.push(goOn);
    await home.forward(CANARY_MS);
    const from = alive;
    home.pendant("beef").press();
    await home.forward(seconds(2));
    await expectHelpCalled(home, "001");
    await home.forward(4 * CANARY_MS);
    assert.equal(alive, from);
    await expectFault(home, "canary");
    goOn();
    await until("a sign of life", () => alive > from);
    await expectFaultOver(home, "canary");
  });

  it("the disk is full: the writer says so and alarms go out, so a restart would only lose what memory holds", async () => {
    await home.running!.site.journal.limitPages(1);
    const from = alive;
    await home.forward(6 * CANARY_MS);
    assert.ok(alive >= from + 5, `${alive - from} signs of life`);
    home.pendant("beef").press();
    await expectHelpCalled(home, "001");
  });

  it("a rule that fails on every report starves it, and leaves no row each time", async () => {
    const { app } = home.running!.site;
    const { enrolled } = app.state;
    await home.forward(CANARY_MS);
    const before = (await journaled(home)).length;
    const from = alive;
    Object.defineProperty(app, "state", {
      configurable: true,
      get() {
        throw new Error("spoilt by the test");
      },
    });
    await home.forward(CANARY_MS);
    const underWay = alive;
    assert.ok(underWay - from <= 1);
    await home.forward(4 * CANARY_MS);
    assert.equal(alive, underWay);
    delete (app as { state?: unknown }).state;
    assert.equal(app.state.enrolled, enrolled);
    assert.ok((await journaled(home)).length - before <= 1, "the row of the fault at most");
    for (let turn = 0; turn < 20 && alive === underWay; turn++) await home.forward(CANARY_MS);
    assert.ok(alive > underWay, "it goes on by itself");
  });
});
