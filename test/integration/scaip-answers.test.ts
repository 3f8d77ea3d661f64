import assert from "node:assert/strict";
import { connect } from "node:net";
import { once } from "node:events";
import { seconds } from "../../gateway/core/units.ts";
import { freePorts } from "../support/free-ports.ts";
import { emergency } from "../support/peers/hotline-rig.ts";
import { ScaipRig } from "../support/peers/scaip-rig.ts";
import { SipPeer } from "../support/peers/sip-peer.ts";

describe("what is asked of the gateway's own SIP port", () => {
  let rig: ScaipRig;
  let peer: SipPeer;
  let port: number;

  beforeEach(async () => {
    [port] = (await freePorts(1)) as [number];
    peer = await new SipPeer().open();
  });
  afterEach(async () => {
    await peer.close();
    await rig.close();
  });

  /** A reply to the alarm that the receiver has heard. */
  const reply = (snu: number): string => `<mrs><ref>${rig.sim.alarms[0]!.ref}</ref><snu>${snu}</snu></mrs>`;

  const open = async (more: Parameters<typeof ScaipRig.open>[0] = {}): Promise<void> => {
    rig = await ScaipRig.open({ listen: { host: "0.0.0.0", port }, ...more });
  };

  it("is answered to where it came from, with the stations it came by", async () => {
    await open();
    const answer = await peer.ask(peer.request("OPTIONS", "", ["Via: SIP/2.0/UDP b.example;branch=z9hG4bKb"]), port);
    assert.match(answer, /^SIP\/2\.0 200 OK\r\n/);
    assert.match(
      answer,
      new RegExp(`Via: SIP/2.0/UDP 192.0.2.99:5060;rport=${peer.port};branch=z9hG4bKpeer1;received=127.0.0.1\r\n`),
    );
    assert.match(answer, /\r\nVia: SIP\/2\.0\/UDP b\.example;branch=z9hG4bKb\r\n/);
    assert.match(answer, /\r\nTo: <sip:okc@127\.0\.0\.1>;tag=[0-9a-f]{16}\r\n/);
    assert.match(answer, /\r\nAllow: MESSAGE, OPTIONS\r\n/);
  });

  for (const [story, more, body, status] of [
    ["no XML of SCAIP", ["Content-Type: text/plain"], "hello", 415],
    ["XML that is no reply", ["Content-Type: application/xml"], "<mrq></mrq>", 488],
    ["an extension that we have not", ["Require: 100rel"], "", 420],
  ] as const)
    it(`is refused with ${status}: ${story}`, async () => {
      await open();
      assert.match(await peer.ask(peer.request("MESSAGE", body, more), port), new RegExp(`^SIP/2.0 ${status} `));
    });

  it("is refused where we do not do it, or where it contradicts itself", async () => {
    await open();
    assert.match(await peer.ask(peer.request("INVITE"), port), /^SIP\/2\.0 405 [\s\S]*Allow: MESSAGE, OPTIONS/);
    const wrong = peer.request("OPTIONS").replace("CSeq: 1 OPTIONS", "CSeq: 1 MESSAGE");
    assert.match(await peer.ask(wrong, port), /^SIP\/2\.0 400 /);
  });

  it("is not answered at all where it is no SIP, or an ACK", async () => {
    await open();
    for (const text of ["", "\r\n\r\n", "garbage\r\n\r\n", peer.request("ACK"), peer.request("OPTIONS").slice(0, 40)])
      peer.send(text, port);
    await peer.ask(peer.request("OPTIONS"), port);
    assert.equal(peer.heard.items.length, 1);
  });

  it("is answered the same when it comes again, and is acted on once", async () => {
    await open();
    rig.sim.behaviour.silent = true;
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "sent");
    const request = peer.request("MESSAGE", reply(6));
    const first = await peer.ask(request, port);
    await rig.sink.expect("k1", "failing");
    const proofs = rig.sink.proofs.items.length;
    assert.equal(await peer.ask(request, port), first);
    assert.equal(rig.sink.proofs.items.length, proofs);
    await rig.forward(seconds(33));
    assert.notEqual(await peer.ask(request, port), first, "it is forgotten after 32 s");
  });

  it("is the end of a hold when the receiver says so by itself", async () => {
    await open();
    rig.sim.behaviour.holdFirst = Infinity;
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "failing");
    await peer.ask(peer.request("MESSAGE", reply(0)), port);
    await rig.sink.expect("k1", "received");
    await rig.forward(seconds(20));
    assert.equal(rig.arrived("ME").length, 1);
  });

  it("proves nothing when it comes from somebody else: no forged reply calms anybody", async () => {
    await open();
    rig.sim.behaviour.silent = true;
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "sent");
    const proofs = rig.sink.proofs.items.length;
    const stranger = await new SipPeer().open("127.0.0.9");
    for (let times = 0; times < 3; times++)
      assert.match(await stranger.ask(stranger.request("MESSAGE", reply(0)), port), /^SIP\/2\.0 403 /);
    await stranger.close();
    await rig.clock.settle();
    assert.deepEqual(rig.sink.statuses("k1"), ["sent"]);
    assert.equal(rig.sink.proofs.items.length, proofs);
    assert.equal(rig.log.lines.filter((line) => line.includes("127.0.0.9")).length, 1);
  });

  it("counts when it comes from an address that may reply for the receiver", async () => {
    await open({ repliesFrom: ["127.0.0.9"] });
    rig.sim.behaviour.silent = true;
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "sent");
    const other = await new SipPeer().open("127.0.0.9");
    assert.match(await other.ask(other.request("MESSAGE", reply(0)), port), /^SIP\/2\.0 200 /);
    await other.close();
    await rig.sink.expect("k1", "received");
  });

  it("is heard over a connection of the receiver's own, and nobody else's connection stands", async () => {
    await open();
    rig.sim.behaviour.silent = true;
    rig.hotline.deliver(emergency("k1"));
    await rig.sink.expect("k1", "sent");
    const stranger = connect({ port, host: "127.0.0.1", localAddress: "127.0.0.9" });
    stranger.on("error", () => undefined);
    await once(stranger, "close");
    const socket = connect({ port, host: "127.0.0.1" });
    socket.write(peer.request("MESSAGE", reply(0)).replace("SIP/2.0/UDP", "SIP/2.0/TCP"));
    const [answer] = (await once(socket, "data")) as [Buffer];
    assert.match(answer.toString(), /^SIP\/2\.0 200 /);
    await rig.sink.expect("k1", "received");
    socket.write("no SIP\r\n\r\n");
    await once(socket, "close");
  });
});
