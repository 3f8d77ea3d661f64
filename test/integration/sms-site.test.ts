import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SimModem } from "../../firmware-sim/gsm/modem.ts";
import { RealSite } from "../support/real-site.ts";
import { until } from "../support/until.ts";

const VOLUNTEER = "+8613800000011";
const SITE_NUMBER = "+8613900000001";

describe("a site whose volunteers are reached by short message", function () {
  this.timeout(90_000);
  const folder = mkdtempSync(join(tmpdir(), "okc-modem-"));
  const modem = new SimModem({ link: join(folder, "modem"), number: SITE_NUMBER, faults: { pin: "1234" } });
  let site: RealSite;

  before(async () => {
    await modem.start();
    const volunteers = [{ channel: "sms", modems: [{ path: modem.link, pin: "1234" }] }];
    site = await RealSite.make({ serial: true, more: { volunteers } });
    await site.importPeople();
    await site.import("responder,channel,address,order\nv-1,sms,138 0000 0011,1");
    await site.start();
  });
  after(async () => {
    await site.dispose();
    await modem.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const texts = (): readonly string[] => modem.network.phone(VOLUNTEER).texts;

  it("tells who, where and what in one message, hears the answer, and says what became of it", async () => {
    await until("the modem in its network", () => site.log.includes("modem a works"), 30_000);
    site.pendant("beef").press();
    const offer = await until("the message", () => texts()[0], 30_000);
    assert.match(offer, /^【一键通】紧急呼叫 李奶奶，1号楼 1 101。回复 1 \d+ 接受，2 \d+ 拒绝。$/);
    assert.equal(modem.submits.length, 1, "one part");
    await site.untilAlarms("its delivery", ([one]) =>
      Boolean(one?.deliveries.some(({ channel, status }) => channel === "sms" && status === "delivered")),
    );
    const code = /回复 1 (\d+)/.exec(offer)![1]!;
    modem.network.write(VOLUNTEER, SITE_NUMBER, `1 ${code}`);
    await site.untilAlarms("the acceptance", ([one]) =>
      Boolean(one?.offers.some(({ responder, state }) => responder === "v-1" && state === "accepted")),
    );
    await until("the words that go back", () => texts().length === 2, 30_000);
    modem.network.write("+8613812345678", SITE_NUMBER, "1");
    await until("the SIM to be empty", () => modem.storage.size === 0, 30_000);
  });

  it("shows the way among the paths, and no number in its log", async () => {
    const { paths } = await site.json<{ paths: { id: string; state: string; lastProofAt: string | null }[] }>("paths");
    const path = paths.find(({ id }) => id === "sms:sms");
    assert.equal(path?.state, "up");
    assert.ok(path?.lastProofAt);
    assert.doesNotMatch(site.log, /138 ?0000|13812345678|1234\b/);
  });
});
