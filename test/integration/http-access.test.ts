import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { FAILED_MAX } from "../../gateway/adapters/http/limits.ts";
import { minutes } from "../../gateway/core/units.ts";
import { HttpSite } from "../support/http-site.ts";

describe("who may ask what over http", () => {
  let site: HttpSite;
  beforeEach(async () => {
    site = await new HttpSite().start();
  });
  afterEach(() => site.stop());

  it("says that a token is unknown", async () => {
    const { status, body } = await site.ask("/api/alarms", { token: "okc_guessed" });
    assert.deepEqual([status, body.error.code], [401, "not-authorised"]);
    assert.match(body.error.message, /not known/);
  });

  it("does not take a name or rights from a header over the network", async () => {
    const { status } = await site.ask("/api/alarms", { headers: { "x-okc-as": "root", "x-forwarded-for": "within" } });
    assert.equal(status, 401);
  });

  it("slows a guesser down, but never somebody with a good token behind the same address", async () => {
    const alarm = await site.pressed();
    const token = await site.token("staff");
    const guess = () => site.ask("/api/alarms", { token: "okc_guessed" });
    for (let tries = 1; tries <= FAILED_MAX; tries++) assert.equal((await guess()).status, 401);
    const { status, body } = await guess();
    assert.deepEqual([status, body.error.code], [429, "too-many"]);
    const taken = await site.ask(`/api/alarms/${alarm.id}/take`, {
      method: "POST",
      token,
      body: { version: alarm.version },
    });
    assert.equal(taken.status, 200);
    await site.clock.forward(minutes(1));
    assert.equal((await guess()).status, 401);
  });

  it("leaves telephone, notes and key place out for viewers and technicians", async () => {
    const { id, version } = await site.pressed();
    const note = { method: "POST", body: { version, text: "她说胸口疼" } } as const;
    assert.equal((await site.as("operator", `/api/alarms/${id}/note`, note)).status, 200);
    for (const role of ["viewer", "technician"] as const)
      for (const path of ["/api/alarms", `/api/alarms/${id}`]) {
        const { text } = await site.as(role, path);
        assert.match(text, /李奶奶/);
        for (const secret of ["13800000001", "高血压", "门垫下", "胸口疼"])
          assert.ok(!text.includes(secret), `${role} ${secret}`);
      }
    const { text } = await site.as("staff", `/api/alarms/${id}`);
    for (const shown of ["13800000001", "高血压", "门垫下", "胸口疼"]) assert.ok(text.includes(shown), shown);
    assert.ok(!(await site.as("technician", "/api/residents")).text.includes("门垫下"));
  });

  it("never shows keys, hashes or passwords in a list", async () => {
    await site.office.addAccount("z2m", "mqtt");
    const key = site.app.state.enrolled.get("okc:0000beef")!.key!;
    for (const path of ["/api/devices", "/api/residents", "/api/responders", "/api/doctor"]) {
      const { status, text } = await site.as("administrator", path);
      assert.equal(status, 200);
      assert.ok(!text.includes(key), path);
      assert.doesNotMatch(text, /sha256|password/i);
    }
  });
});

describe("the machine's own socket", () => {
  it("can be opened by its owner only, and goes with the gateway", async () => {
    const site = await new HttpSite().start();
    assert.equal(statSync(site.socketPath).mode & 0o777, 0o600);
    await site.server.stop();
    assert.ok(!existsSync(site.socketPath));
    await site.stop();
  });

  it("acts as administrator under the name that okc gives", async () => {
    const site = await new HttpSite().start();
    const { id, version } = await site.pressed();
    const headers = { "x-okc-as": encodeURIComponent("王芳") };
    const taken = await site.askLocally(`/api/alarms/${id}/take`, { method: "POST", body: { version }, headers });
    assert.deepEqual([taken.status, taken.body.alarm.owner], [200, "王芳"]);
    const unnamed = await site.askLocally(`/api/alarms/${id}/arrive`, {
      method: "POST",
      body: { version: taken.body.alarm.version },
    });
    assert.equal(unnamed.body.alarm.arrivals[0].by, "local");
    for (const name of ["%E7%8E", "%0a", "x".repeat(65)]) {
      const { status, body } = await site.askLocally("/api/alarms", { headers: { "x-okc-as": name } });
      assert.deepEqual([status, body.error.code], [400, "bad-input"], name);
    }
    await site.stop();
  });

  it("replaces one that a killed gateway left behind", async () => {
    const site = new HttpSite();
    const leave = `require("net").createServer().listen(${JSON.stringify(site.socketPath)}, () => process.kill(process.pid, "SIGKILL"))`;
    assert.throws(() => execFileSync(process.execPath, ["-e", leave]));
    assert.ok(statSync(site.socketPath).isSocket());
    await site.start();
    assert.equal((await site.askLocally("/healthz")).status, 200);
    await site.stop();
  });

  it("is refused where another gateway answers on it, or where something else lies", async () => {
    const site = new HttpSite();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(site.socketPath, resolve));
    await assert.rejects(site.start(), /another gateway is running on this data folder/);
    await new Promise((resolve) => other.close(resolve));
    writeFileSync(site.socketPath, "mine");
    await assert.rejects(site.server.start(), /something else than a socket/);
    await site.stop();
  });

  it("says what to do about a path that is too long", async () => {
    const socketPath = join("/tmp", "x".repeat(100), "okc.sock");
    const site = new HttpSite({ socketPath });
    await assert.rejects(site.start(), /100 bytes at most.*shorter path/);
    await site.stop();
  });
});

describe("http beside the alarms", () => {
  let site: HttpSite;
  beforeEach(async () => {
    site = await new HttpSite({ demo: true }).start();
  });
  afterEach(() => site.stop());

  it("tells anybody that it is well, and nothing more", async () => {
    const { status, body } = await site.ask("/healthz");
    assert.deepEqual([status, body], [200, { status: "ok" }]);
  });

  it("is not well before the journal is read", async () => {
    const unread = new HttpSite();
    const { url } = await unread.server.start();
    unread.url = url;
    const { status, body } = await unread.ask("/healthz");
    assert.deepEqual([status, body.error.code], [503, "not-reachable"]);
    assert.equal((await unread.ask("/api/alarms", { token: "okc_x" })).status, 503);
    await unread.stop();
  });

  it("says DEMO before anybody logs in, and its version only after", async () => {
    const { body } = await site.ask("/api/site");
    assert.deepEqual([body.name, body.demo, body.version], ["月湖社区", true, undefined]);
    const known = await site.as("viewer", "/api/site");
    assert.deepEqual([known.body.version, known.body.you], ["0.0.0-test", { name: "the viewer", role: "viewer" }]);
  });

  it("gives its figures to this machine, without anybody's data, and not to those a proxy speaks for", async () => {
    await site.pressed();
    const { status, text, headers } = await site.ask("/metrics");
    assert.equal(status, 200);
    assert.match(String(headers["content-type"]), /^text\/plain; version=0\.0\.4/);
    assert.match(text, /okc_reports_total\{.*kind="emergency".*\} 1/);
    assert.match(text, /process_resident_memory_bytes/);
    for (const secret of ["李奶奶", "13800000001", "r-1"]) assert.ok(!text.includes(secret), secret);
    assert.equal((await site.ask("/metrics", { headers: { "x-forwarded-for": "203.0.113.9" } })).status, 401);
    const token = await site.token("viewer");
    assert.equal((await site.ask("/metrics", { token, headers: { forwarded: "for=203.0.113.9" } })).status, 200);
  });

  it("describes its routes as OpenAPI", async () => {
    const { body } = await site.as("viewer", "/api/openapi.json");
    const resolve = body.paths["/api/alarms/{id}/resolve"].post;
    assert.ok(resolve.requestBody.content["application/json"].schema.properties.outcome.enum.includes("sent-120"));
    assert.ok(body.paths["/api/stream"].get);
    assert.equal(body.paths["/"], undefined);
  });

  it("answers an unknown route, a broken body and a huge one in the one form of errors", async () => {
    const unknown = await site.ask("/api/nothing?secret=1");
    assert.deepEqual(
      [unknown.status, unknown.body.error],
      [404, { code: "not-found", message: "no GET /api/nothing here" }],
    );
    const json = { "content-type": "application/json" };
    const token = await site.token("administrator");
    const broken = await site.ask("/api/tokens", { method: "POST", token, bytes: Buffer.from("{"), headers: json });
    assert.deepEqual([broken.status, broken.body.error.code], [400, "bad-input"]);
    const huge = await site.ask("/api/tokens", {
      method: "POST",
      token,
      body: { name: "x".repeat(70_000), role: "viewer" },
    });
    assert.deepEqual([huge.status, huge.body.error.code], [400, "bad-input"]);
    assert.ok(!broken.text.includes("node_modules"));
  });

  it("hides what failed inside, and logs it", async () => {
    site.office.doctor = () => Promise.reject(new Error("secret path /x"));
    const { status, body } = await site.as("administrator", "/api/doctor");
    assert.deepEqual([status, body.error.code], [500, "broken"]);
    assert.ok(!body.error.message.includes("secret"));
    const line = site.log.lines.find(({ level }) => level === "error")!;
    assert.match(line.message, /GET \/api\/doctor failed/);
    assert.match(String(line.fields["error"]), /secret path/);
  });

  it("tells browsers to run its own files only", async () => {
    const { headers, text } = await site.ask("/");
    assert.match(String(headers["content-security-policy"]), /default-src 'none';script-src 'self'/);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.match(text, /一键通/);
    assert.equal((await site.ask("/api/site")).headers["cache-control"], "no-store");
    for (const path of ["/console/assets/../index.html", "/console/assets/%2e%2e/index.html", "/console/nothing.js"])
      assert.equal((await site.ask(path)).status, 404, path);
  });

  it("says which port it cannot have", async () => {
    const port = Number(new URL(site.url).port);
    const second = new HttpSite({ listen: { host: "127.0.0.1", port } });
    await assert.rejects(
      second.start(),
      new RegExp(`http.listen: 127.0.0.1:${port} cannot be had \\(something else listens`),
    );
    // Whoever sits at the machine can still ask what is wrong.
    assert.equal((await second.askLocally("/healthz")).status, 200);
    await second.stop();
    assert.ok(!existsSync(second.socketPath));
  });
});
