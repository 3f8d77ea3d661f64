import assert from "node:assert/strict";
import { deliverPdus } from "../../firmware-sim/gsm/pdu.ts";
import { LI, SmsSite, WANG } from "../support/sms-site.ts";

describe("a SIM without room for another text", () => {
  let site: SmsSite;

  afterEach(() => site.end());

  it("is emptied, and what the network kept back comes in", async () => {
    site = new SmsSite({ faults: [{ storageMax: 2 }] });
    const [half] = deliverPdus(LI, "半条短信。".repeat(30), new Date(), 7);
    site.modems[0]!.store({ kind: "text", pdu: half! });
    await site.up();
    for (const text of ["1", "2", "3"]) site.modems[0]!.receive(WANG, text);
    await site.until("all of them", () => site.sink.answers.items.length === 4);
    const said = site.sink.answers.items.map((answer) => (answer.said as { text: string }).text);
    assert.deepEqual(said.filter((text) => text.length === 1).sort(), ["1", "2", "3"]);
    await site.until("room", () => site.modems[0]!.storage.size === 0);
  });
});
