import { until } from "../../support/until.ts";
import { seconds } from "../../../gateway/core/units.ts";
import { SmsSite, WANG } from "../../support/sms-site.ts";
import type { Parts, Rig } from "./suite.ts";
import { describeChannel, keyOf } from "./suite.ts";

interface SmsRig extends Rig {
  readonly site: SmsSite;
}

/** A network that tells no reports: `sent` is where a message rests. */
async function makeRig(parts: Parts): Promise<SmsRig> {
  const site = new SmsSite({ ...parts, faults: [{ loseReports: true }] });
  parts.clock.settle = () => site.quiet();
  const [modem] = site.modems;
  await modem!.start();
  const arrived = (): readonly string[] => modem!.asked.map(({ text }) => text.at(-1)!);
  return {
    site,
    channel: site.channel,
    deliver: (name) => site.deliver(keyOf(name), name),
    withdraw: (name) => site.channel.withdraw(keyOf(name)),
    arrived,
    reach: (total) => until(`${total} messages`, () => arrived().length >= total),
    breakPeer: () => modem!.unplug(),
    mendPeer: () => modem!.replug(),
    close: () => site.end(),
  };
}

const faults = ({ site }: SmsRig) => site.modems[0]!.faults;

describeChannel("short messages", {
  makeRig,
  best: "sent",
  refusals: {
    "nobody has the number": (rig) => void faults(rig).sendErrors.push(1),
    "the modem does not take the PDU": (rig) => void faults(rig).sendErrors.push(304),
  },
  silence: { begin: (rig) => (faults(rig).noResult = 1), forMs: seconds(60) },
  heal: (rig) => void (faults(rig).noResult = 0),
  reply: ({ site }) => site.network.write(WANG, site.modems[0]!.number, "1 4821"),
});
