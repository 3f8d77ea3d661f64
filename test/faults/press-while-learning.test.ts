import assert from "node:assert/strict";
import { Pendant } from "../../firmware-sim/pendant.ts";
import type { Report } from "../../gateway/core/report.ts";
import { seconds } from "../../gateway/core/units.ts";
import { expectHelpCalled } from "../support/home-facts.ts";
import { Home } from "../support/home.ts";

describe("Somebody presses while a device is being enrolled", function () {
  this.timeout(20_000);
  let home: Home;

  beforeEach(async () => {
    home = await Home.build();
    const by = { name: "老陈", role: "technician" as const };
    const window = { type: "learn", act: "open", by, resident: "r-2" } as const;
    assert.deepEqual(await home.running!.site.office.submit(window), { ok: true, changed: true });
  });

  afterEach(() => home.leave());

  /** A button of a radio without keys, as its bridge reports it. */
  const press = async (address: string, kind: "other" | "emergency" = "other"): Promise<void> => {
    const said = { kind, press: "1", repeatMs: 3_000, counter: null, ageMs: null, ageAtLeast: false } as const;
    const line = { bridge: "radio", line: "433", transport: "serial", proof: "none", batteryPct: null } as const;
    const report: Report = {
      address,
      ...said,
      ...line,
      raw: `20;01;EV1527;ID=${address}`,
      receivedAt: home.clock.now(),
    };
    await home.running!.site.app.radioSink.report(report);
  };

  const isEnrolled = (id: string): boolean => home.running!.site.app.state.enrolled.get(id) !== undefined;

  it("an enrolled pendant: help is called as ever, and the window goes on", async () => {
    home.pendant("beef").press();
    await expectHelpCalled(home, "001");
    await press("a1");
    await home.forward(seconds(5));
    await press("a1");
    assert.ok(isEnrolled("radio:a1"));
    assert.equal(home.alarms().length, 1);
  });

  it("the button that is enrolled, twice: nobody is called; the third time is its test, the fourth is real", async () => {
    for (let times = 0; times < 3; times++) {
      await press("a1", "emergency");
      await home.forward(seconds(5));
    }
    assert.equal((await home.expectHotline("601")).zone, "002");
    assert.deepEqual(home.alarms(), []);
    await home.forward(seconds(20));
    await press("a1", "emergency");
    await expectHelpCalled(home, "002");
  });

  it("the button that is enrolled, again and again in need: the third press is a test, the fourth calls help at once", async () => {
    for (let times = 0; times < 4; times++) {
      if (times > 0) await home.forward(seconds(4));
      await press("a1", "emergency");
    }
    assert.equal((await home.expectHotline("601")).zone, "002");
    await expectHelpCalled(home, "002");
  });

  it("the button that is enrolled, long after its second press, over a restart: it is real", async () => {
    await press("a1", "emergency");
    await home.forward(seconds(5));
    await press("a1", "emergency");
    await home.restart();
    await home.forward(seconds(60));
    await press("a1", "emergency");
    await expectHelpCalled(home, "002");
  });

  it("another unknown emergency button: staff see it at once", async () => {
    await press("a1");
    await press("b2", "emergency");
    await home.expectOffer("s-1");
    const { device, flags } = await home.alarm();
    assert.deepEqual([device, flags], ["radio:b2", ["unknown-device"]]);
  });

  it("an unknown emergency button once, in need: staff see it after half a minute, over a restart too", async () => {
    await press("a1", "emergency");
    await home.restart();
    await home.forward(seconds(30));
    await home.expectOffer("s-1");
    const { device, presses } = await home.alarm();
    assert.equal(device, "radio:a1");
    assert.ok(presses[0]!.raw?.includes("EV1527"));
  });

  it("a pendant with a key of its own that nobody enrolled: staff see it at once", async () => {
    const pendant = new Pendant(0x0bad_cafe, Buffer.alloc(16, 0x77), { clock: home.clock.world });
    home.dongle.attach(pendant);
    pendant.press();
    await home.expectOffer("s-1");
    assert.deepEqual((await home.alarm()).flags, ["unknown-device"]);
  });
});
