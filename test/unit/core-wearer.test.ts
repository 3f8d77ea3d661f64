import assert from "node:assert/strict";
import { minutes } from "../../gateway/core/units.ts";
import { CoreHome } from "../support/core-home.ts";

function pressed(): CoreHome {
  const home = new CoreHome();
  home.press();
  home.deliverAll();
  home.clear();
  return home;
}

describe("The wearer", () => {
  it("is told coming only while somebody is on the way or there", () => {
    const home = pressed();
    home.answer("v4", "accept");
    home.answer("v4", "decline");
    home.answer("v3", "enroute");
    home.answer("v3", "arrive");
    home.answer("v3", "done");
    assert.deepEqual(home.said, ["coming", "heard", "coming", "heard"]);
  });

  it("is told answered while staff have it, and coming before that", () => {
    const home = pressed();
    home.act("take");
    home.answer("v4", "accept");
    home.act("arrive");
    assert.deepEqual(home.said, ["answered", "coming"]);
    home.clear();
    home.forward(minutes(30));
    assert.ok(!home.said.includes("heard"), "a staff tick stands until the end");
  });

  it("is told on every device that was pressed, each by its last press", () => {
    const home = pressed();
    home.press({ address: "c0de", counter: 4 });
    home.press({ counter: 30 });
    home.clear();
    home.answer("v4", "accept");
    const orders = home.effects.flatMap((effect) => (effect.do === "say" ? [effect.order] : []));
    assert.deepEqual(
      orders.map(({ address, counter, say }) => `${address} ${counter} ${say}`),
      ["beef 30 coming", "c0de 4 coming"],
    );
  });

  it("is told nothing through a press that nothing proves", () => {
    const home = new CoreHome();
    home.report("emergency", { proof: "wrong-tag" });
    home.act("take");
    assert.deepEqual(home.said, []);
  });
});
