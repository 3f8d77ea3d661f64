import { SendingChannel } from "../../../gateway/app/sending-channel.ts";
import type { SendingLimits } from "../../../gateway/app/sending-limits.ts";
import { seconds } from "../../../gateway/core/units.ts";
import type { OfferMessage, PersonMessage } from "../../../gateway/ports/channel.ts";
import type { Sender } from "../../../gateway/ports/sender.ts";
import { keyOf, type Parts, type Rig, type Trial } from "../../contract/channels/suite.ts";
import { HttpPeer, type PeerAnswer, type PeerRequest } from "./http-peer.ts";
import { offerMessage } from "./offer-message.ts";

/** A channel whose other side is a service behind HTTP. */
export interface PostRig extends Rig {
  readonly peer: HttpPeer;
}

export interface PostCase {
  readonly kind: string;
  /** Makes the sender for a service at that origin, as `http://127.0.0.1:4711`. */
  readonly sender: (parts: Parts, origin: string) => Sender<PersonMessage>;
  /** What the service says of a message that it takes. */
  readonly taken: PeerAnswer;
  /** What is peculiar to the message of that name; its words hold the name anyway. */
  readonly message?: (name: string, origin: string) => Partial<OfferMessage>;
  readonly nameOf?: (request: PeerRequest) => string;
  readonly limits?: Partial<SendingLimits>;
}

/** The words of the message of that name. */
const wordsOf = (name: string) => {
  const text = `message number ${name}`;
  return { title: text, text, spoken: text };
};

const nameInWords = ({ body }: PeerRequest): string => /message number (\d)/.exec(body)?.[1] ?? "?";

/** What every service behind HTTP is put through; `answers` adds those of its own. */
export function postTrial(one: PostCase, answers: Partial<Trial<PostRig>>): Trial<PostRig> {
  return {
    makeRig: postRig(one),
    best: "sent",
    heal: ({ peer }) => void (peer.answer = one.taken),
    silence: { begin: ({ peer }) => void (peer.answer = "silent"), forMs: seconds(10) },
    ...answers,
    postponements: {
      "HTTP 500": answering({ status: 500, body: "<html>Internal Server Error</html>" }),
      "HTTP 503": answering({ status: 503 }),
      "HTTP 429": answering({ status: 429 }),
      "the connection is cut": ({ peer }) => void (peer.answer = "reset"),
      ...answers.postponements,
    },
  };
}

/** The other side gives that answer from now on. */
export const answering =
  (answer: PeerAnswer) =>
  ({ peer }: PostRig): void =>
    void (peer.answer = answer);

function postRig({ kind, sender, taken, limits = {}, message, nameOf = nameInWords }: PostCase) {
  return async (parts: Parts): Promise<PostRig> => {
    const peer = await new HttpPeer().open();
    peer.answer = taken;
    const origin = `http://127.0.0.1:${peer.port}`;
    const channel = new SendingChannel<PersonMessage>({
      ...parts,
      kind,
      id: kind,
      limits,
      sender: sender(parts, origin),
    });
    return {
      peer,
      channel,
      deliver: (name) =>
        channel.deliver(offerMessage({ key: keyOf(name), words: wordsOf(name), ...message?.(name, origin) })),
      withdraw: (name) => channel.withdraw(keyOf(name)),
      arrived: () => peer.requests.items.map(nameOf),
      reach: (total) => peer.requests.reach(total),
      breakPeer: () => peer.close(),
      mendPeer: async () => void (await peer.open()),
      close: () => peer.close(),
    };
  };
}
