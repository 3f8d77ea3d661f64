import { ScaipSimReceiver } from "../../../firmware-sim/scaip-receiver.ts";
import { ScaipHotline } from "../../../gateway/adapters/scaip/scaip-hotline.ts";
import { seconds } from "../../../gateway/core/units.ts";
import { emergency } from "../../support/peers/hotline-rig.ts";
import { scaipReceiver } from "../../support/peers/scaip-rig.ts";
import { until } from "../../support/until.ts";
import { describeChannel, keyOf, type Parts, type Rig } from "./suite.ts";

interface ScaipSide extends Rig {
  readonly sim: ScaipSimReceiver;
}

async function makeRig(parts: Parts): Promise<ScaipSide> {
  const sim = await new ScaipSimReceiver({ clock: parts.clock.world }).start();
  // Over TCP a receiver that is away is known at once.
  const channel = new ScaipHotline({ ...parts, receiver: scaipReceiver(sim.port, { transport: "tcp" }) });
  const arrived = (): readonly string[] => sim.alarms.map(({ tags }) => tags.get("did") ?? "");
  return {
    sim,
    channel,
    deliver: (name) => channel.deliver(emergency(keyOf(name), { zone: name })),
    withdraw: (name) => channel.withdraw(keyOf(name)),
    arrived,
    reach: (total) => until(`${total} messages`, () => arrived().length >= total),
    breakPeer: () => sim.stop(),
    mendPeer: async () => void (await sim.start()),
    close: () => sim.stop(),
  };
}

describeChannel("a SCAIP receiver", {
  makeRig,
  best: "received",
  silence: { begin: ({ sim }) => void (sim.behaviour.mute = true), forMs: seconds(8) },
  heal: ({ sim }) => void (sim.behaviour.mute = false),
});
