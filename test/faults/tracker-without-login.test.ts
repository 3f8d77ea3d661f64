import assert from "node:assert/strict";
import { minutes } from "../../gateway/core/units.ts";
import { expectHelpCalled, linesAbout } from "../support/home-facts.ts";
import { untilQuiet } from "../support/until.ts";
import { WatchHome } from "../support/watch-home.ts";

const LOGIN = "IWAP00353456700000017#";
const SOS = (time: string): string =>
  `IWAP10261125A3114.5000N12128.2500E000.1${time}000.0009000806600001,460,0,9520,3671,01,zh-cn,00#`;
const ENROLLED = "trv,353456700000017,r-2,emergency,4G手表,随身,";

describe("A tracker calls for help without having said who it is", function () {
  this.timeout(30_000);
  let site: WatchHome;

  afterEach(() => site.home.leave());

  it("staff see it, named by where it comes from, and nobody else is called", async () => {
    site = await WatchHome.build({ protocol: "trv" });
    const device = await site.device();
    device.send(SOS("133700"));
    const alarm = await site.home.alarm();
    assert.deepEqual([alarm.device, alarm.flags], ["trv:unnamed-127.0.0.1", ["unknown-device"]]);
    assert.ok(alarm.presses[0]!.raw!.startsWith("IWAP10"), "as it came");
    await site.expectStaffAlone();
  });

  it("once it has logged in, it is its wearer's, and everybody is called", async () => {
    site = await WatchHome.build({ protocol: "trv", devices: [ENROLLED] });
    const device = await site.device();
    device.send(LOGIN + SOS("133700"));
    await expectHelpCalled(site.home, "002");
    assert.equal((await site.home.alarm()).device, "trv:353456700000017");
  });

  it("many of them do not drown the desk: one alarm, a few presses, and a line a minute that counts the rest", async () => {
    site = await WatchHome.build({ protocol: "trv" });
    const device = await site.device();
    for (let n = 0; n < 40; n++) device.send(SOS(String(133700 + n)));
    const alarm = await site.home.alarm(({ presses }) => presses.length >= 1);
    await untilQuiet(() => site.home.alarms()[0]!.presses.length);
    await site.home.forward(minutes(1));
    assert.deepEqual(
      site.home.alarms().map(({ id }) => id),
      [alarm.id],
    );
    const [line] = linesAbout(site.home, "presses of devices that nobody enrolled");
    assert.equal(line!.fields["times"], 35);
    await site.expectStaffAlone();
  });
});
