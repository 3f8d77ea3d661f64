import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EmailSender, type EmailParts } from "../../gateway/adapters/email/email.ts";
import { offerMessage } from "../support/peers/offer-message.ts";
import { SmtpPeer } from "../support/peers/smtp-peer.ts";
import { NOON, TestClock } from "../support/test-clock.ts";

const FIRST = { attempt: 1, wallAt: NOON };

describe("mail", () => {
  const folder = mkdtempSync(join(tmpdir(), "okc-mail-"));
  let clock: TestClock;
  let peer: SmtpPeer;
  let sender: EmailSender;

  before(() => {
    const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem"), "-days", "2"];
    const options = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost"];
    execFileSync("openssl", ["req", "-x509", ...options, ...files], { stdio: "ignore" });
  });
  after(() => rmSync(folder, { recursive: true }));

  beforeEach(async () => {
    clock = new TestClock();
    peer = await new SmtpPeer().open();
  });

  afterEach(async () => {
    await sender.close();
    await peer.close();
    assert.equal(clock.pending, 0);
  });

  async function open(more: Partial<EmailParts> = {}): Promise<void> {
    const login = { user: "okc", password: "hidden" };
    const from = "一键通 <okc@community.example>";
    sender = new EmailSender({ clock, host: "127.0.0.1", port: peer.port, tls: "none", login, from, ...more });
    await sender.open();
  }

  it("goes to one person, says what the message says, with the link, and is the same mail at each try", async () => {
    await open();
    const message = offerMessage({ key: "okc-aaaa1111-a1-d3", address: "wang@mail.example" });
    await sender.send(message, FIRST);
    await sender.send(message, { attempt: 2, wallAt: NOON });
    assert.equal(peer.mails.items.length, 2);
    const [mail, again] = peer.mails.items as [(typeof peer.mails.items)[0], (typeof peer.mails.items)[0]];
    assert.deepEqual([mail.from, mail.to, mail.user], ["okc@community.example", ["wang@mail.example"], "okc"]);
    const [head = "", text = ""] = mail.data.split("\r\n\r\n");
    assert.match(head, /^Message-ID: <okc-aaaa1111-a1-d3@community\.example>$/im);
    assert.match(again.data, /^Message-ID: <okc-aaaa1111-a1-d3@community\.example>$/im);
    assert.match(head, /^Auto-Submitted: auto-generated$/im);
    assert.match(head, /^X-Priority: 1/im);
    const said = /base64/i.test(head) ? Buffer.from(mail.data.split("\r\n\r\n")[1]!, "base64").toString() : text;
    assert.match(decoded(mail.data, said), /李奶奶，3 2 501。/);
    assert.match(decoded(mail.data, said), /https:\/\/okc\.example\.org\/o\/o1#t0ken/);
  });

  it("uses a connection again", async () => {
    await open();
    for (let n = 1; n <= 3; n++) await sender.send(offerMessage({ key: `k${n}`, address: "wang@mail.example" }), FIRST);
    assert.equal(peer.connections.items.length, 1);
  });

  it("has four connections at most", async () => {
    await open();
    peer.taken = "silent";
    const all = [1, 2, 3, 4, 5, 6].map((n) =>
      sender.send(offerMessage({ key: `k${n}`, address: `neighbour${n}@mail.example` }), FIRST),
    );
    await peer.tries.reach(4);
    await clock.settle();
    assert.equal(peer.connections.items.length, 4);
    await sender.close();
    for (const verdict of await Promise.all(all)) assert.equal(verdict.fate, "retry");
  });

  it("sends nothing to an address that is none, nor to several", async () => {
    await open();
    for (const address of ["", "wang", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", "<a@b.example>"])
      assert.equal((await sender.send(offerMessage({ address }), FIRST)).fate, "failed", address);
    assert.equal(peer.connections.items.length, 0);
  });

  it("says that the login is refused, and that the way does not work", async () => {
    await open();
    peer.login = "535 5.7.8 authentication credentials invalid";
    const verdict = await sender.send(offerMessage({ address: "wang@mail.example" }), FIRST);
    assert.equal(verdict.fate, "failed");
    assert.equal(verdict.works, false);
    assert.match("detail" in verdict ? verdict.detail : "", /refuses our login; check user and password/);
  });

  it("does not give mail and password to a server without TLS where TLS is asked for", async () => {
    await open({ tls: "starttls" });
    const verdict = await sender.send(offerMessage({ address: "wang@mail.example" }), FIRST);
    assert.equal(verdict.fate, "retry");
    assert.deepEqual([peer.tries.items, peer.mails.items], [[], []]);
  });

  it("does not give them to a server whose certificate nobody vouches for", async () => {
    peer.tls = {
      key: readFileSync(join(folder, "key.pem"), "utf8"),
      cert: readFileSync(join(folder, "cert.pem"), "utf8"),
    };
    await open({ tls: "starttls", host: "localhost" });
    const verdict = await sender.send(offerMessage({ address: "wang@mail.example" }), FIRST);
    assert.equal(verdict.fate, "retry");
    assert.deepEqual(peer.tries.items, []);
  });
});

/** The text of a mail in one part, whatever its encoding. */
function decoded(data: string, fallback: string): string {
  if (!/^Content-Transfer-Encoding: quoted-printable/im.test(data)) return fallback;
  const body = data.slice(data.indexOf("\r\n\r\n") + 4).replace(/=\r\n/g, "");
  return Buffer.from(
    body.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    "latin1",
  ).toString("utf8");
}
