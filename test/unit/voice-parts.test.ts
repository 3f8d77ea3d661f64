import assert from "node:assert/strict";
import { isCallOf } from "../../gateway/adapters/voice/callers.ts";
import { detailOf, endingOf } from "../../gateway/adapters/voice/endings.ts";
import { NetstringReader, netstringOf } from "../../gateway/adapters/voice/netstring.ts";
import { missingPrograms } from "../../gateway/adapters/voice/programs.ts";

describe("How a call ends", () => {
  const ends: readonly (readonly [string, string, string])[] = [
    ["486 Busy Here", "busy", "the line is busy"],
    ["600 Busy Everywhere", "busy", "the line is busy"],
    ["480 Temporarily Unavailable", "no-answer", "nobody answered the phone"],
    ["603 Decline", "declined", "the call was declined"],
    ["404 Not Found", "no-such-number", "the number does not exist: SIP 404"],
    ["503 Service Unavailable", "unreachable", "the phone cannot be reached: SIP 503"],
    ["403 Forbidden", "unreachable", "the phone cannot be reached: SIP 403"],
    ["Connection refused", "unreachable", "the phone cannot be reached: no answer of its network"],
  ];
  for (const [reason, how, detail] of ends)
    it(`${reason} is ${how}`, () => {
      assert.equal(endingOf(reason).how, how);
      assert.equal(detailOf(endingOf(reason)), detail);
    });
});

describe("A call back", () => {
  it("is known by its number, however the server writes it", () => {
    assert.ok(isCallOf("sip:057481890@192.0.2.9:5060", "0574-81890"));
    assert.ok(isCallOf("sip:+8657481890@sip.example.cn", "0574 81890"));
    assert.ok(!isCallOf("sip:057481891@192.0.2.9", "0574-81890"));
    assert.ok(!isCallOf("sip:anonymous@192.0.2.9", "81890"));
  });

  it("of a SIP address comes from its host", () => {
    assert.ok(isCallOf("sip:op@192.0.2.9:5099", "sip:op@192.0.2.9:5060;transport=tcp"));
    assert.ok(!isCallOf("sip:op@192.0.2.10", "sip:op@192.0.2.9"));
  });
});

describe("Netstrings", () => {
  const read = (reader: NetstringReader, text: string): string[] => reader.push(Buffer.from(text));

  it("are read wherever the stream is cut", () => {
    const reader = new NetstringReader(100);
    const whole = netstringOf("您好") + netstringOf("") + netstringOf("x");
    const found = [...Buffer.from(whole)].flatMap((byte) => reader.push(Buffer.from([byte])));
    assert.deepEqual(found, ["您好", "", "x"]);
  });

  it("that are none, or too long, end the stream", () => {
    for (const wrong of ["x:abc,", "3:abcd", "101:", "12345678", ":,"])
      assert.throws(() => read(new NetstringReader(100), wrong), RangeError, wrong);
  });
});

describe("The programs that calls need", () => {
  it("are named with what to install", () => {
    assert.equal(
      missingPrograms("/nowhere"),
      "baresip, espeak-ng, sox, setpriv cannot be found; install with: apt install baresip-core espeak-ng sox util-linux",
    );
    assert.equal(missingPrograms(process.env["PATH"] ?? ""), null);
  });
});
