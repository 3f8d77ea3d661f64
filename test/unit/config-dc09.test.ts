import assert from "node:assert/strict";
import type { Dc09Config } from "../../gateway/config/hotline/dc09.ts";
import { hours, seconds } from "../../gateway/core/units.ts";
import { ConfigFolder } from "../support/config-folder.ts";

const KEY = "00112233445566778899AABBCCDDEEFF";

describe("a receiver of kind dc09 in okc.yaml", () => {
  let folder: ConfigFolder;
  beforeEach(() => {
    folder = new ConfigFolder();
  });
  afterEach(() => folder.remove());

  const entry = (more: string): string => `hotline:
  - kind: dc09
    host: 192.0.2.10
    port: 9999
    account: "1234"
${more.replace(/^/gm, "    ")}
`;

  it("is read with all that it may say", () => {
    folder.write(`${KEY}\n`, "hotline-key");
    const [receiver] = folder.load(
      entry(`transport: udp
format: sia-dcs
key: { file: hotline-key }
receiverNumber: f3
lineNumber: "77"
supervision: { style: "off", every: 30s }
periodicTest: 24h
restore: true
events: { inactivity: na/ns, cancel: "OC" }
extended: { position: true, link: true, mac: "00:1a:2b:3c:4d:5e" }`),
    ).hotline;
    assert.deepEqual(receiver, {
      kind: "dc09",
      host: "192.0.2.10",
      port: 9_999,
      account: "1234",
      transport: "udp",
      format: "sia-dcs",
      key: KEY,
      receiverNumber: "F3",
      lineNumber: "77",
      supervision: { style: "off", everyMs: seconds(30) },
      periodicTestMs: hours(24),
      restore: true,
      events: { inactivity: "NA/NS", cancel: "OC" },
      extended: { position: true, link: true, mac: "001A2B3C4D5E" },
    });
  });

  it("is asked whether it lives by an encrypted NULL where it has a key, else by a plain one", () => {
    const styleOf = (more: string): unknown => (folder.load(entry(more)).hotline[0] as Dc09Config).supervision;
    assert.deepEqual(styleOf(""), { style: "plain", everyMs: null });
    assert.deepEqual(styleOf(`key: "${KEY}"`), { style: "encrypted", everyMs: null });
    assert.deepEqual(styleOf(`key: "${KEY}"\nsupervision: { style: plain }`), { style: "plain", everyMs: null });
    assert.deepEqual(styleOf("supervision: { style: off }"), { style: "off", everyMs: null });
  });

  for (const [story, more, says] of [
    ["a key that is none", `key: "${KEY}0"`, /key: must be 32, 48 or 64 hex digits: AES-128, AES-192 or AES-256$/],
    ["a style that needs a key", "supervision: { style: encrypted }", /style encrypted needs a key; give it, or/],
    ["a style that is none", "supervision: { style: nul }", /"nul" is not known; allowed: plain, encrypted, test, off/],
    ["an interval that is too short", "supervision: { every: 1s }", /must be from 5s to 1d, not 1s/],
    [
      "two periodic tests",
      "supervision: { style: test }\nperiodicTest: 1h",
      /periodicTest: does not go with the supervision/,
    ],
    ["an event that it does not know", "events: { inactivty: '102' }", /unknown key; did you mean inactivity\?/],
    ["a code without quotes", "events: { inactivity: 102 }", /is read as a number; put it in quotes: "102"/],
    [
      "a code of the other format",
      "events: { inactivity: NA/NS }",
      /inactivity: "NA\/NS" is no Contact ID event; must be three digits, as "654"/,
    ],
    [
      "a SIA code without its end",
      "format: sia-dcs\nevents: { emergency: QA }",
      /emergency: "QA" is no pair of SIA codes: new and restored, as "QA\/QH"/,
    ],
    [
      "a SIA code with an end that it does not have",
      "format: sia-dcs\nevents: { test: RX/RY }",
      /test: "RX\/RY" is no SIA code; must be two letters, as "RX"/,
    ],
    [
      "a MAC address that is none",
      "extended: { mac: '001A2B3C4D' }",
      /"001A2B3C4D" is not a MAC address: 001A2B3C4D5E or/,
    ],
    ["a receiver's number that is none", "receiverNumber: R1", /"R1" is not 1 to 6 hex digits in quotes/],
    ["a transport that is none", "transport: sctp", /"sctp" is not known; did you mean tcp\? allowed: tcp, udp/],
  ] as const) {
    it(`is refused with ${story}`, () => {
      assert.match(folder.refuse(entry(more)).join("\n"), says);
    });
  }

  it("never shows its key", () => {
    assert.doesNotMatch(folder.refuse(entry(`key: "${KEY}0"`)).join("\n"), new RegExp(KEY));
  });
});
