import assert from "node:assert/strict";
import fc from "fast-check";
import { deliverPdus, readSubmit, reportPdu } from "../../firmware-sim/gsm/pdu.ts";
import { AtReader, LINE_CHARS_MAX } from "../../gateway/adapters/sms/at-reader.ts";
import { AtDialogue } from "../../gateway/adapters/sms/at-dialogue.ts";
import { PARTS_MAX, readPdu, submitPdus } from "../../gateway/adapters/sms/pdu.ts";
import { TestClock } from "../support/test-clock.ts";

/* The gateway's codec (node-pdu behind pdu.ts) and the simulated network's own one share no line. */

const GSM7 = [..."@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCXYZÄÖÑÜ¿abcxyzäöñüà^{}\\[~]|€"];
const CHINESE = [..."紧急呼叫张三号楼单元请回复接受拒绝，。【】1 2😀🚑é`§½"];
const number = fc.stringMatching(/^\+[1-9]\d{6,14}$/);
const text = fc.oneof(
  fc.array(fc.constantFrom(...GSM7), { minLength: 1, maxLength: 700 }).map((all) => all.join("")),
  fc.array(fc.constantFrom(...CHINESE), { minLength: 1, maxLength: 300 }).map((all) => all.join("")),
);

describe("short messages, whatever is in them", () => {
  it("are read by the network as they were written", () => {
    fc.assert(
      fc.property(number, text, fc.nat(0xffff), (to, written, reference) => {
        const pdus = submitPdus({ to, text: written, reference, validitySec: 3_600 });
        const read = pdus.map(({ hex, length }) => readSubmit(hex, length));
        assert.ok(read.every((part) => part.to === to && part.reportWanted && part.validity === 11));
        assert.ok(pdus.length <= PARTS_MAX);
        const whole = read.map((part) => part.text).join("");
        if (pdus.length < PARTS_MAX) assert.equal(whole, written);
        else assert.ok(written.startsWith(whole));
        if (pdus.length === 1) assert.equal(read[0]!.joined, null);
        else
          assert.deepEqual(
            read.map(({ joined }) => joined),
            read.map((_, at) => ({ reference, parts: pdus.length, part: at + 1 })),
          );
      }),
      { numRuns: 400 },
    );
  });

  it("are read by the gateway as a telephone sent them", () => {
    fc.assert(
      fc.property(number, text, fc.nat(0xffff), fc.boolean(), (from, written, reference, wide) => {
        const plain = written.replaceAll(/[`§]/g, "x");
        const pdus = deliverPdus(from, plain, new Date("2026-11-23T12:00:00Z"), reference, wide);
        const read = pdus.map((pdu) => readPdu(pdu));
        assert.equal(read.map((pdu) => (pdu?.kind === "text" ? pdu.text : "?")).join(""), plain);
        assert.ok(read.every((pdu) => pdu?.kind === "text" && pdu.from === from));
      }),
      { numRuns: 400 },
    );
  });

  it("are reported on with reference, number and status", () => {
    fc.assert(
      fc.property(number, fc.nat(255), fc.nat(255), (to, reference, status) => {
        const at = new Date("2026-11-23T12:00:00Z");
        assert.deepEqual(readPdu(reportPdu(reference, to, at, at, status)), { kind: "report", reference, to, status });
      }),
    );
  });

  it("that are cut off or changed never throw, and never come longer than they are", () => {
    const [whole] = deliverPdus("+8613800000001", "我马上到，请开门。", new Date("2026-11-23T12:00:00Z"), 7);
    fc.assert(
      fc.property(fc.nat(whole!.length), fc.string(), (length, rest) => {
        const read = readPdu(whole!.slice(0, length) + rest);
        if (rest === "" && length < whole!.length) assert.equal(read, null);
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        const read = readPdu(Buffer.from(bytes).toString("hex"));
        assert.ok(read === null || read.kind === "report" || read.text.length <= 160);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("what a modem says, in whatever pieces", () => {
  const said = "\r\n+CREG: 1,5\r\n\r\nOK\r\n\r\n> \r\n+CMGS: 17\r\n\r\nOK\r\n";

  it("is the same lines", () => {
    const whole = new AtReader().push(Buffer.from(said));
    assert.equal(whole.length, 5);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: said.length - 1 }), { maxLength: 12 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), said.length];
        const reader = new AtReader();
        const pieces = places.slice(1).map((end, at) => Buffer.from(said.slice(places[at], end)));
        assert.deepEqual(
          pieces.flatMap((piece) => reader.push(piece)),
          whole,
        );
      }),
    );
  });

  it("is noise for ever, and costs no more than a line of memory", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 3_000 }), { maxLength: 10 }), (pieces) => {
        const reader = new AtReader();
        for (const token of pieces.flatMap((piece) => reader.push(piece)))
          assert.ok(token.kind === "prompt" || (token.text.length > 0 && token.text.length <= LINE_CHARS_MAX));
        assert.deepEqual(reader.push(Buffer.from("\r\nOK\r\n")).at(-1), { kind: "line", text: "OK" });
      }),
    );
  });

  it("never leaves a command without an answer", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), async (pieces) => {
        const clock = new TestClock();
        const dialogue = new AtDialogue({ clock, write: () => true, unasked: () => undefined });
        const body = { pdu: "00".repeat(20), promptMs: 10 };
        const answers = [
          dialogue.ask({ text: "AT", timeoutMs: 10 }),
          dialogue.ask({ text: "AT+CMGS=1", timeoutMs: 10, answers: /^\+CMGS/, body }),
          dialogue.ask({ text: "AT+CMGL=4", timeoutMs: 10, answers: /^\+CMGL/ }),
        ];
        for (const piece of pieces) dialogue.push(piece);
        await clock.forward(100);
        assert.equal((await Promise.all(answers)).length, 3);
        dialogue.end("over");
        assert.equal(clock.pending, 0);
      }),
      { numRuns: 100 },
    );
  });
});
