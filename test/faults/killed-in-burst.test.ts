import assert from "node:assert/strict";
import { Burst } from "../support/burst.ts";
import { ONE_STEP_POLICIES, RealSite } from "../support/real-site.ts";
import { until } from "../support/until.ts";

const PRESSES = 300;
/** So many press at the same moment; when the first answers are there, the others do, and the kill comes. */
const FIRST = 200;
const SOME = 30;
const numbers = Array.from({ length: PRESSES }, (_, index) => index + 1);
const zoneOf = (number: number): string => String(number).padStart(3, "0");
const ids = numbers.map((number) => `p-${number}`);

describe("the gateway is killed in the middle of a burst", function () {
  this.timeout(90_000);
  let site: RealSite;
  let burst: Burst;

  before(async () => {
    site = await RealSite.make({ policies: ONE_STEP_POLICIES });
    const residents = numbers.map((number) => `r-${number},居民${number},1号楼,1234,${zoneOf(number)}`);
    await site.import(["id,name,building,account,zone", ...residents].join("\n"));
    await site.import(["bridge,address,resident", ...numbers.map((n) => `mqtt,p-${n},r-${n}`)].join("\n"));
    burst = new Burst(site.mqttUrl, ids, (id) => site.passwordOf(id));
  });
  after(async () => {
    await burst.leave();
    await site.dispose();
  });

  it("300 press at once: each acknowledged press reaches the hotline, and each opens one alarm", async () => {
    await site.start();
    await burst.connect(ids);
    burst.press(ids.slice(0, FIRST));
    await until("the first acknowledgements", () => burst.acknowledged.length >= SOME);
    burst.press(ids.slice(FIRST));
    await site.kill();
    await burst.leave();
    const acknowledged = burst.acknowledged;
    assert.ok(site.hotline().length < PRESSES, "the kill came when all was over");

    // First without the pendants: what was acknowledged needs nobody's help.
    await site.start();
    for (const id of acknowledged) await site.expectHotline(`1234/${zoneOf(Number(id.slice(2)))} 101`);

    const rest = burst.waiting;
    await burst.connect(rest);
    burst.press(rest);
    await until("all presses to be acknowledged", () => burst.acknowledged.length === PRESSES, 20_000);
    for (const number of numbers) await site.expectHotline(`1234/${zoneOf(number)} 101`);

    assert.equal(site.hotline().length, PRESSES);
    const alarms = await site.alarms();
    assert.equal(alarms.length, PRESSES);
    assert.equal(new Set(alarms.map(({ resident }) => resident)).size, PRESSES);
    assert.equal(alarms.flatMap(({ presses }) => presses).length, PRESSES);
  });

  it("a second kill afterwards repeats nothing at the hotline", async () => {
    await site.untilAlarms("every receipt", (alarms) =>
      alarms.every(({ deliveries }) => deliveries.every(({ status }) => status === "received")),
    );
    const events = site.receiver.events.length;
    await site.kill();
    await site.start();
    const alarms = await site.alarms();
    assert.equal(alarms.length, PRESSES);
    assert.deepEqual(
      alarms.flatMap(({ deliveries }) => deliveries.filter(({ status }) => status !== "received")),
      [],
    );
    assert.equal(site.receiver.events.length, events);
  });
});
