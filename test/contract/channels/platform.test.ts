import { PlatformCallSender } from "../../../gateway/adapters/post/platform.ts";
import { SendingChannel } from "../../../gateway/app/sending-channel.ts";
import { seconds } from "../../../gateway/core/units.ts";
import type { HotlineMessage } from "../../../gateway/ports/channel.ts";
import { emergency } from "../../support/peers/hotline-rig.ts";
import { HttpPeer, type PeerAnswer } from "../../support/peers/http-peer.ts";
import { describeChannel, keyOf, type Parts, type Rig } from "./suite.ts";

interface PlatformRig extends Rig {
  readonly peer: HttpPeer;
}

const TAKEN: PeerAnswer = { status: 200, body: JSON.stringify({ received: true }) };

async function makeRig(parts: Parts): Promise<PlatformRig> {
  const peer = await new HttpPeer().open();
  peer.answer = TAKEN;
  const sender = new PlatformCallSender({
    name: "81890",
    url: `http://127.0.0.1:${peer.port}/okc`,
    secret: "s3cret",
    acknowledges: "body",
    site: "月湖社区",
    intake: { hear: () => Promise.resolve([]) },
    clock: parts.clock,
  });
  const channel = new SendingChannel<HotlineMessage>({ ...parts, kind: "platform", id: "81890", sender });
  return {
    peer,
    channel,
    deliver: (name) => channel.deliver(emergency(keyOf(name), { zone: name })),
    withdraw: (name) => channel.withdraw(keyOf(name)),
    arrived: () => peer.requests.items.map(({ body }) => (JSON.parse(body) as { zone: string }).zone),
    reach: (total) => peer.requests.reach(total),
    breakPeer: () => peer.close(),
    mendPeer: async () => void (await peer.open()),
    close: () => peer.close(),
  };
}

const answering =
  (answer: PlatformRig["peer"]["answer"]) =>
  ({ peer }: PlatformRig): void =>
    void (peer.answer = answer);

describeChannel("a city platform", {
  makeRig,
  best: "received",
  heal: answering(TAKEN),
  refusals: { "HTTP 400": answering({ status: 400 }), "HTTP 422": answering({ status: 422, body: "{}" }) },
  postponements: {
    "HTTP 401": answering({ status: 401 }),
    "HTTP 404": answering({ status: 404 }),
    "a redirect": answering({ status: 302, headers: { location: "https://www.example.org/" } }),
    "HTTP 503": answering({ status: 503 }),
    "the connection is cut": answering("reset"),
    "an answer that is cut": answering({ status: 200, body: '{"received":', isCut: true }),
  },
  silence: { begin: answering("silent"), forMs: seconds(10) },
  throttle: { begin: answering({ status: 429, headers: { "retry-after": "30" } }), forMs: seconds(30) },
});
