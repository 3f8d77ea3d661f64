import assert from "node:assert/strict";
import type { MqttClient } from "mqtt";
import { seconds } from "../../gateway/core/units.ts";
import {
  connectAs,
  counted,
  expectFault,
  expectFaultOver,
  expectHelpCalled,
  journaled,
  journaledKinds,
  linesAbout,
  payloadOf,
} from "../support/home-facts.ts";
import { Home } from "../support/home.ts";
import { until } from "../support/until.ts";

/** Smaller than one record: the spill takes nothing. */
const NO_SPILL_BYTES = 64;
const VOLUNTEERS = ["v-1", "v-2", "v-3"];

describe("The journal's disk stands still", function () {
  this.timeout(20_000);
  let home: Home;
  let goOn: () => void;

  const stall = (): void => {
    goOn = home.running!.site.journal.blockWriter();
    home.closing.push(goOn);
  };

  /** Publishes a press and tells, when asked, whether the broker has acknowledged it. */
  const publish = (client: MqttClient, ctr: number): (() => boolean) => {
    let acknowledged = false;
    client.publish("okc/p-17/up", payloadOf(ctr), { qos: 1 }, () => (acknowledged = true));
    return () => acknowledged;
  };

  /** The journal is whole, without a gap, and holds each thing once. */
  const expectAllJournaled = async (kinds: Readonly<Record<string, number>>): Promise<void> => {
    await expectFaultOver(home, "journal");
    const { journal } = home.running!.site;
    assert.equal((await journal.verify()).ok, true);
    const events = await journaled(home);
    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map((_, index) => index + 1),
    );
    const found = await journaledKinds(home);
    assert.deepEqual(Object.fromEntries(Object.keys(kinds).map((kind) => [kind, found[kind] ?? 0])), kinds);
  };

  afterEach(() => home.leave());

  it("within the time that a commit may take, nothing leaves and nobody is told anything", async () => {
    home = await Home.build();
    const pendant = home.pendant("beef");
    stall();
    pendant.press();
    await home.alarm();
    await home.forward(seconds(2) - 1);
    assert.deepEqual(home.receiver.frames, []);
    assert.deepEqual(home.phones.messages, []);
    assert.deepEqual(home.dongle.answers, []);
    goOn();
    await expectHelpCalled(home, "001");
    await home.expectSaid(pendant, "heard");
    assert.deepEqual((await home.alarm()).flags, [], "it was logged in time");
  });

  it("past it all legs start, flagged, and the wearer is told heard only after the hotline's reply", async () => {
    home = await Home.build();
    home.receiver.mode = "slow";
    const pendant = home.pendant("beef");
    stall();
    pendant.press();
    await home.alarm();
    await home.forward(seconds(2));
    for (const volunteer of VOLUNTEERS) await home.expectOffer(volunteer);
    await until("the frame at the hotline", () => home.receiver.frames.length === 1);
    await home.alarm(({ flags }) => flags.includes("notLogged"));
    await expectFault(home, "journal");
    assert.equal(linesAbout(home, "alarms go out before they are on disk").length, 1);
    await home.forward(seconds(2));
    assert.deepEqual(home.dongle.answers, [], "neither the journal nor anybody has it yet");

    await home.forward(seconds(1));
    await home.expectHotline("101");
    await home.expectSaid(pendant, "heard");
    goOn();
    await expectAllJournaled({ "alarm-opened": 1, "report-heard": 1, "alarm-flagged": 1 });
    const opened = (await journaled(home)).find(({ event }) => event.kind === "alarm-opened");
    assert.equal(opened!.notLogged, true);
    assert.ok((await counted(home, "okc_journal_not_logged_total")) > 0);
  });

  it("a person's answer will do as well", async () => {
    home = await Home.build({ hotline: false });
    const pendant = home.pendant("beef");
    stall();
    pendant.press();
    await home.alarm();
    await home.forward(seconds(2));
    for (const person of [...VOLUNTEERS, "s-1"]) await home.expectOffer(person);
    await home.clock.settle();
    assert.deepEqual(home.dongle.answers, []);
    assert.equal(await home.answer("v-2", "accept"), 200);
    await home.expectSaid(pendant, "heard");
    await home.expectSaid(pendant, "coming");
    goOn();
    await expectAllJournaled({ "alarm-opened": 1, "report-heard": 1 });
  });

  it("an MQTT press is acknowledged once the spill has it, not before, and outlives a restart", async () => {
    home = await Home.build();
    const client = await connectAs(home, "p-17");
    stall();
    const isAcknowledged = publish(client, 1);
    await home.alarm();
    await home.forward(seconds(2) - 1);
    assert.equal(isAcknowledged(), false);
    await home.forward(1);
    await expectHelpCalled(home, "003");
    await until("the PUBACK", isAcknowledged);
    const { id } = await home.alarm(({ times }) => times.hotlineReceivedAt !== null);

    const stopped = home.stop();
    await home.forward(seconds(2));
    await stopped;
    await home.start();
    assert.equal((await home.alarm()).id, id);
    await expectAllJournaled({ "alarm-opened": 1, "report-heard": 1 });
  });

  it("without room in the spill the PUBACK is withheld until the journal has the press; help is called all the same", async () => {
    home = await Home.build({ site: { spillBytes: NO_SPILL_BYTES } });
    const client = await connectAs(home, "p-17");
    stall();
    const isAcknowledged = publish(client, 1);
    await home.alarm();
    await home.forward(seconds(2));
    await expectHelpCalled(home, "003");
    await home.forward(seconds(5));
    assert.equal(isAcknowledged(), false);
    goOn();
    await until("the PUBACK", isAcknowledged);
    await expectAllJournaled({ "alarm-opened": 1, "report-heard": 1 });
  });

  it("presses of meanwhile are all there afterwards, each once, and the next is told heard at once again", async () => {
    home = await Home.build();
    const [beef, cafe] = [home.pendant("beef"), home.pendant("cafe")];
    stall();
    beef.press();
    await home.alarm();
    await home.forward(seconds(2));
    await expectHelpCalled(home, "001");
    cafe.press();
    await expectHelpCalled(home, "002");
    for (const pendant of [beef, cafe]) await home.expectSaid(pendant, "heard");
    goOn();
    await expectAllJournaled({ "alarm-opened": 2, "report-heard": 2 });
    const { counter } = beef.press();
    await until("the word heard", () => beef.said.some((told) => told.counter === counter));
    await expectAllJournaled({ "alarm-opened": 2, "report-heard": 3, "press-appended": 1 });
  });
});
