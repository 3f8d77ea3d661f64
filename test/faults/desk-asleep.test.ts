import assert from "node:assert/strict";
import { PROOF_GOOD_MS, START_GRACE_MS } from "../../gateway/app/desk-watch.ts";
import { DESK_PATH } from "../../gateway/core/desk-path.ts";
import { seconds } from "../../gateway/core/units.ts";
import { expectFault, expectFaultOver, expectHelpCalled, faultOf } from "../support/home-facts.ts";
import { Home } from "../support/home.ts";
import { SirenPeer } from "../support/peers/siren-peer.ts";

describe("The desk's page is open, but asleep", function () {
  this.timeout(20_000);
  let home: Home;
  let siren: SirenPeer;

  beforeEach(async () => {
    siren = await new SirenPeer().open();
    await siren.install();
  });

  afterEach(async () => {
    try {
      await home.leave();
    } finally {
      await siren.close();
    }
  });

  const build = async (more: { desk?: boolean; siren?: readonly string[] | null } = {}): Promise<void> => {
    home = await Home.build({ siren: siren.command, ...more });
  };
  const press = async (): Promise<void> => {
    const pendant = home.pendant("beef");
    pendant.press();
    await expectHelpCalled(home, "001");
    await home.expectSaid(pendant, "heard");
  };
  /** Staff and the siren were called with the press, not two and five minutes after it. */
  const expectStandIns = async (): Promise<void> => {
    await home.expectOffer("s-1");
    await siren.runs.reach(1);
    const { flags } = await home.alarm();
    assert.ok(flags.includes("desk-asleep") && flags.includes("degraded"), flags.join());
  };
  const prove = (proof: { visible?: boolean; sound?: "on" | "locked" } = {}) =>
    home.running!.site.office.proveDesk({ page: "p", visible: true, sound: "on", ...proof });

  it("awake: a press is called to it, and neither staff nor the siren stand in", async () => {
    await build();
    await home.forward(START_GRACE_MS + PROOF_GOOD_MS);
    await press();
    assert.deepEqual((await home.alarm()).flags, []);
    assert.equal(siren.sounding, 0);
    assert.equal(faultOf(home, DESK_PATH), undefined);
  });

  it("closed: within fifteen seconds it no longer counts, and the next press sounds the siren and calls staff", async () => {
    await build();
    const page = home.openDesk();
    await home.forward(seconds(1));
    page.cancel();
    await home.forward(PROOF_GOOD_MS);
    assert.match((await expectFault(home, DESK_PATH)).detail, /no page of the desk is open/);
    await press();
    await expectStandIns();
  });

  for (const [how, proof, why] of [
    ["in the background", { visible: false }, /in the background/],
    ["with its sound locked", { sound: "locked" }, /sound is locked/],
  ] as const)
    it(`${how}: it speaks, and does not count`, async () => {
      await build({ desk: false });
      await home.forward(START_GRACE_MS - seconds(1));
      assert.deepEqual(prove(proof), { counts: false, proved: false });
      await home.forward(seconds(1));
      assert.match((await expectFault(home, DESK_PATH)).detail, why);
      await press();
      await expectStandIns();
    });

  it("fallen asleep over an alarm that nobody has taken: the stand-ins are called then", async () => {
    await build();
    await home.forward(seconds(1));
    await press();
    assert.equal(siren.sounding, 0);
    home.openDesk().cancel();
    await home.forward(PROOF_GOOD_MS);
    await expectFault(home, DESK_PATH);
    await expectStandIns();
  });

  it("awake again: the row goes, and the next press is called to it as before", async () => {
    await build({ desk: false });
    await home.forward(START_GRACE_MS);
    await expectFault(home, DESK_PATH);
    home.openDesk();
    await expectFaultOver(home, DESK_PATH);
    await press();
    assert.deepEqual((await home.alarm()).flags, []);
    assert.equal(siren.sounding, 0);
  });

  it("a restart: an open alarm waits for the pages to come back before anybody stands in", async () => {
    await build({ desk: false });
    home.openDesk();
    await press();
    await home.restart();
    await home.forward(START_GRACE_MS - seconds(1));
    home.openDesk();
    await home.forward(PROOF_GOOD_MS);
    assert.deepEqual((await home.alarm()).flags, []);
    assert.equal(siren.sounding, 0);
  });

  it("a restart after which no page comes back: a press in the first seconds is called to the stand-ins", async () => {
    await build({ desk: false });
    await press();
    assert.equal(siren.sounding, 0);
    await home.forward(START_GRACE_MS);
    await expectStandIns();
  });

  it("no siren is there: staff are called all the same", async () => {
    await build({ desk: false, siren: null });
    await home.forward(START_GRACE_MS);
    await press();
    await home.expectOffer("s-1");
    assert.ok((await home.alarm()).flags.includes("desk-asleep"));
  });

  it("a request for service sounds no siren: it is flagged, and goes its own way", async () => {
    await build({ desk: false });
    await home.forward(START_GRACE_MS);
    home.pendant("beef").press("service");
    const { flags, kind } = await home.alarm(({ flags: all }) => all.includes("desk-asleep"));
    assert.deepEqual([kind, flags], ["service", ["desk-asleep"]]);
    // 20:00 in Shanghai: outside the hours in which staff are asked for service.
    assert.equal(siren.sounding, 0);
  });
});
