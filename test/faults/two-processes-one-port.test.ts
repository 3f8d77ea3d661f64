import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { seconds } from "../../gateway/core/units.ts";
import { BridgeHome, REMOTE } from "../support/bridge-home.ts";
import { expectFault, expectFaultOver, expectHelpCalled } from "../support/home-facts.ts";
import { until } from "../support/until.ts";

/** A program that opens a serial port and keeps it, as a forgotten terminal or an old gateway would. */
const KEEPER = `
import { SerialPort } from "serialport";
const port = new SerialPort({ path: process.argv[1], baudRate: 57600 }, (error) => {
  process.stdout.write(error ? "refused: " + error.message : "open");
});
process.stdin.resume();
process.stdin.on("end", () => port.isOpen ? port.close(() => process.exit(0)) : process.exit(0));
`;

describe("Two processes want one serial port", function () {
  this.timeout(30_000);
  let site: BridgeHome;
  let other: ChildProcess | null = null;

  afterEach(async () => {
    await endOther();
    await site.home.leave();
  });

  /** Gives what the other program says of its opening. */
  async function startOther(): Promise<string> {
    const child = spawn(process.execPath, ["--input-type=module", "-e", KEEPER, site.rflink.link]);
    other = child;
    let said = "";
    child.stdout.on("data", (text: Buffer) => (said += text.toString()));
    return until("the other program to try the port", () => said !== "" && said);
  }

  async function endOther(): Promise<void> {
    const child = other;
    other = null;
    if (!child) return;
    const ended = once(child, "exit");
    child.stdin!.end();
    await ended;
  }

  it("the gateway has it: the other one is turned away, and presses go on", async () => {
    site = await BridgeHome.build();
    assert.match(await startOther(), /^refused: .*lock/i);
    await site.rflink.press(REMOTE);
    await expectHelpCalled(site.home, "001");
    assert.deepEqual(site.faults, []);
  });

  it("the other one has it: a fault that says so, nothing else waits, and the gateway takes it when it is free", async () => {
    site = await BridgeHome.build();
    const { home, rflink } = site;
    await home.stop();
    await until("the port to be free", () => !rflink.isOpen);
    assert.equal(await startOther(), "open");
    await home.start();
    const line = `line:serial:${rflink.link}`;
    const fault = await expectFault(home, line);
    assert.match(fault.detail, /another program has this port open/);
    assert.equal(fault.count, 1);

    home.pendant("cafe").press();
    await expectHelpCalled(home, "002");
    await home.forward(seconds(5));
    assert.equal((await expectFault(home, line)).count, 1, "told once, however often it is tried");

    await endOther();
    await until("the port to be free", () => !rflink.isOpen);
    for (let tries = 0; tries < 20 && !rflink.isOpen; tries++) await home.forward(seconds(1));
    await expectFaultOver(home, line);
    await rflink.press(REMOTE);
    await expectHelpCalled(home, "001");
  });
});
