import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EnoceanStick } from "../../firmware-sim/enocean.ts";
import { seconds } from "../../gateway/core/units.ts";
import { Home } from "../support/home.ts";
import { counted, expectHelpCalled } from "../support/home-facts.ts";
import { until } from "../support/until.ts";

/** In the flat of r-1: every key of it calls. */
const BEDSIDE = "0029a1b2";
/** In the flat of r-2: one key of four calls, the others are for the light. */
const HALL = "feedc0de";

const DEVICES = [`enocean,${BEDSIDE},r-1,emergency,床头按钮,卧室,`, `enocean,${HALL}:BO,r-2,emergency,门厅按钮,门厅,`];

describe("A press of a switch without a battery, over an EnOcean stick", function () {
  this.timeout(30_000);
  let home: Home;
  let stick: EnoceanStick;

  beforeEach(async () => {
    const folder = mkdtempSync(join(tmpdir(), "okc-enocean-"));
    stick = new EnoceanStick(join(folder, "stick"));
    await stick.start();
    home = await Home.build({
      serial: [{ path: stick.link, protocol: "enocean", baud: 57_600 }],
      devices: DEVICES,
    });
    home.closing.push(
      () => stick.stop(),
      () => rmSync(folder, { recursive: true, force: true }),
    );
    await until("the stick to be asked for its version", () => stick.asked > 0);
  });

  afterEach(() => home.leave());

  const faults = (): readonly string[] => [...home.state.faults.values()].map(({ code }) => code).sort();

  it("two repeaters send it on and the key comes up: one alarm of one press, and nobody says the wearer was told", async () => {
    stick.press({ sender: BEDSIDE, key: "AI", repeaters: 2 });
    stick.release({ sender: BEDSIDE, repeaters: 2 });
    await expectHelpCalled(home, "001");
    await until("all telegrams to be read", async () => (await counted(home, "okc_serial_reports_total")) === 6);
    const alarm = await home.alarm();
    assert.deepEqual([alarm.kind, alarm.presses.length, alarm.flags, alarm.said], ["emergency", 1, [], null]);
    assert.deepEqual(faults(), []);
  });

  it("the next press counts as soon as the key was up", async () => {
    stick.press({ sender: BEDSIDE, key: "AI" });
    stick.release({ sender: BEDSIDE });
    stick.press({ sender: BEDSIDE, key: "AI" });
    stick.release({ sender: BEDSIDE });
    await home.alarm(({ presses }) => presses.length === 2);
    await expectHelpCalled(home, "001");
  });

  it("of a switch with four keys only the enrolled one calls", async () => {
    stick.press({ sender: HALL, key: "AI" });
    stick.release({ sender: HALL });
    stick.press({ sender: HALL, key: "BO" });
    await expectHelpCalled(home, "002");
    assert.equal((await home.alarm()).presses.length, 1);
  });

  it("a press right behind a telegram that broke off is heard", async () => {
    stick.breakOff({ sender: BEDSIDE, key: "AI" });
    stick.press({ sender: BEDSIDE, key: "AI" });
    await expectHelpCalled(home, "001");
  });

  it("a neighbour's switch is nothing, a stick that is open but mute is a fault of its line", async () => {
    stick.press({ sender: "0dddd111", key: "AI" });
    stick.alive = false;
    await home.forward(seconds(70));
    await until("the row of the line", () => faults().includes("line-down"));
    stick.alive = true;
    await home.forward(seconds(20));
    await until("the line to be up", () => faults().length === 0);
  });
});
