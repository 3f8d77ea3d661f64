import assert from "node:assert/strict";
import { join } from "node:path";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { ConfigFolder } from "../support/config-folder.ts";

describe("a SCAIP receiver in okc.yaml", () => {
  let folder: ConfigFolder;
  beforeEach(() => {
    folder = new ConfigFolder();
  });
  afterEach(() => folder.remove());

  const entry = (text: string) => folder.load(`hotline: [{ kind: scaip, ${text} }]`).hotline[0];

  it("needs a host and a controller; all else has a value that fits most", () => {
    assert.deepEqual(entry('host: 192.0.2.20, controller: "0012"'), {
      kind: "scaip",
      name: "scaip",
      host: "192.0.2.20",
      port: 5_060,
      transport: "udp",
      uri: null,
      controller: "0012",
      user: "0012",
      password: null,
      listen: { host: "0.0.0.0", port: 0 },
      tls: null,
      heartbeatMs: seconds(60),
      lostAfterMs: seconds(90),
      hold: { everyMs: seconds(10), forMs: minutes(3) },
      repliesFrom: [],
      lines: 4,
    });
  });

  it("reaches an address of IPv6 from a port of IPv6", () => {
    const given = entry('host: "2001:db8::20", controller: "1"');
    assert.deepEqual(given?.kind === "scaip" && given.listen, { host: "::", port: 0 });
  });

  it("takes a password from a file, and the files of TLS", () => {
    folder.write("s3cret\n", "scaip.secret");
    folder.write("x", "ca.pem");
    const given = entry(
      'host: a.example, controller: "1", transport: tls, password: { file: scaip.secret }, tls: { ca: ca.pem }, hold: { every: 20s, for: 30min }, heartbeat: 2min',
    );
    assert.ok(given?.kind === "scaip");
    assert.deepEqual([given.port, given.password, given.lostAfterMs], [5_061, "s3cret", minutes(3)]);
    assert.deepEqual(given.tls, { ca: join(folder.path, "ca.pem"), serverName: null, cert: null, key: null });
    assert.deepEqual(given.hold, { everyMs: seconds(20), forMs: minutes(30) });
  });

  it("says what is wrong", () => {
    const wrong = (text: string) => folder.refuse(`hotline:\n  - { kind: scaip, host: a, controller: "1", ${text} }`);
    assert.deepEqual(folder.refuse("hotline:\n  - { kind: scaip, host: a, controller: 1 }"), [
      '2 hotline[0].controller: must stand in quotes, or leading zeros are lost: "1"',
    ]);
    assert.deepEqual(wrong("transport: sctp"), [
      '2 hotline[0].transport: "sctp" is not known; did you mean tcp? allowed: udp, tcp, tls',
    ]);
    assert.deepEqual(wrong("hold: { every: 4s }"), ["2 hotline[0].hold.every: must be from 5s to 20s, not 4s"]);
    assert.deepEqual(wrong("hold: { for: 31min }"), ["2 hotline[0].hold.for: must be from 3min to 30min, not 31min"]);
    assert.deepEqual(wrong("heartbeat: 60s, lostAfter: 60s"), [
      "2 hotline[0].lostAfter: must be longer than heartbeat",
    ]);
    assert.deepEqual(wrong("tls: {}"), ["2 hotline[0].tls: does not go with transport udp; must be tls"]);
    assert.deepEqual(wrong(`transport: tls, tls: { cert: ${folder.file} }`), [
      "2 hotline[0].tls.cert: needs key beside it",
    ]);
    assert.deepEqual(wrong('uri: "arc@example.com"'), [
      '2 hotline[0].uri: "arc@example.com" is not a SIP address, as sip:alarm@example.com',
    ]);
    assert.deepEqual(wrong("user: a b"), [
      '2 hotline[0].user: "a b" must be letters, digits and any of - _ . ! ~ * \' ( ) & = + $ ,',
    ]);
    assert.deepEqual(wrong("repliesFrom: [arc.example.com]"), [
      '2 hotline[0].repliesFrom[0]: "arc.example.com" is not an IP address',
    ]);
  });

  it("stands beside other receivers, each with a name of its own", () => {
    const two = '{ kind: scaip, host: a, controller: "1" }';
    assert.deepEqual(folder.refuse(`hotline:\n  - ${two}\n  - ${two}`), [
      "3 hotline[1]: the name scaip stands in the list twice",
    ]);
    assert.equal(folder.load(`hotline: [{ kind: dc09, host: a, port: 1, account: "1234" }, ${two}]`).hotline.length, 2);
  });
});
