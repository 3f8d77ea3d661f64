import assert from "node:assert/strict";
import { ConfigFolder } from "../support/config-folder.ts";

const ACCOUNT = 'voice: [{ user: "0574", server: sip.example.cn, password: s3cret }]';

describe("telephones in the configuration", () => {
  let folder: ConfigFolder;

  beforeEach(() => (folder = new ConfigFolder()));
  afterEach(() => folder.remove());

  it("are SIP accounts, and what calls through them", () => {
    const config = folder.load(
      `${ACCOUNT}\nhotline: [{ kind: voice, number: "81890" }]\nvolunteers: [{ channel: voice, through: voice }]`,
    );
    assert.deepEqual(config.voice, [
      {
        name: "voice",
        user: "0574",
        server: "sip.example.cn",
        authUser: null,
        password: "s3cret",
        proxy: null,
        transport: "udp",
        register: true,
        listen: null,
        ca: null,
        heartbeatMs: 60_000,
        lines: 1,
        prompts: null,
      },
    ]);
    assert.deepEqual(config.hotline, [
      { kind: "voice", name: "voice", number: "81890", through: null, lines: 1, callBackMs: 900_000, bridge: false },
    ]);
    assert.deepEqual(config.volunteers, [{ channel: "voice", name: "voice", through: "voice" }]);
  });

  it("register where there is a server, unless that is not wanted", () => {
    assert.equal(folder.load('voice: [{ user: "1", server: 192.0.2.1, register: false }]').voice[0]?.register, false);
    assert.equal(folder.load("voice: [{ user: gw }]").voice[0]?.register, false);
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    [
      'hotline: [{ kind: voice, number: "81890" }]',
      /hotline: voice calls, but there is no SIP account; add one under voice/,
    ],
    [
      `${ACCOUNT}\nvolunteers: [{ channel: voice, through: city }]`,
      /voice calls through city, which is not under voice; allowed: voice/,
    ],
    [`${ACCOUNT}\nhotline: [{ kind: voice, number: 81890 }]`, /number: is read as a number; put it in quotes/],
    [
      `${ACCOUNT}\nhotline: [{ kind: voice, number: operators }]`,
      /"operators" is neither a telephone number in quotes/,
    ],
    ['voice: [{ user: "a b" }]', /"a b" must be letters, digits/],
    ["voice: [{ user: gw, server: 'sip:x' }]", /"sip:x" is no host/],
    ["voice: [{ user: gw, password: 'a;b' }]", /password: holds a blank or one of/],
    ["voice: [{ user: gw, register: true }]", /register: needs server beside it/],
    ["voice: [{ user: gw }, { user: gx }]", /voice\[1\]/],
  ];
  for (const [text, message] of wrong)
    it(`refuses ${text.split("\n").at(-1)}`, () => {
      assert.throws(
        () => folder.load(text),
        (error: Error) => message.test(error.message) && !error.message.includes("a;b"),
      );
    });
});
