import assert from "node:assert/strict";
import { join } from "node:path";
import { ConfigError, loadConfig } from "../../gateway/config.ts";
import { ConfigFolder } from "../support/config-folder.ts";

const WHOLE = `
site: { name: 月湖社区, timezone: Europe/Berlin, language: en, phone: +86 574 87654321 }
data: ./data
policies: ./policies.yaml
duty: ./duty.yaml
broker: { listen: 127.0.0.1:1883, tls: { listen: "[::1]:8883", cert: ./tls/cert.pem, key: ./tls/key.pem } }
http: { listen: 127.0.0.1:8189, publicUrl: https://okc.example.org/, tls: { cert: tls/cert.pem, key: tls/key.pem } }
serial:
  - { path: /dev/ttyUSB0, protocol: okc, baud: 9600 }
  - { path: ./tty, protocol: okc }
  - { path: /dev/rflink, protocol: rflink }
bridges:
  - { kind: zigbee2mqtt, base: home/zigbee }
tcp:
  - { listen: 0.0.0.0:5093, protocol: watch3g }
hotline:
  - { kind: dc09, host: 192.0.2.10, port: 9999, account: "0123" }
volunteers:
  - { channel: webhook, url: "http://127.0.0.1:9000/notify/", secret: s3cret }
  - { channel: webhook, name: night, url: "https://example.org/n" }
siren: { command: ["aplay", "siren.wav"] }
ups: { name: okc, host: 192.0.2.20, port: 3494, user: okc, password: s3cret }
flows: { enabled: true, listen: 127.0.0.1:1881, memoryMb: 128 }
homeAssistant: { prefix: home, names: true }
limits: { commitMax: 500ms }
`;

/** What an entry of kind dc09 leaves out. */
const PLAIN_DC09 = {
  transport: "tcp",
  format: "adm-cid",
  key: null,
  receiverNumber: "0",
  lineNumber: "0",
  supervision: { style: "plain", everyMs: null },
  periodicTestMs: null,
  restore: false,
  events: {},
  extended: { position: false, link: false, mac: null },
};

describe("the configuration file", () => {
  let folder: ConfigFolder;
  beforeEach(() => {
    folder = new ConfigFolder();
  });
  afterEach(() => folder.remove());

  it("is read whole, with paths from its own folder", () => {
    for (const name of ["policies.yaml", "duty.yaml", "tls/cert.pem", "tls/key.pem"]) folder.write("x", name);
    const tls = { cert: join(folder.path, "tls/cert.pem"), key: join(folder.path, "tls/key.pem") };
    assert.deepEqual(folder.load(WHOLE), {
      file: folder.file,
      site: { name: "月湖社区", timezone: "Europe/Berlin", language: "en", demo: false, phone: "+86 574 87654321" },
      data: join(folder.path, "data"),
      policies: join(folder.path, "policies.yaml"),
      duty: join(folder.path, "duty.yaml"),
      broker: {
        kind: "embedded",
        listen: { host: "127.0.0.1", port: 1883 },
        tls: { listen: { host: "::1", port: 8883 }, ...tls },
      },
      http: { listen: { host: "127.0.0.1", port: 8189 }, publicUrl: "https://okc.example.org", tls },
      serial: [
        { path: "/dev/ttyUSB0", protocol: "okc", baud: 9600 },
        { path: join(folder.path, "tty"), protocol: "okc", baud: 115_200 },
        { path: "/dev/rflink", protocol: "rflink", baud: 57_600 },
      ],
      bridges: [{ kind: "zigbee2mqtt", base: "home/zigbee" }],
      tcp: [{ listen: { host: "0.0.0.0", port: 5_093 }, protocol: "watch3g" }],
      hotline: [{ kind: "dc09", host: "192.0.2.10", port: 9999, account: "0123", ...PLAIN_DC09 }],
      volunteers: [
        { channel: "webhook", name: "webhook", url: "http://127.0.0.1:9000/notify/", secret: "s3cret" },
        { channel: "webhook", name: "night", url: "https://example.org/n", secret: null },
      ],
      voice: [],
      siren: { command: ["aplay", "siren.wav"] },
      flows: {
        enabled: true,
        listen: { host: "127.0.0.1", port: 1_881 },
        memoryMb: 128,
        editorHash: null,
        user: null,
        password: null,
      },
      homeAssistant: { prefix: "home", names: true },
      ups: { name: "okc", host: "192.0.2.20", port: 3_494, user: "okc", password: "s3cret" },
      limits: { commitMaxMs: 500 },
    });
  });

  it("leaves out what has a default", () => {
    assert.deepEqual(folder.load("site: { name: X }"), {
      file: folder.file,
      site: { name: "X", timezone: "Asia/Shanghai", language: "zh-CN", demo: false, phone: null },
      data: join(folder.path, "data"),
      policies: null,
      duty: null,
      broker: { kind: "embedded", listen: { host: "127.0.0.1", port: 1883 }, tls: null },
      http: { listen: { host: "127.0.0.1", port: 8189 }, publicUrl: null, tls: null },
      serial: [],
      bridges: [],
      tcp: [],
      hotline: [],
      volunteers: [],
      voice: [],
      siren: null,
      ups: null,
      flows: null,
      homeAssistant: null,
      limits: { commitMaxMs: 2_000 },
    });
  });

  it("gives a bridge the base topic that its kind has by itself", () => {
    assert.deepEqual(folder.load("bridges: [{ kind: zigbee2mqtt }]").bridges, [
      { kind: "zigbee2mqtt", base: "zigbee2mqtt" },
    ]);
  });

  it("names an external broker instead of the embedded one", () => {
    const { broker } = folder.load("broker: { url: mqtts://broker.example.org:8883, user: okc, password: p }");
    assert.deepEqual(broker, {
      kind: "external",
      url: "mqtts://broker.example.org:8883",
      user: "okc",
      password: "p",
    });
  });

  it("is frozen to its last leaf", () => {
    const { broker, hotline, siren } = folder.load(
      'hotline: [{ kind: dc09, host: h, port: 1, account: "001" }]\nsiren: { command: [a] }',
    );
    assert.ok(broker.kind === "embedded");
    for (const part of [broker, broker.listen, hotline, hotline[0], siren, siren?.command]) {
      assert.ok(Object.isFrozen(part));
    }
  });

  it("may have a byte order mark and the lines of Windows", () => {
    assert.equal(folder.load("\ufeffdata: x\r\nsite:\r\n  name: 月湖\r\n").site.name, "月湖");
  });

  it("is found by --config before OKC_CONFIG before the folder's okc.yaml", () => {
    folder.write("site: { name: here }");
    folder.write("site: { name: variable }", "v.yaml");
    folder.write("site: { name: option }", "sub/o.yaml");
    const env = { OKC_CONFIG: "v.yaml" };
    assert.equal(loadConfig({ env: {}, cwd: folder.path }).site.name, "here");
    assert.equal(loadConfig({ env, cwd: folder.path }).site.name, "variable");
    const chosen = loadConfig({ file: "sub/o.yaml", env, cwd: folder.path });
    assert.equal(chosen.site.name, "option");
    assert.equal(chosen.data, join(folder.path, "sub", "data"));
  });

  it("refuses a file that is not there with code 78, never with defaults", () => {
    assert.throws(
      () => loadConfig({ env: {}, cwd: folder.path }),
      (error: unknown) =>
        error instanceof ConfigError &&
        error.exitCode === 78 &&
        error.message === `${folder.file}: no such file; write it, or name another by --config FILE or OKC_CONFIG`,
    );
  });

  it("refuses an empty file, as a power cut leaves it", () => {
    for (const left of ["", "\n\n", "# only a comment\n", "---\n"]) {
      assert.match(folder.refuse(left).join(), /^1 : the file is empty/);
    }
  });
});
