import assert from "node:assert/strict";
import { ConfigFolder } from "../support/config-folder.ts";

const entry = (rest: string): string => `volunteers: [{ channel: sms, ${rest} }]`;

describe("an entry for short messages", () => {
  let folder: ConfigFolder;
  beforeEach(() => {
    folder = new ConfigFolder();
  });
  afterEach(() => folder.remove());

  it("needs no more than a port", () => {
    assert.deepEqual(folder.load(entry("modems: [{ path: /dev/ttyUSB2 }]")).volunteers, [
      {
        channel: "sms",
        name: "sms",
        country: "86",
        calls: "off",
        modems: [{ name: "a", path: "/dev/ttyUSB2", baud: 115_200, pin: null, smsc: null }],
      },
    ]);
  });

  it("takes the PIN from a file, and a message centre as people write it", () => {
    folder.write("1234\n", "pin");
    const modems = '[{ path: a, pin: { file: pin }, smsc: "+86 138 00100500", baud: 9600 }, { path: b, name: zweit }]';
    const [sms] = folder.load(entry(`name: night, country: "49", modems: ${modems}`)).volunteers;
    assert.ok(sms?.channel === "sms");
    assert.deepEqual([sms.name, sms.country], ["night", "49"]);
    assert.deepEqual(sms.modems, [
      { name: "a", path: `${folder.path}/a`, baud: 9_600, pin: "1234", smsc: "+8613800100500" },
      { name: "zweit", path: `${folder.path}/b`, baud: 115_200, pin: null, smsc: null },
    ]);
  });

  it("says what is wrong with it, and never shows a PIN", () => {
    const at = "1 volunteers[0]";
    const cases: readonly (readonly [string, string])[] = [
      ["name: x", `${at}.modems: is missing and must be given`],
      ["modems: []", `${at}.modems: must have one or two modems, not 0`],
      ["modems: [{ path: a }, { path: b }, { path: c }]", `${at}.modems: must have one or two modems, not 3`],
      ["modems: [{ path: a, name: x }, { path: b, name: x }]", `${at}.modems: must have names that differ`],
      ["modems: [{ path: a, name: x/y }]", `${at}.modems[0].name: must be 1 to 20 letters, digits, hyphens`],
      ['modems: [{ path: a, pin: "12a4" }]', `${at}.modems[0].pin: must be 4 to 8 digits in quotes`],
      ["modems: [{ path: a, pin: 1234 }]", `${at}.modems[0].pin: is read as a number; put it in quotes: as in "…"`],
      [
        'modems: [{ path: a, smsc: "13800100500" }]',
        `${at}.modems[0].smsc: must begin with + and the country, as "+8613800100500"`,
      ],
      ['country: "+86", modems: [{ path: a }]', `${at}.country: must be the country's code without +, as "86"`],
      [
        "modem: [{ path: a }], modems: [{ path: a }]",
        `${at}.modem: unknown key; did you mean modems? allowed: channel, name, country, calls, modems`,
      ],
      ["calls: loud, modems: [{ path: a }]", `${at}.calls: "loud" is not known; allowed: off, ring, speak`],
    ];
    for (const [rest, message] of cases) assert.deepEqual(folder.refuse(entry(rest)), [message]);
    assert.deepEqual(folder.refuse(entry("modems: [{ path: a }, { path: a }]")), [
      `1 volunteers[0].modems[1]: the port ${folder.path}/a stands in the list twice`,
    ]);
  });
});
