import assert from "node:assert/strict";
import type { Delivery } from "../../gateway/core/alarm.ts";
import { CoreHome } from "../support/core-home.ts";

const RESTORE = { facilities: { hotlineRestore: true } };

describe("The end of an alarm at the hotline", () => {
  const hotline = (home: CoreHome): Delivery[] => home.alarm.deliveries.filter(({ type }) => type === "hotline");
  const said = (home: CoreHome): string[] => hotline(home).map(({ event, qualifier }) => `${qualifier}${event}`);

  it("is told as a restore where the site wants it, once, and a restart tells it again until it is received", () => {
    const home = new CoreHome(RESTORE);
    home.press();
    home.deliverAll();
    home.act("take");
    home.clear();
    home.resolve();
    assert.deepEqual(said(home), ["1101", "3101"]);
    assert.ok(home.left.includes("hotline 101/3"));
    home.clear();
    home.restart();
    assert.ok(home.left.includes("hotline 101/3"));
    home.receipt(hotline(home).at(-1)!.key, "received");
    home.clear();
    home.restart();
    home.act("close");
    assert.deepEqual(said(home), ["1101", "3101"]);
    assert.ok(!home.left.some((one) => one.startsWith("hotline")));
  });

  it("is not told where the site does not want it", () => {
    const home = new CoreHome();
    home.press();
    home.deliverAll();
    home.act("take");
    home.resolve();
    assert.deepEqual(said(home), ["1101"]);
  });

  it("is not told to a receiver that never had the alarm; if it proves later that it has, it is told then", () => {
    const home = new CoreHome(RESTORE);
    home.press();
    home.act("take");
    home.resolve();
    assert.deepEqual(said(home), ["1101"]);
    home.clear();
    home.receipt(hotline(home)[0]!.key, "received");
    assert.deepEqual(said(home), ["1101", "3101"]);
    assert.ok(home.left.includes("hotline 101/3"));
  });

  it("is told of what it had, also after a cancel that a person verified", () => {
    const home = new CoreHome(RESTORE);
    home.press();
    home.deliverAll();
    home.cancel();
    home.act("verify-cancel");
    home.deliverAll();
    home.resolve();
    assert.deepEqual(said(home), ["1101", "1406", "3101"]);
  });

  it("that fails calls nobody: there is nothing left to help with", () => {
    const home = new CoreHome(RESTORE);
    home.press();
    home.deliverAll();
    home.act("take");
    home.resolve();
    home.clear();
    home.receipt(hotline(home).at(-1)!.key, "failing", "no reply");
    assert.deepEqual(home.effects, []);
    assert.ok(!home.alarm.flags.includes("degraded"));
  });

  it("is nothing that a service request has, which is not told to an alarm receiver", () => {
    const home = new CoreHome(RESTORE);
    home.report("service");
    home.act("take");
    home.resolve("service-request");
    assert.deepEqual(said(home), []);
  });
});
