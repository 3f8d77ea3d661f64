import assert from "node:assert/strict";
import { ConfigFolder } from "../support/config-folder.ts";

describe("the channels to people in okc.yaml", () => {
  let folder: ConfigFolder;
  beforeEach(() => {
    folder = new ConfigFolder();
  });
  afterEach(() => folder.remove());

  const entry = (yaml: string, env: NodeJS.ProcessEnv = {}): unknown =>
    folder.load(`volunteers: [${yaml}]`, env).volunteers[0];
  const refuse = (yaml: string): readonly string[] => folder.refuse(`volunteers: [${yaml}]`);

  it("are robots of groups, whose address is a secret", () => {
    const url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k1";
    folder.write(`${url}\n`, "robot");
    const wecom = { channel: "wecom", name: "wecom", url };
    assert.deepEqual(entry("{ channel: wecom, url: { file: robot } }"), wecom);
    assert.deepEqual(entry("{ channel: wecom, url: 'http://h' }", { OKC_VOLUNTEERS__0__URL: url }), wecom);
    const dingtalk = entry(`{ channel: dingtalk, name: night, url: "https://h/send?access_token=t", secret: SEC1 }`);
    assert.deepEqual(dingtalk, {
      channel: "dingtalk",
      name: "night",
      url: "https://h/send?access_token=t",
      secret: "SEC1",
    });
    assert.deepEqual(entry(`{ channel: feishu, url: "https://h/hook/x" }`), {
      channel: "feishu",
      name: "feishu",
      url: "https://h/hook/x",
      secret: null,
    });
  });

  it("say what is wrong with such an address, and never repeat it", () => {
    folder.write("qyapi.weixin.qq.com/hidden", "robot");
    for (const yaml of ["{ channel: wecom, url: { file: robot } }", "{ channel: wecom, url: hidden }"])
      assert.deepEqual(refuse(yaml), ["1 volunteers[0].url: must be a URL that begins with https:// or http://"]);
    assert.deepEqual(refuse("{ channel: wecom }"), ["1 volunteers[0].url: is missing and must be given"]);
    assert.deepEqual(refuse(`{ channel: wecom, url: "https://h", secret: x }`), [
      "1 volunteers[0].secret: unknown key; allowed: channel, name, url",
    ]);
    assert.match(refuse("{ channel: wecm, url: x }")[0]!, /"wecm" is not known; did you mean wecom\?/);
  });

  it("are a server of ntfy, with a token or with user and password", () => {
    const server = { channel: "ntfy", name: "ntfy", url: "https://ntfy.example.org" };
    const url = `channel: ntfy, url: "https://ntfy.example.org"`;
    assert.deepEqual(entry(`{ ${url} }`), { ...server, login: null });
    assert.deepEqual(entry(`{ ${url}, token: tk_1 }`), { ...server, login: { token: "tk_1" } });
    assert.deepEqual(entry(`{ ${url}, user: u, password: p }`), { ...server, login: { user: "u", password: "p" } });
    assert.deepEqual(refuse(`{ ${url}, token: tk_1, user: u, password: p }`), [
      "1 volunteers[0].token: does not go with user and password: one or the other",
    ]);
    assert.deepEqual(refuse(`{ ${url}, user: u }`), ["1 volunteers[0].user: needs password beside it"]);
    assert.deepEqual(refuse(`{ channel: ntfy, url: "https://ntfy.sh/topic" }`), [
      "1 volunteers[0].url: must name the server only, without a topic: https://ntfy.example.org",
    ]);
  });

  it("are browsers, whose makers must be able to reach us", () => {
    const push = { channel: "push", name: "push", subject: "mailto:okc@example.org", local: false };
    assert.deepEqual(entry(`{ channel: push, subject: "mailto:okc@example.org" }`), push);
    assert.deepEqual(refuse("{ channel: push, subject: okc@example.org }"), [
      "1 volunteers[0].subject: must be like mailto:okc@example.org or https://example.org",
    ]);
  });

  it("are a mail server, over TLS where nothing else is said", () => {
    const mail = `channel: email, host: smtp.example.org, from: "okc@example.org"`;
    assert.deepEqual(entry(`{ ${mail}, user: okc, password: p }`), {
      channel: "email",
      name: "email",
      host: "smtp.example.org",
      port: 587,
      tls: "starttls",
      login: { user: "okc", password: "p" },
      from: "okc@example.org",
    });
    const ports = ["implicit", "none"].map((tls) => (entry(`{ ${mail}, tls: ${tls} }`) as { port: number }).port);
    assert.deepEqual(ports, [465, 25]);
    assert.deepEqual(refuse(`{ ${mail}, tls: none, user: okc, password: p }`), [
      "1 volunteers[0].tls: none would send user and password in clear; allowed on this machine only",
    ]);
    assert.deepEqual(refuse(`{ channel: email, host: h, from: okc }`), [
      '1 volunteers[0].from: "okc" is no mail address; must be like okc@example.org',
    ]);
  });
});
