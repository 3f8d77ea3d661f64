import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HttpSite } from "../support/http-site.ts";
import { within } from "../support/recording-sink.ts";

const PASSWORD = "月湖社区夜班的密码呀";

describe("http over TLS", () => {
  const folder = mkdtempSync(join(tmpdir(), "okc-http-tls-"));
  const tls = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };

  before(() => {
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
    const keyOptions = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    const files = ["-keyout", tls.key, "-out", tls.cert, "-days", "2"];
    execFileSync("openssl", ["req", "-x509", ...keyOptions, ...files, ...subject], { stdio: "ignore" });
  });
  after(() => rmSync(folder, { recursive: true }));

  it("serves the same routes, and tells browsers to stay with TLS", async () => {
    const site = await new HttpSite({ tls }).start();
    assert.match(site.url, /^https:/);
    const asked = request(`${site.url}/healthz`, { ca: readFileSync(tls.cert), agent: false }).end();
    const [response] = (await within(once(asked, "response"), "an answer")) as [IncomingMessage];
    response.resume();
    assert.equal(response.statusCode, 200);
    assert.match(String(response.headers["strict-transport-security"]), /max-age/);
    assert.equal((await site.askLocally("/healthz")).status, 200);
    await site.stop();
  });

  it("gives a session's cookie that never crosses in clear and that no other host can set", async () => {
    const site = await new HttpSite({ tls }).start();
    await site.office.logins.add("李强", "staff", PASSWORD);
    const options = { ca: readFileSync(tls.cert), agent: false, headers: { "x-okc-page": "desk" } };
    const headers = { ...options.headers, "content-type": "application/json" };
    const logIn = request(`${site.url}/api/session`, { ...options, headers, method: "POST" });
    logIn.end(JSON.stringify({ name: "李强", password: PASSWORD }));
    const [entered] = (await within(once(logIn, "response"), "an answer")) as [IncomingMessage];
    entered.resume();
    const [cookie = ""] = entered.headers["set-cookie"] ?? [];
    // `__Host-` is taken by browsers only with Secure, Path=/ and no Domain (RFC 6265bis, 4.1.3.2).
    assert.match(cookie, /^__Host-okc-[^=]+=[\w-]{43};/);
    for (const part of [/; Secure(;|$)/, /; HttpOnly(;|$)/, /; SameSite=Strict(;|$)/, /; Path=\/(;|$)/])
      assert.match(cookie, part);
    assert.doesNotMatch(cookie, /Domain/i);
    const asked = request(`${site.url}/api/alarms`, { ...options, headers: { cookie: cookie.split(";")[0]! } }).end();
    const [known] = (await within(once(asked, "response"), "an answer")) as [IncomingMessage];
    known.resume();
    assert.equal(known.statusCode, 200);
    await site.stop();
  });

  it("says which file it cannot use", async () => {
    for (const wrong of [join(folder, "absent.pem"), join(folder, "nonsense.pem")]) {
      writeFileSync(join(folder, "nonsense.pem"), "nonsense");
      const site = new HttpSite({ tls: { ...tls, cert: wrong } });
      await assert.rejects(site.server.start(), (error: Error & { code: string }) => {
        assert.equal(error.code, "configuration");
        return error.message.startsWith("http.tls: ") && error.message.includes(wrong);
      });
      await site.stop();
    }
  });

  it("warns when tokens would cross a network in clear", async () => {
    // An address of no machine (RFC 5737): it is warned of, and cannot be had.
    const site = new HttpSite({ listen: { host: "192.0.2.1", port: 0 } });
    await assert.rejects(site.server.start(), /http.listen: 192.0.2.1:0 cannot be had/);
    assert.ok(site.log.lines.some(({ message }) => /tokens and names cross 192\.0\.2\.1 unprotected/.test(message)));
    await site.stop();
  });
});
