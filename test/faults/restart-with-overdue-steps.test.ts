import assert from "node:assert/strict";
import { RealSite } from "../support/real-site.ts";
import { until } from "../support/until.ts";

/** Steps so short that several are over while the gateway is away. */
const SHORT_STEPS = `policies:
  - id: emergency
    steps:
      - { after: 0s, targets: [hotline, desk] }
      - { after: 1s, targets: [volunteers] }
      - { after: 2s, targets: [family] }
      - { after: 3s, targets: [staffOnDuty] }
      - { after: 12h, targets: [hotline, desk] }
  - id: service
    appliesTo: { kinds: [service] }
    priority: 3
    steps:
      - { after: 0s, targets: [desk] }
      - { after: 1s, targets: [staffOnDuty] }
      - { after: 12h, targets: [desk] }
`;
/** The last of these steps is overdue by then. */
const AWAY_MS = 4_000;

describe("the gateway is away for longer than several steps", function () {
  this.timeout(60_000);
  let site: RealSite;

  beforeEach(async () => {
    site = await RealSite.make({ policies: SHORT_STEPS, serial: true });
    await site.importPeople();
  });
  afterEach(() => site.dispose());

  it("overdue steps run at once, priority 1 and oldest first, and what has no receipt is sent again under its key", async () => {
    site.receiver.mode = "silent";
    site.phones.failing = true;
    await site.start();
    await site.dongle!.opened();
    const mqtt = await site.mqttPendant("p-17");
    // The service request is the oldest, and waits for the calls for help all the same.
    for (const [pendant, kind] of [
      [mqtt, "service"],
      [site.pendant("beef"), "emergency"],
      [site.pendant("cafe"), "emergency"],
    ] as const)
      await pendant.heard(pendant.press(kind).counter);
    await until("the first frame at the receiver", () => site.receiver.frames.length > 0);
    const before = await site.alarms();
    assert.deepEqual(before.map(({ resident, priority }) => [resident, priority]).sort(), [
      ["r-1", 1],
      ["r-2", 1],
      ["r-3", 3],
    ]);
    await site.kill();
    await mqtt.stop();
    const away = performance.now();
    await until("the steps to be overdue", () => performance.now() - away > AWAY_MS);

    site.receiver.mode = "ack";
    site.phones.failing = false;
    await site.start();
    for (const zone of ["001", "002"]) await site.expectHotline(`1234/${zone} 101`);
    await until("staff to be asked for all three", () => site.phones.of("s-1").length === 3, 20_000);

    // One lane of messages per person shows the order: most urgent first, then oldest.
    const [one, two] = ["r-1", "r-2"].map((resident) => before.find((alarm) => alarm.resident === resident)!.id);
    const service = before.find(({ resident }) => resident === "r-3")!.id;
    assert.deepEqual(
      site.phones.of("s-1").map(({ message }) => message.alarm.id),
      [one, two, service],
    );
    assert.deepEqual(
      site.phones.of("f-1").map(({ message }) => message.alarm.id),
      [one],
    );
    const after = await site.untilAlarms("receipts", (alarms) =>
      alarms.every(({ deliveries }) => deliveries.every(({ status }) => status !== "queued" && status !== "failing")),
    );
    for (const { id, deliveries } of before)
      for (const { key, type, to } of deliveries) {
        const same = after.find((alarm) => alarm.id === id)!.deliveries.find((delivery) => delivery.key === key)!;
        assert.deepEqual([same.type, same.to], [type, to]);
      }
    for (const { deliveries } of after.filter(({ priority }) => priority === 1))
      assert.deepEqual(
        deliveries.filter(({ type }) => type === "hotline").map(({ status }) => status),
        ["received"],
      );
    assert.deepEqual(site.hotline().sort(), ["1234/001 101", "1234/002 101"]);
  });
});
