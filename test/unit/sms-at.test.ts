import assert from "node:assert/strict";
import { AtDialogue } from "../../gateway/adapters/sms/at-dialogue.ts";
import type { Unasked } from "../../gateway/adapters/sms/at-dialogue.ts";
import { newsOf } from "../../gateway/adapters/sms/modem-news.ts";
import { simState } from "../../gateway/adapters/sms/modem-setup.ts";
import { TestClock } from "../support/test-clock.ts";

describe("a conversation with a modem", () => {
  let clock: TestClock;
  let written: string;
  let unasked: Unasked[];
  let dialogue: AtDialogue;

  beforeEach(() => {
    clock = new TestClock();
    written = "";
    unasked = [];
    dialogue = new AtDialogue({
      clock,
      write: (bytes) => {
        written += Buffer.from(bytes).toString("latin1");
        return true;
      },
      unasked: (said) => void unasked.push(said),
    });
  });

  afterEach(() => {
    dialogue.end("the test is over");
    assert.equal(clock.pending, 0);
  });

  const say = (text: string): void => dialogue.push(Buffer.from(text, "latin1"));
  const ask = (text: string, answers?: RegExp) => dialogue.ask({ text, timeoutMs: 1_000, ...(answers && { answers }) });

  it("asks one thing at a time", async () => {
    const both = Promise.all([ask("AT"), ask("AT+CSQ", /^\+CSQ/)]);
    assert.equal(written, "AT\r");
    say("\r\nOK\r\n");
    assert.equal(written, "AT\rAT+CSQ\r");
    say('\r\n+CMTI: "SM",4\r\n\r\n+CSQ: 17,0\r\n\r\nOK\r\n');
    assert.deepEqual(await both, [
      { ok: true, lines: [] },
      { ok: true, lines: ["+CSQ: 17,0"] },
    ]);
    assert.deepEqual(unasked.map(newsOf), [{ kind: "stored", place: 4 }]);
  });

  it("keeps a PDU that comes of itself apart from the answer around it", async () => {
    const answer = ask("AT+CMGL=4", /^\+CMGL/);
    const pdu = "00".repeat(12);
    say(`\r\n+CMGL: 1,0,,11\r\n${"11".repeat(12)}\r\n\r\n+CDS: 11\r\n${pdu}\r\n\r\nOK\r\n`);
    assert.deepEqual(await answer, { ok: true, lines: ["+CMGL: 1,0,,11", "11".repeat(12)] });
    assert.deepEqual(unasked.map(newsOf), [{ kind: "pdu", hex: pdu }]);
  });

  it("gives no PDU before it is asked for it, and ends the modem's wait when it gives up", async () => {
    const sent = dialogue.ask({
      text: "AT+CMGS=3",
      timeoutMs: 5_000,
      answers: /^\+CMGS/,
      body: { pdu: "ABCDEF", promptMs: 1_000 },
    });
    say("\r\nOK\r\n");
    assert.equal(written, "AT+CMGS=3\r");
    await clock.forward(1_000);
    assert.equal((await sent).ok, false);
    assert.equal(written, "AT+CMGS=3\r\x1b");
  });

  it("finds its way back after an answer that came too late", async () => {
    const late = ask("AT");
    await clock.forward(1_000);
    assert.equal((await late).ok, false);
    const state = simState((text, answers) => ask(text, answers));
    say("\r\nOK\r\n");
    await clock.settle();
    say("\r\n+CPIN: READY\r\n\r\nOK\r\n");
    assert.equal(await state, "READY");
  });

  it("is over with the port: whatever was asked ends, and nothing more is written", async () => {
    const asked = [ask("AT"), ask("ATE0")];
    dialogue.end("unplugged");
    for (const answer of await Promise.all([...asked, ask("ATV1")]))
      assert.deepEqual(answer, { ok: false, error: { code: "lost", meaning: "unplugged", cause: "unknown" } });
    assert.equal(written, "AT\r");
  });

  it("knows what a modem says when it starts, whoever made it", () => {
    const kindOf = (line: string): string => newsOf({ line, pdu: null }).kind;
    for (const line of ["RDY", "^SYSSTART", "*ATREADY: 1", "+CFUN: 1", "START"])
      assert.equal(kindOf(line), "restarted");
    for (const line of ["+CREG: 0", "+CPIN: NOT READY", "+SIMCARD: NOT AVAILABLE"])
      assert.equal(kindOf(line), "changed");
    for (const line of ["+CPIN: READY", "SMS Ready", "Call Ready", "PB DONE"]) assert.equal(kindOf(line), "other");
    for (const line of ["NO CARRIER", "BUSY", "+RXDTMF: 1", "+DTMF: 2"]) assert.equal(kindOf(line), "call");
  });
});
