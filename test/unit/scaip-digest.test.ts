import assert from "node:assert/strict";
import { answerTo, challengeOf, DigestMemory } from "../../gateway/adapters/scaip/digest.ts";
import type { Challenge } from "../../gateway/adapters/scaip/digest.ts";
import type { SipResponse } from "../../gateway/adapters/scaip/sip-message.ts";

const response = (status: number, ...values: readonly string[]): SipResponse => ({
  type: "response",
  status,
  reason: "",
  headers: values.map((value) => ({ name: status === 401 ? "www-authenticate" : "proxy-authenticate", value })),
  body: Buffer.alloc(0),
});

const MUFASA = { user: "Mufasa", password: "Circle of Life" };
const PAGE = {
  method: "GET",
  uri: "/dir/index.html",
  count: 1,
  cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
};
const challenge = (more: Partial<Challenge> = {}): Challenge => ({
  realm: "http-auth@example.org",
  nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
  opaque: "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
  algorithm: null,
  qop: "auth",
  stale: false,
  ...more,
});

const fieldOf = (value: string, name: string): string | undefined =>
  new RegExp(`[ ,]${name}="?([^",]*)`).exec(value)?.[1];

describe("a digest answer", () => {
  it("is that of RFC 7616, section 3.9.1", () => {
    const by = (algorithm: string): string | undefined =>
      fieldOf(answerTo(challenge({ algorithm }), MUFASA, PAGE), "response");
    assert.equal(by("MD5"), "8ca523f5e9506fed4657c9700eebdbec");
    assert.equal(by("SHA-256"), "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
  });

  it("is that of RFC 2617, section 3.5, and of RFC 2069 without qop", () => {
    const old = challenge({
      realm: "testrealm@host.com",
      nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
      opaque: "5ccc069c403ebaf9f0171e9517f40e41",
    });
    const credentials = { user: "Mufasa", password: "Circle Of Life" };
    const request = { ...PAGE, cnonce: "0a4f113b" };
    assert.equal(fieldOf(answerTo(old, credentials, request), "response"), "6629fae49393a05397450978507c4ef1");
    const without = answerTo({ ...old, qop: null }, credentials, request);
    assert.equal(fieldOf(without, "response"), "670fd8c2df070c60b045671b8b24ff02");
    assert.equal(fieldOf(without, "nc"), undefined);
  });

  it("counts the uses of a nonce and quotes what needs it", () => {
    const value = answerTo(challenge({ realm: 'a"b' }), { user: 'o"k', password: "x" }, { ...PAGE, count: 26 });
    assert.match(value, /^Digest username="o\\"k", realm="a\\"b", /);
    assert.match(value, /qop=auth, nc=0000001a$/);
  });
});

describe("a challenge", () => {
  it("is read, the server's first one that we can answer", () => {
    const offered = [
      'Basic realm="a"',
      'Digest realm="a", nonce="1", algorithm=TOKEN, qop="auth"',
      'Digest realm="a", nonce="2", algorithm=SHA-256, qop="auth-int"',
      'Digest realm="a, b", nonce="3", algorithm=SHA-256, qop="auth-int,auth", stale=TRUE, opaque="o"',
      'Digest realm="a", nonce="4", algorithm=MD5, qop="auth"',
    ];
    assert.deepEqual(challengeOf(response(401, ...offered)), {
      realm: "a, b",
      nonce: "3",
      opaque: "o",
      algorithm: "SHA-256",
      qop: "auth",
      stale: true,
    });
  });

  it("is found among several in one header", () => {
    const both = 'Basic realm="x", Digest realm="y", nonce="n", charset=UTF-8';
    assert.equal(challengeOf(response(407, both))?.realm, "y");
  });

  it("is never answered when it asks for Basic, or for nothing that we know", () => {
    for (const value of ['Basic realm="a"', "Negotiate", "", 'Digest realm="a"', "Digest nonce=1", "Bearer x=y"]) {
      assert.equal(challengeOf(response(401, value)), null);
      const taken = new DigestMemory(MUFASA).take(response(401, value));
      assert.match("why" in taken ? taken.why : "", /never Basic/);
    }
  });

  it("is answered by every later request, with a count that rises", () => {
    const memory = new DigestMemory(MUFASA);
    assert.deepEqual(memory.headers("MESSAGE", "sip:a"), []);
    memory.take(response(401, 'Digest realm="r", nonce="n", qop="auth"'));
    memory.take(response(407, 'Digest realm="p", nonce="m", qop="auth"'));
    const [first, second] = [memory.headers("MESSAGE", "sip:a"), memory.headers("MESSAGE", "sip:a")];
    assert.deepEqual(
      first.map(({ name }) => name),
      ["authorization", "proxy-authorization"],
    );
    assert.deepEqual(
      [first, second].map(([header]) => fieldOf(header!.value, "nc")),
      ["00000001", "00000002"],
    );
  });

  it("is not answered where no password is configured", () => {
    const taken = new DigestMemory(null).take(response(401, 'Digest realm="r", nonce="n"'));
    assert.match("why" in taken ? taken.why : "", /none is configured/);
  });
});
