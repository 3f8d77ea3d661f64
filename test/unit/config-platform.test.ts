import assert from "node:assert/strict";
import { ConfigFolder } from "../support/config-folder.ts";

describe("a city platform in okc.yaml", () => {
  let folder: ConfigFolder;
  beforeEach(() => {
    folder = new ConfigFolder();
  });
  afterEach(() => folder.remove());

  const entry = (text: string) => folder.load(`hotline: [{ kind: platform, ${text} }]`).hotline[0];

  it("needs an address and a secret; all else is the careful way", () => {
    assert.deepEqual(entry("url: https://81890.example.org/okc, secret: s3cret"), {
      kind: "platform",
      name: "platform",
      url: "https://81890.example.org/okc",
      secret: "s3cret",
      inbound: "s3cret",
      acknowledges: "body",
      names: false,
      lines: null,
    });
  });

  it("takes secrets from files, one for each direction", () => {
    folder.write("out\n", "out.key");
    folder.write("in\n", "in.key");
    const given = entry(
      'name: "81890", url: http://10.0.0.1/, secret: { file: out.key }, inbound: { file: in.key }, names: true, lines: 4, acknowledges: status',
    );
    assert.ok(given?.kind === "platform");
    assert.deepEqual(
      [given.name, given.secret, given.inbound, given.names, given.lines, given.acknowledges],
      ["81890", "out", "in", true, 4, "status"],
    );
  });

  it("says what is wrong", () => {
    const wrong = (text: string) =>
      folder.refuse(`hotline:\n  - { kind: platform, url: "https://a.example/", secret: s, ${text} }`);
    assert.deepEqual(folder.refuse("hotline:\n  - { kind: platform, url: https://a.example/ }"), [
      "2 hotline[0].secret: is missing and must be given",
    ]);
    const form = "must be 1 to 32 of A-Z, a-z, 0-9, underscore, hyphen, in quotes where it is a number";
    assert.deepEqual(wrong("name: 81890"), [`2 hotline[0].name: "81890" is no name; ${form}`]);
    assert.deepEqual(wrong("name: a/b"), [`2 hotline[0].name: "a/b" is no name; ${form}`]);
    assert.deepEqual(wrong("acknowledges: headers"), [
      '2 hotline[0].acknowledges: "headers" is not known; allowed: body, status',
    ]);
    assert.deepEqual(wrong("lines: 0"), ['2 hotline[0].lines: "0" is not a whole number from 1 to 1000']);
    const twice = "  - { kind: platform, url: https://a.example/, secret: s }\n";
    assert.deepEqual(folder.refuse(`hotline:\n${twice}${twice}`), [
      "3 hotline[1]: the name platform stands in the list twice",
    ]);
  });
});
