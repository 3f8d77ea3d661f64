import assert from "node:assert/strict";
import { isAwaiting, type Delivery } from "../../gateway/core/alarm.ts";
import { isLive } from "../../gateway/core/messages.ts";
import { minutes } from "../../gateway/core/units.ts";
import { CoreHome, policiesWith } from "../support/core-home.ts";

const policies = policiesWith("emergency", { deadEnd: { siren: true, dutyPhone: "0574-81890" } });
const facilities = { channelKinds: { webhook: "webhook", voice: "voice" } };
const calls = (home: CoreHome): Delivery[] => home.alarm.deliveries.filter(({ type }) => type === "duty-phone");

describe("The duty phone", () => {
  it("is called when the list is at its end, and not before; again each round, one call at a time", () => {
    const home = new CoreHome({ policies, facilities });
    home.press();
    home.forward(minutes(5) - 1);
    assert.equal(calls(home).length, 0);
    home.forward(1);
    assert.deepEqual(
      calls(home).map(({ channel, to, status }) => [channel, to, status]),
      [["voice", "duty-phone", "queued"]],
    );
    home.forward(minutes(5));
    assert.equal(calls(home).length, 1, "it still rings");
    home.receipt(calls(home)[0]!.key, "delivered", "answered by a phone");
    home.forward(minutes(5));
    assert.equal(calls(home).length, 2, "a phone without a key is nobody");
  });

  it("takes the alarm by a key: everything stops, and who took it is named", () => {
    const home = new CoreHome({ policies, facilities });
    home.press();
    home.forward(minutes(5));
    const [{ key }] = calls(home) as [Delivery];
    const { reply } = home.decide({ type: "channel-answer", channel: "voice", key, address: null, said: "accept" });
    assert.ok(reply?.ok);
    assert.deepEqual([home.alarm.state, home.alarm.owner?.name], ["owned", "值班电话 duty phone"]);
    assert.deepEqual(home.alarm.offers.filter(isAwaiting), []);
    assert.deepEqual(calls(home).filter(isLive), []);
    const again = home.decide({ type: "channel-answer", channel: "voice", key, address: null, said: "accept" }).reply;
    assert.equal(again?.ok, false);
  });

  it("falls silent when somebody else takes it", () => {
    const home = new CoreHome({ policies, facilities });
    home.press();
    home.forward(minutes(5));
    home.receipt(calls(home)[0]!.key, "sent", "a phone rings");
    home.act("take");
    assert.equal(calls(home)[0]!.status, "stopped");
  });

  it("is called at once where nobody can be reached", () => {
    const home = new CoreHome({ policies, facilities, people: [] });
    home.report("emergency", { address: "dead" });
    assert.equal(home.alarm.flags.includes("unknown-device"), true);
    const other = new CoreHome({
      policies: policiesWith("unverified", { deadEnd: { siren: false, dutyPhone: "0574-81890" } }),
      facilities: { ...facilities, hotline: false, siren: false },
      people: [],
    });
    other.report("emergency", { address: "dead" });
    assert.equal(calls(other).length, 1);
  });

  it("is not called where no channel telephones", () => {
    const home = new CoreHome({ policies });
    home.press();
    home.forward(minutes(10));
    assert.equal(calls(home).length, 0);
  });
});
