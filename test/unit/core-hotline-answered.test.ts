import assert from "node:assert/strict";
import { isAwaiting } from "../../gateway/core/alarm.ts";
import { isLive } from "../../gateway/core/messages.ts";
import { CoreHome } from "../support/core-home.ts";

function calling(): { home: CoreHome; key: string } {
  const home = new CoreHome();
  home.press();
  const { key } = home.alarm.deliveries.find(({ type }) => type === "hotline")!;
  return { home, key };
}

describe("An operator who answers through the hotline's own message", () => {
  it("has taken the alarm: every leg stops, and everybody sees who has it", () => {
    const { home, key } = calling();
    home.receipt(key, "answered", "an operator pressed a key");
    assert.equal(home.alarm.state, "owned");
    assert.deepEqual(home.alarm.owner, { name: "热线 hotline", role: "operator", since: home.now });
    assert.deepEqual(home.alarm.offers.filter(isAwaiting), []);
    assert.deepEqual(
      home.alarm.deliveries.filter((one) => isLive(one) && one.type !== "withdrawn"),
      [],
    );
    assert.equal(home.alarm.times.answeredAt, home.now);
  });

  it("takes it once", () => {
    const { home, key } = calling();
    home.receipt(key, "answered");
    home.clear();
    home.receipt(key, "answered");
    assert.deepEqual(home.events, []);
  });

  it("does not take it from whoever has it", () => {
    const { home, key } = calling();
    home.act("take");
    home.receipt(key, "answered");
    assert.equal(home.alarm.owner?.name, "王芳");
    assert.equal(home.alarm.deliveries.find((one) => one.key === key)?.status, "answered");
  });

  it("is more than a receiver that has the report", () => {
    const { home, key } = calling();
    home.receipt(key, "received");
    assert.equal(home.alarm.state, "alerting");
    home.receipt(key, "answered");
    assert.equal(home.alarm.state, "owned");
  });

  it("stays so after a restart", () => {
    const { home, key } = calling();
    home.receipt(key, "answered");
    home.restart();
    assert.equal(home.alarm.owner?.name, "热线 hotline");
  });
});
