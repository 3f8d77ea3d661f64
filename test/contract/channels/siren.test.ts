import { Siren } from "../../../gateway/adapters/siren/siren.ts";
import { SirenPeer } from "../../support/peers/siren-peer.ts";
import { describeChannel, keyOf, type Parts, type Rig } from "./suite.ts";

async function makeRig(parts: Parts): Promise<Rig> {
  const peer = await new SirenPeer().open();
  await peer.install();
  const channel = new Siren({ ...parts, command: peer.command });
  return {
    channel,
    deliver: (name) => channel.deliver({ key: keyOf(name), alarm: "a1" }),
    withdraw: (name) => channel.withdraw(keyOf(name)),
    arrived: () => peer.runs.items.map(String),
    reach: (total) => peer.runs.reach(total),
    breakPeer: () => peer.remove(),
    mendPeer: () => peer.install(),
    close: () => peer.close(),
  };
}

describeChannel("the siren", { makeRig, best: "sent" });
