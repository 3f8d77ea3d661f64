import assert from "node:assert/strict";
import { ConfigFolder } from "../support/config-folder.ts";

describe("a wrong configuration", () => {
  let folder: ConfigFolder;
  beforeEach(() => {
    folder = new ConfigFolder();
  });
  afterEach(() => folder.remove());

  it("is told all at once, in the order of the lines", () => {
    const error = folder.refusal(`# a comment
site: { name: X, timezone: Asia/Shangai }
http:
  lisen: 127.0.0.1:1
serial:
  - { path: /dev/ttyUSB0, protocol: okc, baud: fast }
  - { path: /dev/ttyUSB1, protcol: okc }
limits: { commitMax: 2 }
serail: []
`);
    assert.equal(error.exitCode, 78);
    assert.deepEqual(
      error.problems.map(({ line, path }) => [line, path]),
      [
        [2, "site.timezone"],
        [4, "http.lisen"],
        [6, "serial[0].baud"],
        [7, "serial[1].protcol"],
        [7, "serial[1].protocol"],
        [8, "limits.commitMax"],
        [9, "serail"],
      ],
    );
    assert.equal(error.message.split("\n").length, error.problems.length);
    assert.ok(
      error.message.includes(
        `${folder.file}:4: http.lisen: unknown key; did you mean listen? allowed: listen, publicUrl, tls`,
      ),
    );
  });

  it("names the nearest key and all that are allowed", () => {
    assert.deepEqual(folder.refuse("a: 1\nsite: { nmae: X, quux: 1 }"), [
      "1 a: unknown key; allowed: site, data, policies, duty, broker, http, serial, bridges, tcp, hotline, volunteers, voice, siren, ups, flows, homeAssistant, limits",
      "2 site.nmae: unknown key; did you mean name? allowed: name, timezone, language, demo, phone",
      "2 site.quux: unknown key; allowed: name, timezone, language, demo, phone",
    ]);
  });

  it("wants a name for a UPS as NUT has them, and both or none of user and password", () => {
    assert.deepEqual(folder.refuse("ups: { name: my ups, user: okc }"), [
      "1 ups.user: needs password beside it",
      '1 ups.name: "my ups" is not the name of a UPS; must be letters, digits, dot, underscore, hyphen (see `upsc -l`)',
    ]);
    assert.deepEqual(folder.refuse("ups: { port: 3493 }"), ["1 ups.name: is missing and must be given"]);
  });

  it("says which form a duration has", () => {
    const form = "must be a whole number and a unit: 500ms, 45s, 2min, 6h or 1d";
    for (const wrong of ["2", "2 s", "2sec", "1.5s", "soon"]) {
      assert.deepEqual(folder.refuse(`\nlimits:\n  commitMax: ${wrong}`), [
        `3 limits.commitMax: "${wrong}" is not a duration; ${form}`,
      ]);
    }
    assert.deepEqual(folder.refuse("limits: { commitMax: 0s }"), [
      "1 limits.commitMax: must be from 10ms to 5min, not 0s",
    ]);
  });

  it("says that an account needs its quotes, with the zeros it had", () => {
    assert.deepEqual(folder.refuse("hotline:\n  - { kind: dc09, host: h, port: 9,\n      account: 0042 }"), [
      '3 hotline[0].account: must stand in quotes, or leading zeros are lost: "0042"',
    ]);
    assert.deepEqual(folder.refuse('hotline:\n  - { kind: dc09, host: h, port: 9, account: "12G4" }'), [
      '2 hotline[0].account: "12G4" is not an account; must be 3 to 16 digits, 0-9 and A-F',
    ]);
  });

  it("never repeats a secret", () => {
    const error = folder.refusal(`volunteers: [{ channel: webhook, url: "http://h", secret: 271828 }]
broker: { url: "mqtt://h", user: u, password: 314159 }
`);
    assert.equal(error.problems.length, 2);
    assert.doesNotMatch(error.message, /271828|314159/);
    assert.match(error.message, /secret: is read as a number; put it in quotes/);
  });

  it("does not ask for two brokers at once", () => {
    assert.deepEqual(folder.refuse("broker:\n  url: mqtt://h\n  listen: 127.0.0.1:1883"), [
      "3 broker.listen: does not go with url: either the embedded broker (listen, tls) or another one (url)",
    ]);
    assert.deepEqual(folder.refuse("broker:\n  user: u"), [
      "2 broker.user: belongs to an external broker; give its url too",
    ]);
  });

  it("says what is missing, at the section that misses it", () => {
    assert.deepEqual(folder.refuse("site: { name: X }\nhotline:\n  - { kind: dc09, port: 9 }"), [
      "3 hotline[0].host: is missing and must be given",
      "3 hotline[0].account: is missing and must be given",
    ]);
  });

  it("says what is empty or has the wrong form", () => {
    assert.deepEqual(
      folder.refuse("data:\nserial: /dev/ttyUSB0\nsite: X\nsiren: { command: [] }\nhttp: { listen: {} }"),
      [
        "1 data: is empty; must be a path, or remove the key",
        "2 serial: must be a list of ports",
        "3 site: must have keys of its own; allowed: name, timezone, language, demo, phone",
        "4 siren.command: must name a program",
        "5 http.listen: must be an address and a port: 127.0.0.1:1883, 0.0.0.0:8883 or [::1]:1883, not a map",
      ],
    );
  });

  it("refuses addresses, URLs, numbers and words that are none", () => {
    assert.deepEqual(
      folder.refuse(`http: { listen: "8189", publicUrl: "okc.example.org" }
broker: { listen: "127.0.0.1:70000" }
serial: [{ path: /dev/a, protocol: modbus, baud: 9600.5 }]
site: { name: 110, demo: yes, phone: "the desk" }
`),
      [
        '1 http.listen: "8189" is not an address and a port: 127.0.0.1:1883, 0.0.0.0:8883 or [::1]:1883',
        "1 http.publicUrl: must be a URL that begins with https:// or http://",
        '2 broker.listen: "127.0.0.1:70000" is not an address and a port: 127.0.0.1:1883, 0.0.0.0:8883 or [::1]:1883',
        '3 serial[0].protocol: "modbus" is not known; allowed: okc, rflink, enocean',
        '3 serial[0].baud: "9600.5" is not a whole number from 300 to 4000000',
        '4 site.name: is read as a number; put it in quotes: "110"',
        '4 site.demo: "yes" is not true or false',
        '4 site.phone: "the desk" is not a telephone number in quotes: "0574-87654321" or "+86 574 87654321"',
      ],
    );
  });

  it("names files that are not there", () => {
    assert.deepEqual(folder.refuse("\npolicies: p.yaml"), [`2 policies: ${folder.path}/p.yaml does not exist`]);
  });

  it("does not open one port twice", () => {
    const yaml = "serial:\n  - { path: /dev/a, protocol: okc }\n  - { path: /dev/../dev/a, protocol: okc }";
    assert.deepEqual(folder.refuse(yaml), ["3 serial[1]: /dev/a stands in the list twice"]);
    assert.deepEqual(folder.refuse("http: { listen: 127.0.0.1:1883 }"), [
      "1 http: http and broker both listen on 127.0.0.1:1883",
    ]);
    assert.deepEqual(folder.refuse("http: { listen: 0.0.0.0:1883 }"), [
      "1 http: http and broker both listen on 127.0.0.1:1883",
    ]);
  });

  it("wants for each listener a protocol, and a port that nothing else of the gateway has", () => {
    const listeners = (...entries: string[]): readonly string[] =>
      folder.refuse(`tcp:\n${entries.map((entry) => `  - { ${entry} }\n`).join("")}`);
    assert.deepEqual(listeners("listen: 0.0.0.0:5093, protocol: watch3g", "listen: 10.0.0.1:5093, protocol: gt06"), [
      "3 tcp[1]: port 5093 stands in the list twice",
    ]);
    assert.deepEqual(listeners("listen: 0.0.0.0:8189, protocol: watch3g"), [
      "1 http: http and tcp both listen on 0.0.0.0:8189",
    ]);
    assert.match(listeners("listen: 0.0.0.0:5093, protocol: watch4g")[0]!, /did you mean watch3g\?/);
    assert.deepEqual(listeners("protocol: watch3g"), ["2 tcp[0].listen: is missing and must be given"]);
  });

  it("refuses a base topic that is none, is ours, or a second bridge of one kind", () => {
    const base = (topic: string): readonly string[] =>
      folder.refuse(`bridges: [{ kind: zigbee2mqtt, base: "${topic}" }]`);
    for (const wrong of ["a/#", "+", "/a", "a/", "$SYS", " "])
      assert.match(base(wrong)[0]!, /base topic|is empty/, wrong);
    assert.deepEqual(base("okc/z"), ['1 bridges[0].base: "okc/z" is where pendants of our own speak; take another']);
    assert.deepEqual(folder.refuse("bridges:\n  - { kind: zigbee2mqtt }\n  - { kind: zigbee2mqtt, base: b }"), [
      "3 bridges[1]: a bridge of kind zigbee2mqtt stands in the list twice",
    ]);
    assert.match(folder.refuse("bridges: [{ kind: zwave }]")[0]!, /"zwave" is not known; allowed: zigbee2mqtt/);
  });

  it("gives the line where it stops being YAML", () => {
    for (const [yaml, line] of [
      ["site: { name: X\ndata: ./d\n", 2],
      ["site:\n\tname: X\n", 2],
      ["data: a\nsite: { name: X }\ndata: b\n", 3],
    ] as const) {
      const [problem] = folder.refusal(yaml).problems;
      assert.equal(problem?.line, line, yaml);
      assert.match(problem.message, /^not YAML: /);
    }
    assert.deepEqual(folder.refuse("- a\n- b\n"), ["1 : must be keys with values, as in `site: { name: … }`"]);
  });

  it("does not follow aliases", () => {
    assert.match(folder.refuse("site: &a\n  name: *a")[0] ?? "", /^2 site.name: aliases \(\*a\) are not read/);
  });

  it("gives the line that is not UTF-8", () => {
    const gbk = Buffer.concat([
      Buffer.from("data: x\nsite: { name: "),
      Buffer.from([0xd4, 0xc2, 0xba, 0xfe]),
      Buffer.from(" }\n"),
    ]);
    assert.deepEqual(folder.refuse(gbk), ["2 : not UTF-8; save the file as UTF-8"]);
  });
});
