import { EmailSender } from "../../../gateway/adapters/email/email.ts";
import { SendingChannel } from "../../../gateway/app/sending-channel.ts";
import { seconds } from "../../../gateway/core/units.ts";
import type { PersonMessage } from "../../../gateway/ports/channel.ts";
import { offerMessage } from "../../support/peers/offer-message.ts";
import { SmtpPeer } from "../../support/peers/smtp-peer.ts";
import { describeChannel, keyOf, type Parts, type Rig } from "./suite.ts";

interface MailRig extends Rig {
  readonly peer: SmtpPeer;
}

async function makeRig(parts: Parts): Promise<MailRig> {
  const peer = await new SmtpPeer().open();
  const login = { user: "okc", password: "hidden" };
  const from = "okc@community.example";
  const sender = new EmailSender({
    clock: parts.clock,
    host: "127.0.0.1",
    port: peer.port,
    tls: "none",
    login,
    from,
  });
  const channel = new SendingChannel<PersonMessage>({ ...parts, kind: "email", id: "email", sender });
  return {
    peer,
    channel,
    deliver: (name) => channel.deliver(offerMessage({ key: keyOf(name), address: `neighbour${name}@mail.example` })),
    withdraw: (name) => channel.withdraw(keyOf(name)),
    arrived: () => peer.tries.items.map((address) => address.charAt(9)),
    reach: (total) => peer.tries.reach(total),
    breakPeer: () => peer.close(),
    mendPeer: async () => void (await peer.open()),
    close: () => peer.close(),
  };
}

describeChannel("mail", {
  makeRig,
  best: "sent",
  refusals: {
    "no such mailbox": ({ peer }) => void (peer.recipient = "550 5.1.1 no such user"),
    "its text is refused": ({ peer }) => void (peer.taken = "554 5.7.1 spam"),
  },
  postponements: {
    "a grey list": ({ peer }) => void (peer.recipient = "450 4.2.0 come back later"),
    "no room": ({ peer }) => void (peer.taken = "452 4.3.1 insufficient storage"),
    "it closes down": ({ peer }) => void (peer.recipient = "421 4.3.2 shutting down"),
    "the connection is cut": ({ peer }) => void (peer.taken = "cut"),
    "no SMTP at all": ({ peer }) => void (peer.taken = "999 <html>"),
  },
  silence: { begin: ({ peer }) => void (peer.taken = "silent"), forMs: seconds(30) },
  heal: ({ peer }) => {
    peer.recipient = "250 ok";
    peer.taken = "250 queued";
  },
});
