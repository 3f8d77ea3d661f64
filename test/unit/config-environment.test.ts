import assert from "node:assert/strict";
import { ConfigFolder } from "../support/config-folder.ts";

const FILE = 'hotline: [{ kind: dc09, host: a, port: 1, account: "0001" }]\nsite: { name: X }\n';

describe("variables of the environment", () => {
  let folder: ConfigFolder;
  beforeEach(() => {
    folder = new ConfigFolder();
  });
  afterEach(() => folder.remove());

  it("override the file, whatever the case of the key", () => {
    const config = folder.load(FILE, {
      OKC_HTTP__LISTEN: "127.0.0.1:1",
      OKC_HTTP__PUBLICURL: "https://example.org",
      OKC_LIMITS__COMMITMAX: "50ms",
      OKC_SITE__DEMO: "true",
      OKC_DATA: "elsewhere",
    });
    assert.deepEqual(config.http, {
      listen: { host: "127.0.0.1", port: 1 },
      publicUrl: "https://example.org",
      tls: null,
    });
    assert.equal(config.limits.commitMaxMs, 50);
    assert.deepEqual(config.site, { name: "X", timezone: "Asia/Shanghai", language: "zh-CN", demo: true, phone: null });
    assert.equal(config.data, `${folder.path}/elsewhere`);
  });

  it("change an entry of a list and add the next one", () => {
    const { hotline, siren } = folder.load(FILE, {
      OKC_HOTLINE__0__PORT: "9",
      OKC_HOTLINE__1__KIND: "dc09",
      OKC_HOTLINE__1__HOST: "b",
      OKC_HOTLINE__1__PORT: "2",
      OKC_HOTLINE__1__ACCOUNT: "0002",
      OKC_SIREN__COMMAND__0: "aplay",
      OKC_SIREN__COMMAND__1: "siren.wav",
    });
    assert.deepEqual(
      hotline.map((entry) => entry.kind === "dc09" && [entry.kind, entry.host, entry.port, entry.account]),
      [
        ["dc09", "a", 9, "0001"],
        ["dc09", "b", 2, "0002"],
      ],
    );
    assert.deepEqual(siren?.command, ["aplay", "siren.wav"]);
  });

  it("change nothing when empty or when they are somebody else's", () => {
    const env = { OKC_HTTP__LISTEN: "", OKC_URL: "http://h", OKC_TOKEN: "t", OKC_CONFIG: "" };
    assert.deepEqual(folder.load(FILE, env), folder.load(FILE));
  });

  it("are refused by name when they lead nowhere", () => {
    const sections =
      "SITE DATA POLICIES DUTY BROKER HTTP SERIAL BRIDGES TCP HOTLINE VOLUNTEERS VOICE SIREN UPS FLOWS HOMEASSISTANT LIMITS".split(
        " ",
      );
    const all = sections.map((section) => `OKC_${section}`).join(", ");
    const http = "allowed: OKC_HTTP__LISTEN, OKC_HTTP__PUBLICURL, OKC_HTTP__TLS";
    const env = {
      OKC_DATA__X: "1",
      OKC_HOTLINE__3__PORT: "1",
      OKC_HOTLINE__A__PORT: "1",
      OKC_HTTP_LISTEN: "127.0.0.1:1",
      OKC_HTTP__LISTEM: "",
      OKC_SITE: "X",
      OKC_X__Y: "1",
    };
    assert.deepEqual(folder.refuse(FILE, env), [
      `OKC_DATA__X: OKC_DATA has nothing below it`,
      `OKC_HOTLINE__3__PORT: the list has 1 so far; the next one is 1`,
      `OKC_HOTLINE__A__PORT: OKC_HOTLINE__A: a number belongs here, OKC_HOTLINE__0 is the first of the list`,
      `OKC_HTTP__LISTEM: unknown variable; did you mean OKC_HTTP__LISTEN? ${http}`,
      `OKC_HTTP_LISTEN: unknown variable; did you mean OKC_HTTP__LISTEN? allowed: ${all}`,
      `OKC_SITE: is a section; set one of OKC_SITE__NAME, OKC_SITE__TIMEZONE, OKC_SITE__LANGUAGE, OKC_SITE__DEMO, OKC_SITE__PHONE`,
      `OKC_X__Y: unknown variable; allowed: ${all}`,
    ]);
  });

  it("are the place that a wrong value is said of", () => {
    const error = folder.refusal(FILE, { OKC_LIMITS__COMMITMAX: "2" });
    assert.equal(
      error.message,
      'environment: OKC_LIMITS__COMMITMAX: "2" is not a duration; ' +
        "must be a whole number and a unit: 500ms, 45s, 2min, 6h or 1d",
    );
    assert.deepEqual(folder.refuse(FILE, { OKC_VOLUNTEERS__0__URL: "http://h" }), [
      "OKC_VOLUNTEERS__0__URL: needs channel beside it; allowed: webhook, wecom, dingtalk, feishu, ntfy, email, sms, push, voice",
    ]);
  });
});
