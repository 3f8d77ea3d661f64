import assert from "node:assert/strict";
import type { ModemFaults } from "../../firmware-sim/gsm/modem-faults.ts";
import { SmsSite, WANG } from "../support/sms-site.ts";

const KINDS: Readonly<Record<string, Partial<ModemFaults>>> = {
  "echoes although it was told not to": { echo: true },
  "has noise before each answer": { garbage: true },
  "answers byte by byte": { piecewise: true },
  "answers in numbers": { numeric: true },
  "does all of it": { echo: true, garbage: true, piecewise: true, numeric: true },
};

describe("a modem that", () => {
  let site: SmsSite;

  afterEach(() => site.end());

  for (const [what, faults] of Object.entries(KINDS))
    it(`${what} sends and receives`, async () => {
      site = await new SmsSite({ faults: [faults] }).up();
      site.deliver("k1", "很长的消息。".repeat(20));
      site.network.write(WANG, site.modems[0]!.number, "1 4821");
      await site.until("delivered", () => site.statuses("k1").includes("delivered"));
      await site.until("the text", () => site.sink.answers.items.length === 1);
      assert.equal(site.texts().length, 1);
      assert.deepEqual(site.sink.answers.items[0]!.said, { text: "1 4821" });
    });

  it("is called by somebody hangs up and sends on", async () => {
    site = await new SmsSite().up();
    site.modems[0]!.say("RING");
    site.modems[0]!.say('+CLIP: "13800000009",161');
    site.deliver("k1");
    await site.until("delivered", () => site.statuses("k1").includes("delivered"));
    assert.ok(site.modems[0]!.commands.includes("AT+CHUP"));
  });
});
