import assert from "node:assert/strict";
import { ScaipSimReceiver } from "../../firmware-sim/scaip-receiver.ts";
import { ONE_STEP_POLICIES, RealSite } from "../support/real-site.ts";
import { until } from "../support/until.ts";

interface PathRow {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly lastProofAt: string | null;
}

describe("a site with two SCAIP receivers", function () {
  this.timeout(60_000);
  const door = { user: "okc", password: "s3cret", algorithm: "SHA-256", status: 401 } as const;
  let site: RealSite;
  let city: ScaipSimReceiver;
  let district: ScaipSimReceiver;

  beforeEach(async () => {
    [city, district] = await Promise.all([new ScaipSimReceiver().start(), new ScaipSimReceiver().start()]);
    city.behaviour.door = door;
    site = await RealSite.make({ policies: ONE_STEP_POLICIES });
    site.write("scaip.secret", `${door.password}\n`);
    const entry = { kind: "scaip", host: "127.0.0.1", controller: "5740001", listen: "127.0.0.1:0" };
    site.configure({
      hotline: [
        { ...entry, name: "city", port: city.port, user: door.user, password: { file: "scaip.secret" } },
        { ...entry, name: "district", port: district.port, transport: "tcp" },
      ],
    });
    await site.importPeople();
  });

  afterEach(async () => {
    await site.dispose();
    await Promise.all([city.stop(), district.stop()]);
  });

  const press = async (): Promise<void> => void (await site.mqttPendant("p-17")).press();

  it("tells the first one who calls from where, and knows both paths", async () => {
    await site.start();
    await press();
    await until("the alarm at the receiver", () => city.alarms.length > 0, 20_000);
    const { tags } = city.alarms[0]!;
    assert.deepEqual(
      ["mty", "cid", "did", "dty", "stc", "pri", "dco"].map((tag) => tags.get(tag)),
      ["ME", "1234", "003", "0003", "0010", "9", "002"],
    );
    assert.match(tags.get("dte")!, /紧急/);
    assert.ok(tags.get("ite")!.includes(tags.get("lte")!.split(" ")[0]!), "the text names the house");
    await site.untilAlarms("the receipt", ([alarm]) =>
      alarm!.deliveries.some(({ type, status }) => type === "hotline" && status === "received"),
    );
    assert.equal(district.alarms.length, 0);
    const { paths } = await site.json<{ paths: PathRow[] }>("paths");
    for (const id of ["scaip:city", "scaip:district"]) {
      const row = paths.find((one) => one.id === id);
      assert.deepEqual([row?.kind, row?.state, typeof row?.lastProofAt], ["scaip", "up", "string"]);
    }
    assert.ok(!site.log.includes(door.password), "a password is in no log");
  });

  it("hands an alarm to the second one at once when the first is busy, and takes it back there", async () => {
    city.behaviour.snu = 6;
    await site.start();
    await press();
    await until("the alarm at the second", () => district.alarms.length > 0, 20_000);
    await until("the reset at the first", () => city.seen.some(({ type }) => type === "RE"), 20_000);
    assert.equal(city.seen.find(({ type }) => type === "RE")!.ref, city.alarms[0]!.ref);
    assert.ok(!district.seen.some(({ type }) => type === "RE"));
  });

  it("sends an alarm that was held when the gateway was killed again under the same reference", async () => {
    city.behaviour.holdFirst = Infinity;
    district.behaviour.snu = 5;
    await site.start();
    await press();
    await until("the held alarm", () => city.alarms.length > 0, 20_000);
    await site.kill();
    city.behaviour.holdFirst = 0;
    const before = city.alarms.length;
    await site.start();
    await site.untilAlarms("the receipt", ([alarm]) =>
      alarm!.deliveries.some(({ type, status }) => type === "hotline" && status === "received"),
    );
    assert.equal(city.alarms[before]!.ref, city.alarms[0]!.ref);
  });
});
