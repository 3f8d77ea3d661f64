import assert from "node:assert/strict";
import type { State } from "../../gateway/core/state.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import {
  connectAs,
  counted,
  expectHelpCalled,
  frameOf,
  journaled,
  journaledKinds,
  linesAbout,
  payloadOf,
} from "../support/home-facts.ts";
import { Home } from "../support/home.ts";

describe("A rule throws on a report", function () {
  this.timeout(20_000);
  let home: Home;

  beforeEach(async () => {
    home = await Home.build();
  });

  afterEach(() => home.leave());

  const state = (): State => home.running!.site.app.state;

  /** Takes away what every press needs: the policies. */
  const losePolicies = (): void => {
    for (const key of [...state().policies.values()].map(({ id, version }) => `${id}@${version}`))
      state().policies.delete(key);
  };

  /** What was heard of a device becomes something that no rule expects. */
  const spoil = (device: string): void =>
    state().devices.set(device, {
      id: device,
      silentAt: null,
      get counter(): never {
        throw new Error("spoilt by the test");
      },
    } as never);

  const expectUndecided = async (): Promise<void> => {
    await home.expectOffer("s-1");
    const { flags, presses, kind } = await home.alarm();
    assert.deepEqual(flags, ["undecided"]);
    assert.equal(kind, "emergency");
    assert.equal(presses.length, 1);
    assert.ok(presses[0]!.raw);
    assert.deepEqual(home.receiver.frames, []);
  };

  it("for every press, since the policies are gone: staff get an alarm and the wearer is told heard", async () => {
    losePolicies();
    const pendant = home.pendant("beef");
    pendant.press();
    await expectUndecided();
    await home.expectSaid(pendant, "heard");
    assert.deepEqual(pendant.waiting, []);
    assert.equal((await home.alarm()).resident, "r-1");
    assert.equal(linesAbout(home, "a rule failed on report").length, 1);
    assert.equal(await counted(home, "okc_undecided_total", { input: "report" }), 1);
    const undecided = (await journaled(home)).find(({ event }) => event.kind === "report-undecided")!.event;
    assert.match(String(undecided["raw"]), /^01010000beef00000001/);
    assert.match(String(undecided["why"]), /policy|undefined/i);
  });

  it("the alarm goes on until a person takes it, over a restart too", async () => {
    losePolicies();
    home.dongle.write(frameOf(home, "beef", 1));
    await expectUndecided();
    const { id, nextDueAt } = await home.alarm();
    assert.ok(nextDueAt);
    await home.restart();
    assert.equal((await home.alarm()).id, id);
    const before = home.phones.messages.length;
    await home.forward(minutes(5) + seconds(1));
    assert.ok(home.phones.messages.length > before, "staff are asked again");
    assert.equal((await home.act("take", "王芳")).ok, true);
    assert.equal((await home.act("resolve", "王芳", { outcome: "helped-on-site" })).ok, true);
  });

  it("over MQTT the press is acknowledged once it is journaled", async () => {
    losePolicies();
    const client = await connectAs(home, "p-17");
    await client.publishAsync("okc/p-17/up", payloadOf(1), { qos: 1 });
    assert.equal((await journaledKinds(home))["report-undecided"], 1);
    await expectUndecided();
  });

  it("for one device only: every other is heard as ever", async () => {
    const [beef, cafe] = [home.pendant("beef"), home.pendant("cafe")];
    spoil("okc:0000beef");
    beef.press();
    await expectUndecided();
    await home.expectSaid(beef, "heard");
    cafe.press();
    await expectHelpCalled(home, "002");
    await home.expectSaid(cafe, "heard");
  });

  it("a press repeated by radio is shown once and answered again", async () => {
    spoil("okc:0000beef");
    const pendant = home.pendant("beef");
    home.dongle.faults.dropAnswer = 1;
    pendant.press();
    await expectUndecided();
    await home.forward(seconds(4));
    home.dongle.faults.dropAnswer = 0;
    await home.forward(seconds(8));
    await home.expectSaid(pendant, "heard");
    assert.equal((await home.alarm()).presses.length, 1);
  });

  it("a sign of life that no rule can take is journaled and answered, and calls nobody", async () => {
    spoil("okc:0000beef");
    const pendant = home.pendant("beef");
    pendant.heartbeat();
    await home.expectSaid(pendant, "heard");
    assert.equal((await journaledKinds(home))["report-undecided"], 1);
    assert.deepEqual(home.alarms(), []);
  });

  it("and even that which is left for such a case fails: the report is in the journal, and the next press counts", async () => {
    const { alarmsOf } = state();
    const spoilt = alarmsOf as { get(key: string): readonly string[] | undefined };
    const get = spoilt.get.bind(alarmsOf);
    spoilt.get = () => {
      throw new Error("spoilt by the test");
    };
    const client = await connectAs(home, "p-17");
    await client.publishAsync("okc/p-17/up", payloadOf(1), { qos: 1 });
    spoilt.get = get;
    assert.equal((await journaledKinds(home))["report-undecided"], 1);
    await client.publishAsync("okc/p-17/up", payloadOf(2), { qos: 1 });
    await expectHelpCalled(home, "003");
  });
});
