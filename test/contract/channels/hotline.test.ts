import { Dc09Hotline } from "../../../gateway/adapters/hotline/dc09-hotline.ts";
import { Dc09Peer } from "../../support/peers/dc09-peer.ts";
import { receiverOf } from "../../support/peers/hotline-rig.ts";
import { describeChannel, keyOf, type Parts, type Rig } from "./suite.ts";

async function makeRig(parts: Parts): Promise<Rig> {
  const peer = await new Dc09Peer().open();
  const channel = new Dc09Hotline({ ...parts, receivers: [receiverOf({ port: peer.port })] });
  return {
    channel,
    deliver: (name) =>
      channel.deliver({
        key: keyOf(name),
        alarm: "a1",
        priority: 1,
        event: "101",
        qualifier: 1,
        account: "1234",
        zone: name,
        details: null,
      }),
    withdraw: (name) => channel.withdraw(keyOf(name)),
    arrived: () => peer.frames.items.map((frame) => String(Number(frame.zone))),
    reach: (total) => peer.frames.reach(total),
    breakPeer: () => peer.close(),
    mendPeer: async () => void (await peer.open()),
    close: () => peer.close(),
  };
}

describeChannel("the hotline", { makeRig, best: "received" });
