import assert from "node:assert/strict";
import fc from "fast-check";
import { cseqOf, splitOutside, tagOf, viasOf } from "../../gateway/adapters/scaip/sip-fields.ts";
import { headerOf, readDatagram, writeSip } from "../../gateway/adapters/scaip/sip-message.ts";
import type { SipMessage, SipRequest } from "../../gateway/adapters/scaip/sip-message.ts";
import { SipStream } from "../../gateway/adapters/scaip/sip-stream.ts";
import type { StreamItem } from "../../gateway/adapters/scaip/sip-stream.ts";

const lines = (...all: readonly string[]): Buffer => Buffer.from(all.join("\r\n"));

const MESSAGE = lines(
  "MESSAGE sip:okc@192.0.2.7 SIP/2.0",
  "Via: SIP/2.0/UDP 192.0.2.20:5060;rport;branch=z9hG4bK1",
  "Max-Forwards: 70",
  'From: "A, B" <sip:arc@example.com>;tag=49583',
  "To: <sip:okc@192.0.2.7>",
  "Call-ID: a84b4c76e66710",
  "CSeq: 1 MESSAGE",
  "Content-Type: application/scaip+xml",
  "Content-Length: 5",
  "",
  "hello",
);

function readable(bytes: Buffer): SipMessage {
  const message = readDatagram(bytes);
  assert.ok(message.type !== "unreadable", JSON.stringify(message));
  return message;
}

const why = (bytes: Buffer): string => {
  const message = readDatagram(bytes);
  return message.type === "unreadable" ? message.why : "it was read";
};

describe("a SIP message", () => {
  it("is read with its method, address, headers and body", () => {
    const message = readable(MESSAGE) as SipRequest;
    assert.equal(message.method, "MESSAGE");
    assert.equal(message.uri, "sip:okc@192.0.2.7");
    assert.equal(headerOf(message, "call-id"), "a84b4c76e66710");
    assert.equal(message.body.toString(), "hello");
    assert.deepEqual(cseqOf(message), { number: 1, method: "MESSAGE" });
    assert.equal(tagOf(headerOf(message, "from")), "49583");
    assert.equal(tagOf(headerOf(message, "to")), null);
  });

  it("is read in the compact form, folded, with blanks and any case", () => {
    const message = readable(
      lines(
        "SIP/2.0 200 OK",
        "v : SIP / 2.0 / UDP first.example.com : 4000;ttl=16",
        "\t;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1",
        "F: <sip:a@example.com> ;tag=x",
        "t: <sip:b@example.com>",
        " ;tag=y",
        "i:abc",
        "cSeQ: 7   MESSAGE",
        "l: 0",
        "",
        "",
      ),
    );
    assert.equal(message.type === "response" && message.status, 200);
    const [via] = viasOf(message)!;
    assert.deepEqual([via!.transport, via!.host, via!.port], ["UDP", "first.example.com", 4_000]);
    assert.equal(via!.params.get("branch"), "z9hG4bKa7c6a8dlze.1");
    assert.equal(tagOf(headerOf(message, "to")), "y");
    assert.deepEqual(cseqOf(message), { number: 7, method: "MESSAGE" });
  });

  it("keeps its stations in order, in one header or in several", () => {
    const text = MESSAGE.toString().replace(
      "Max-Forwards: 70",
      "Via: SIP/2.0/TCP [2001:db8::9]:5062;branch=z9hG4bK2, SIP/2.0/TLS c.example.com;branch=z9hG4bK3",
    );
    assert.deepEqual(
      viasOf(readable(Buffer.from(text)))!.map(({ host, port, transport }) => [host, port, transport]),
      [
        ["192.0.2.20", 5_060, "UDP"],
        ["2001:db8::9", 5_062, "TCP"],
        ["c.example.com", null, "TLS"],
      ],
    );
  });

  it("ends where its Content-Length says, and is refused when bytes are missing", () => {
    const text = MESSAGE.toString();
    assert.equal(readable(Buffer.from(`${text} and more`)).body.toString(), "hello");
    assert.equal(readable(Buffer.from(text.replace("Content-Length: 5\r\n", ""))).body.toString(), "hello");
    assert.match(why(Buffer.from(text.replace("Length: 5", "Length: 6"))), /says 6, it has 5 bytes/);
    assert.match(why(Buffer.from(text.replace("Length: 5", "Length: -1"))), /no number of bytes/);
  });

  for (const [story, bytes, expected] of [
    ["nothing", Buffer.alloc(0), /no empty line/],
    ["a ping", Buffer.from("\r\n\r\n"), /no via/],
    ["no head's end", Buffer.from("MESSAGE sip:a SIP/2.0\r\nVia: x"), /no empty line/],
    ["another protocol", Buffer.from(MESSAGE.toString().replace("SIP/2.0\r\n", "HTTP/1.1\r\n")), /first line/],
    ["no Call-ID", Buffer.from(MESSAGE.toString().replace("Call-ID", "Call-Id2")), /no call-id/],
    ["a head too long", Buffer.from(MESSAGE.toString().replace("70", "7".repeat(20_000))), /longer than/],
    [
      "headers without end",
      Buffer.from(MESSAGE.toString().replace("Max-", "A: b\r\n".repeat(200) + "Max-")),
      /more than 128/,
    ],
  ] as const)
    it(`is refused with a reason: ${story}`, () => {
      assert.match(why(bytes), expected);
    });

  it("is the same after it was written", () => {
    const value = fc.string({ unit: fc.constantFrom(...'abc 123;=<>",中文'), minLength: 1 }).map((text) => `x${text}x`);
    fc.assert(
      fc.property(value, value, fc.uint8Array({ maxLength: 200 }), (from, callId, body) => {
        const headers = [
          { name: "via", value: "SIP/2.0/UDP a:1;branch=z9hG4bK1" },
          { name: "from", value: from },
          { name: "to", value: "<sip:b>" },
          { name: "call-id", value: callId },
          { name: "cseq", value: "1 MESSAGE" },
        ];
        const message: SipRequest = {
          type: "request",
          method: "MESSAGE",
          uri: "sip:b",
          headers,
          body: Buffer.from(body),
        };
        const { headers: read, ...rest } = readable(writeSip(message));
        assert.deepEqual(rest.body, message.body);
        assert.deepEqual(
          read.filter(({ name }) => name !== "content-length"),
          headers,
        );
      }),
    );
  });

  it("lets no line break in through a value", () => {
    const message = { ...(readable(MESSAGE) as SipRequest), uri: "sip:a\r\nEvil: 1" };
    assert.ok(!/^Evil/m.test(writeSip(message).toString()));
  });

  it("never throws, whatever comes", () => {
    const spoilt = fc
      .tuple(fc.nat(MESSAGE.length - 1), fc.uint8Array({ maxLength: 40 }))
      .map(([at, noise]) => Buffer.concat([MESSAGE.subarray(0, at), Buffer.from(noise), MESSAGE.subarray(at + 3)]));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
          spoilt,
        ),
        (bytes) => {
          const message = readDatagram(bytes);
          if (message.type === "unreadable") return;
          viasOf(message);
          cseqOf(message);
          tagOf(headerOf(message, "from"));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("a stream of SIP messages", () => {
  const names = (items: readonly StreamItem[]): readonly string[] => items.map(({ type }) => type);

  it("is cut the same, however it arrives", () => {
    const bytes = Buffer.concat([MESSAGE, Buffer.from("\r\n\r\n"), MESSAGE, MESSAGE]);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
        const stream = new SipStream();
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const items = places.slice(1).flatMap((end, index) => stream.push(bytes.subarray(places[index], end)));
        assert.deepEqual(names(items), ["request", "ping", "request", "request"]);
        for (const item of items) if (item.type === "request") assert.equal(item.body.toString(), "hello");
      }),
    );
  });

  it("is given up when a message cannot be read, is too long, or never ends", () => {
    const wrong = MESSAGE.toString().replace("Length: 5", "Length: five");
    const long = MESSAGE.toString().replace("Length: 5", "Length: 999999");
    for (const text of [wrong, long, "x".repeat(20_000), "garbage\r\n\r\n"]) {
      const stream = new SipStream();
      assert.deepEqual(names(stream.push(Buffer.from(text))), ["broken"]);
      assert.deepEqual(stream.push(MESSAGE), []);
    }
  });

  it("never throws, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 20 }), (chunks) => {
        const stream = new SipStream();
        for (const chunk of chunks) stream.push(Buffer.from(chunk));
      }),
      { numRuns: 500 },
    );
  });
});

describe("text that is split", () => {
  it("keeps what stands in quotes and brackets together", () => {
    assert.deepEqual(splitOutside('"a, \\", b" <sip:x,y>;q=1, c', ","), ['"a, \\", b" <sip:x,y>;q=1', "c"]);
    assert.deepEqual(splitOutside('a;b="c;d";e', ";"), ["a", 'b="c;d"', "e"]);
  });
});
