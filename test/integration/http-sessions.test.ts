import assert from "node:assert/strict";
import { WAIT_MAX_MS } from "../../gateway/app/login-throttle.ts";
import { SESSION_IDLE_MAX_MS, SESSION_NOTED_EVERY_MS, SESSIONS_MAX } from "../../gateway/core/sessions.ts";
import { readState, writeState } from "../../gateway/core/state.ts";
import { hours, seconds } from "../../gateway/core/units.ts";
import { HttpSite, type HttpAnswer, type Question } from "../support/http-site.ts";
import { SseClient } from "../support/sse-client.ts";

const PASSWORD = "月湖社区夜班的密码呀";
const PAGE = { "x-okc-page": "desk" };

describe("logging in over http", () => {
  let site: HttpSite;
  beforeEach(async () => {
    site = await new HttpSite().start();
  });
  afterEach(() => site.stop());

  const post = (path: string, body: object, headers: Record<string, string> = PAGE): Promise<HttpAnswer> =>
    site.ask(path, { method: "POST", body, headers });
  const cookieOf = ({ headers }: HttpAnswer): string => String(headers["set-cookie"]).split(";")[0]!;
  const logIn = (name = "王芳", password = PASSWORD): Promise<HttpAnswer> => post("/api/session", { name, password });
  const withCookie = (cookie: string, path: string, question: Question = {}): Promise<HttpAnswer> =>
    site.ask(path, { ...question, headers: { cookie, ...PAGE, ...question.headers } });
  const codeOf = async (): Promise<string> => (await site.askLocally("/api/setup-code")).body.code as string;
  const setUp = async (): Promise<HttpAnswer> =>
    post("/api/setup", { code: await codeOf(), name: "王芳", password: PASSWORD });

  describe("the first administrator", () => {
    it("is made with the code that only the machine shows, once and for ever", async () => {
      assert.equal((await site.ask("/api/site")).body.isSetUp, false);
      assert.equal((await site.as("administrator", "/api/setup-code")).status, 403);
      const wrong = await post("/api/setup", { code: "AAAA-BBBB-CCCC", name: "路人", password: PASSWORD });
      assert.deepEqual([wrong.status, wrong.body.error.code], [401, "not-authorised"]);
      const code = await codeOf();
      assert.match(code, /^([A-Z2-9]{4}-){2}[A-Z2-9]{4}$/);
      const made = await post("/api/setup", { code: code.toLowerCase(), name: " 王芳 ", password: PASSWORD });
      assert.deepEqual([made.status, made.body.you], [200, { name: "王芳", role: "administrator" }]);
      assert.equal((await withCookie(cookieOf(made), "/api/site")).body.you.name, "王芳");
      assert.equal((await site.ask("/api/site")).body.isSetUp, true);
      assert.equal(await codeOf(), null);
      const again = await post("/api/setup", { code, name: "另一人", password: PASSWORD });
      assert.deepEqual([again.status, again.body.error.code], [409, "not-now"]);
      await site.office.logins.remove("王芳");
      assert.equal((await site.ask("/api/site")).body.isSetUp, true, "not even when nobody is left");
    });

    it("is only one, when two with the right code come at once from different places", async () => {
      const code = await codeOf();
      const setUpAs = (name: string, from: string) =>
        site.office.logins.setUp({ code, name, password: PASSWORD }, from).then(
          () => "made",
          ({ code: refusal }: { code: string }) => refusal,
        );
      const both = [setUpAs("王芳", "192.0.2.1"), setUpAs("路人", "192.0.2.2")];
      assert.deepEqual((await Promise.all(both)).sort(), ["made", "not-now"]);
      assert.equal(site.office.logins.list().length, 1);
      assert.equal([...site.app.state.sessions.values()].length, 1);
    });

    it("needs a password of ten characters that is not the first to be guessed", async () => {
      const code = await codeOf();
      for (const password of ["九个字符的密码呀呀", "1234567890", "aaaaaaaaaaaa"]) {
        const { status, body } = await post("/api/setup", { code, name: "王芳", password });
        assert.deepEqual([status, body.error.code], [400, "bad-input"], password);
      }
      assert.equal((await post("/api/setup", { code, name: "王芳", password: "十个字符的密码就够用了" })).status, 200);
    });
  });

  it("keeps of a password only its argon2id hash, and of a session only its SHA-256", async () => {
    const secret = cookieOf(await setUp()).split("=")[1]!;
    const { passwordHash } = site.app.state.logins.get("王芳")!;
    assert.match(passwordHash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const text = writeState(site.app.state);
    assert.ok(!text.includes(PASSWORD) && !text.includes(secret));
    const stream = new SseClient();
    await stream.open(site.url, await site.token("viewer"), 0);
    await stream.until(() => stream.events.some(({ event }) => event === "session-opened"), "the session");
    assert.doesNotMatch(JSON.stringify(stream.events), /argon2|sha256/i);
    stream.close();
  });

  it("gives a cookie that scripts and other sites cannot use", async () => {
    const [cookie] = (await setUp()).headers["set-cookie"]!;
    for (const part of ["HttpOnly", "SameSite=Strict", "Path=/"]) assert.ok(cookie!.includes(part), cookie);
    assert.ok(!cookie!.includes("Secure"), "this site has no TLS");
  });

  it("acts under the login's name and role, and not for a page that is not its own", async () => {
    const cookie = cookieOf(await setUp());
    const { id, version } = await site.pressed();
    const take = { method: "POST", body: { version } } as const;
    const foreign = await site.ask(`/api/alarms/${id}/take`, { ...take, headers: { cookie } });
    assert.deepEqual([foreign.status, foreign.body.error.code], [403, "not-allowed"]);
    assert.equal((await site.askLocally(`/api/alarms/${id}`)).body.alarm.owner, null);
    const own = await withCookie(cookie, `/api/alarms/${id}/take`, take);
    assert.deepEqual([own.status, own.body.alarm.owner], [200, "王芳"]);
    for (const path of ["/api/session", "/api/setup", "/api/session/end"])
      assert.equal((await post(path, { name: "王芳", password: PASSWORD, code: "x" }, {})).status, 403, path);
  });

  it("does not say whether name or password was wrong", async () => {
    await setUp();
    const [unknown, wrong] = [await logIn("没有这个人"), await logIn("王芳", "不是这个密码不是")];
    assert.deepEqual([unknown.status, unknown.body], [wrong.status, wrong.body]);
    assert.equal(unknown.status, 401);
    assert.ok(!site.log.lines.some((line) => JSON.stringify(line).includes("没有这个人")));
  });

  it("slows guessing down without ever locking anybody out", async () => {
    await setUp();
    for (let tries = 0; tries < 3; tries++) assert.equal((await logIn("王芳", `猜密码猜密码猜 ${tries}`)).status, 401);
    let answered = false;
    const guess = logIn("王芳", "猜密码猜密码猜密码").then((answer) => ((answered = true), answer));
    const right = logIn();
    await site.ask("/healthz");
    assert.equal(answered, false, "the fourth waits");
    const done = Promise.all([guess, right]);
    for (let waited = 0; waited < 4; waited++) {
      await site.ask("/healthz");
      await site.clock.forward(WAIT_MAX_MS);
    }
    let over = false;
    void done.then(() => (over = true));
    while (!over) {
      await site.ask("/healthz");
      await site.clock.forward(WAIT_MAX_MS);
    }
    assert.deepEqual([(await guess).status, (await right).status], [401, 200]);
    assert.equal((await logIn()).status, 200, "and at once again after a right one");
  });

  it("refuses what queues up behind itself", async () => {
    await setUp();
    const many = await Promise.all(Array.from({ length: 12 }, () => logIn()));
    const statuses = many.map(({ status }) => status);
    assert.ok(statuses.includes(429) && statuses.filter((status) => status === 200).length >= 4, statuses.join());
  });

  it("lasts over a restart of the gateway", async () => {
    const cookie = cookieOf(await setUp());
    const known = readState(writeState(site.app.state), "memory22").sessions.values();
    assert.equal([...known].length, 1);
    const { hostname, port } = new URL(site.url);
    await site.server.stop();
    await site.restartServer({ host: hostname, port: Number(port) });
    assert.equal((await withCookie(cookie, "/api/alarms")).status, 200);
  });

  it("ends after twelve hours without use, is journaled once an hour in use, and never ends under an open page", async () => {
    const cookie = cookieOf(await setUp());
    const sessions = (): number => [...site.app.state.sessions.values()].length;
    for (let hour = 0; hour < 30; hour++) {
      await site.clock.forward(SESSION_NOTED_EVERY_MS);
      assert.equal((await withCookie(cookie, "/api/alarms")).status, 200);
    }
    await site.clock.forward(SESSION_IDLE_MAX_MS + seconds(1));
    const { status, body } = await withCookie(cookie, "/api/alarms");
    assert.deepEqual([status, body.error.message], [401, "this session is over: log in again"]);
    await logIn();
    assert.equal(sessions(), 1, "those that are over are forgotten with the next login");
  });

  it("ends when its person logs out, gets another password, or is removed; a stream ends with it", async () => {
    const first = cookieOf(await setUp());
    assert.equal((await withCookie(first, "/api/session/end", { method: "POST" })).status, 200);
    assert.equal((await withCookie(first, "/api/alarms")).status, 401);
    const second = cookieOf(await logIn());
    await site.office.logins.changePassword("王芳", "另外一个密码另外一个");
    assert.equal((await withCookie(second, "/api/alarms")).status, 401);
    assert.equal((await logIn()).status, 401);
    const third = cookieOf(await logIn("王芳", "另外一个密码另外一个"));
    const stream = new SseClient();
    assert.equal(await stream.open(site.url, null, undefined, { cookie: third }), 200);
    await site.clock.forward(seconds(2));
    assert.equal(stream.ended, false);
    await site.office.logins.remove("王芳");
    await site.clock.forward(seconds(2));
    await stream.until(() => stream.ended, "the stream's end");
    assert.equal((await withCookie(third, "/api/alarms")).status, 401);
  });

  it("exchanges a token for a session that stands for it", async () => {
    const token = await site.token("staff");
    const opened = await post("/api/session", { token });
    assert.deepEqual(opened.body.you, { name: "the staff", role: "staff" });
    assert.equal((await withCookie(cookieOf(opened), "/api/alarms")).status, 200);
    assert.equal((await withCookie(cookieOf(opened), "/api/doctor")).status, 403);
    assert.equal((await post("/api/session", { token: "okc_guessed" })).status, 401);
  });

  it("holds so many sessions; one more ends the one that was used longest ago", async () => {
    const first = cookieOf(await setUp());
    const token = await site.token("staff");
    for (let more = 0; more < SESSIONS_MAX; more++) await site.office.logins.exchange(token);
    assert.equal([...site.app.state.sessions.values()].length, SESSIONS_MAX);
    assert.equal((await withCookie(first, "/api/alarms")).status, 401);
  });

  it("lets an administrator say who may log in, and nobody else", async () => {
    const cookie = cookieOf(await setUp());
    const added = await withCookie(cookie, "/api/logins", {
      method: "POST",
      body: { name: "李强", role: "staff", password: "李强自己想的密码一个" },
    });
    assert.deepEqual(added.body.logins, [
      { name: "王芳", role: "administrator" },
      { name: "李强", role: "staff" },
    ]);
    const staff = cookieOf(await logIn("李强", "李强自己想的密码一个"));
    assert.equal((await withCookie(staff, "/api/logins")).status, 403);
    assert.equal((await withCookie(staff, "/api/alarms")).status, 200);
    const twice = await withCookie(cookie, "/api/logins", {
      method: "POST",
      body: { name: "李强", role: "viewer", password: PASSWORD },
    });
    assert.equal(twice.status, 400);
  });

  it("keeps its hours when the machine's clock is set", async () => {
    const cookie = cookieOf(await setUp());
    await site.app.submit({ type: "clock-stepped", byMs: hours(20) });
    const [session] = site.app.state.sessions.values();
    assert.equal(session!.usedAt, site.clock.now() + hours(20));
    void cookie;
  });
});
