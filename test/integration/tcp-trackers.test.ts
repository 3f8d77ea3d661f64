import assert from "node:assert/strict";
import { ev07bDefinition } from "../../devices/tcp/ev07b.ts";
import { gt06Definition } from "../../devices/tcp/gt06.ts";
import { jt808Definition } from "../../devices/tcp/jt808.ts";
import { topinDefinition } from "../../devices/tcp/topin.ts";
import type { Example, TcpDefinition } from "../../gateway/core/definition.ts";
import { expectHelpCalled } from "../support/home-facts.ts";
import { until } from "../support/until.ts";
import { WatchHome } from "../support/watch-home.ts";

const STORIES = [
  { definition: gt06Definition, protocol: "gt06", sos: "an SOS by its alarm byte, answered" },
  { definition: ev07bDefinition, protocol: "ev07b", sos: "an SOS with a place" },
  { definition: topinDefinition, protocol: "topin", sos: "an SOS" },
  { definition: jt808Definition, protocol: "jt808", sos: "an SOS with a place, answered" },
] as const;

const examplesOf = (definition: TcpDefinition): readonly Example[] => definition.facts!.examples;
const named = (definition: TcpDefinition, name: string): Example =>
  examplesOf(definition).find((one) => one.name === name)!;

describe("A 4G pendant with a binary protocol, over a real connection", function () {
  this.timeout(30_000);
  let site: WatchHome;

  afterEach(() => site.home.leave());

  for (const { definition, protocol, sos } of STORIES)
    it(`${protocol}: logs in, calls for help in two pieces and again, and is answered each time: one press`, async () => {
      const login = examplesOf(definition)[0]!;
      const { hex, reply = "" } = named(definition, sos);
      const [piece] = definition.createSession().push(Buffer.from(login.hex!, "hex"), 0);
      assert.ok(piece!.decoded.type === "reports");
      const { address } = piece!.decoded.reports[0]!;
      site = await WatchHome.build({ protocol, devices: [`${protocol},${address},r-1,emergency,4G挂坠,随身,`] });
      const device = await site.device();
      const answered = (): string => Buffer.from(device.answers, "latin1").toString("hex");
      device.socket.write(Buffer.from(login.hex!, "hex"));
      await until("the answer to the login", () => answered().length > 0);
      const before = answered();
      const bytes = Buffer.from(hex!, "hex");
      device.socket.write(bytes.subarray(0, 4));
      device.socket.write(bytes.subarray(4));
      await expectHelpCalled(site.home, "001");
      await until("the answer to the call", () => answered() === before + reply);
      device.socket.write(bytes);
      await until("the answer to the call when it is sent again", () => answered() === before + reply + reply);
      const alarm = await site.home.alarm();
      assert.deepEqual([alarm.device, alarm.kind, alarm.presses.length], [`${protocol}:${address}`, "emergency", 1]);
    });

  it("gt06: a call whose check is wrong goes to staff alone and is not answered; sent again, it calls for help", async () => {
    const [login] = examplesOf(gt06Definition);
    site = await WatchHome.build({ protocol: "gt06", devices: ["gt06,862431050001234,r-1,emergency,4G挂坠,随身,"] });
    const device = await site.device();
    device.socket.write(Buffer.from(login!.hex!, "hex"));
    await until("the answer to the login", () => device.answers.length > 0);
    const before = device.answers;
    device.socket.write(
      Buffer.from(named(gt06Definition, "an SOS with a wrong CRC is for staff, and not answered").hex!, "hex"),
    );
    await site.expectStaffAlone();
    assert.equal(device.answers, before);
    device.socket.write(Buffer.from(named(gt06Definition, "an SOS by its alarm byte, answered").hex!, "hex"));
    await expectHelpCalled(site.home, "001");
  });
});
