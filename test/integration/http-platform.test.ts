import assert from "node:assert/strict";
import { signatureOf } from "../../firmware-sim/city-platform.ts";
import { FAILED_MAX, PLATFORM_BODY_MAX_BYTES } from "../../gateway/adapters/http/limits.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { HttpSite, PLATFORM_SECRET, type HttpAnswer } from "../support/http-site.ts";
import { assertMatches } from "../support/json-schemas.ts";

describe("what a city platform tells over http", () => {
  let site: HttpSite;
  let id: string;
  beforeEach(async () => {
    site = await new HttpSite().start();
    ({ id } = await site.pressed());
  });
  afterEach(() => site.stop());

  const told = (
    said: unknown,
    { secret = PLATFORM_SECRET, at = site.clock.wall(), name = "81890", signature = "" } = {},
  ): Promise<HttpAnswer> => {
    const text = typeof said === "string" ? said : JSON.stringify(said);
    return site.ask(`/api/platform/${name}`, {
      method: "POST",
      bytes: Buffer.from(text),
      headers: { "content-type": "application/json", "x-okc-signature": signature || signatureOf(text, secret, at) },
    });
  };
  const note = (more: object = {}) => ({ id: "m-1", act: "note", alarm: id, by: "李梅", text: "已电话联系", ...more });

  it("is done under the operator's name, and answered with how the alarm stands", async () => {
    const { status, body } = await told({ id: "m-1", act: "taken", alarm: id, by: "李梅" });
    assert.equal(status, 200);
    assertMatches("platform-reply", body);
    assert.deepEqual([body.done, body.error, body.alarm.state], [true, null, "owned"]);
    const { body: shown } = await site.as("viewer", `/api/alarms/${id}`);
    assert.equal(shown.alarm.owner, "81890 李梅");
  });

  it("gets the same answer again under the same id, done or not", async () => {
    const first = await told(note());
    const again = await told(note());
    assert.deepEqual([again.status, again.body], [first.status, first.body]);
    const refused = await told(note({ id: "m-2", act: "cancelled", text: undefined }));
    assert.equal(refused.status, 409);
    assertMatches("platform-reply", refused.body);
    await told({ id: "m-3", act: "taken", alarm: id });
    const refusedAgain = await told(note({ id: "m-2", act: "cancelled", text: undefined }));
    assert.deepEqual([refusedAgain.status, refusedAgain.body], [refused.status, refused.body]);
  });

  it("on an old version, or of an alarm that somebody has, is refused with what is true now", async () => {
    const stale = await told({ id: "m-1", act: "closed", alarm: id, outcome: "test", version: 1 + 1_000 });
    assert.deepEqual([stale.status, stale.body.error.code], [409, "stale"]);
    assert.equal(stale.body.alarm.state, "alerting");
    const { body } = await site.as("viewer", `/api/alarms/${id}`);
    await site.as("staff", `/api/alarms/${id}/take`, { method: "POST", body: { version: body.alarm.version } });
    const taken = await told({ id: "m-2", act: "taken", alarm: id });
    assert.deepEqual([taken.status, taken.body.error.code, taken.body.alarm.state], [409, "stale", "owned"]);
  });

  it("of an alarm that nobody knows is answered 404, and what is malformed 400, each in one line", async () => {
    const unknown = await told(note({ alarm: "7gk2qx9d-4711" }));
    assert.deepEqual([unknown.status, unknown.body.error.code], [404, "not-found"]);
    const wrong: readonly (readonly [unknown, RegExp])[] = [
      ["{", /not JSON/],
      ["[]", /object/],
      [note({ act: "resolve" }), /act is none of taken/],
      [note({ id: "" }), /^id must/],
      [note({ id: "x".repeat(101) }), /^id must/],
      [note({ alarm: 17 }), /^alarm must/],
      [note({ by: "a\nb" }), /^by must/],
      [note({ version: 0 }), /^version must/],
      [note({ text: " " }), /^text must/],
      [note({ outcome: "test" }), /^note has no outcome/],
      [{ id: "m", act: "closed", alarm: id }, /^outcome is none of/],
      [{ id: "m", act: "rejected", alarm: id, reason: "no" }, /^reason is none of/],
    ];
    for (const [said, why] of wrong) {
      const { status, body } = await told(said);
      assert.equal(status, 400, JSON.stringify(said));
      assertMatches("platform-reply", body);
      assert.match(body.error.message, why);
    }
    const { body } = await site.as("staff", `/api/alarms/${id}`);
    assert.deepEqual(body.alarm.notes, []);
  });

  it("is taken only where its signature is good, and made within five minutes", async () => {
    const at = site.clock.wall();
    for (const fine of [at - minutes(5), at + minutes(5)])
      assert.equal((await told(note({ id: `m${fine}` }), { at: fine })).status, 200);
    const text = JSON.stringify(note({ id: "bad" }));
    const bad: readonly Parameters<typeof told>[1][] = [
      { at: at - minutes(5) - seconds(1) },
      { at: at + minutes(5) + seconds(1) },
      { secret: "another" },
      { name: "81891" },
      { signature: "t=1,v1=00" },
      { signature: signatureOf(`${text} `, PLATFORM_SECRET, at) },
      { signature: signatureOf(text, PLATFORM_SECRET, at).replace("t=", "t=0") },
    ];
    for (const one of bad) {
      const { status, body } = await told(text, one);
      assert.deepEqual([status, body.error.code], [401, "not-authorised"], JSON.stringify(one));
    }
    const unsigned = await site.ask("/api/platform/81890", { method: "POST", body: note({ id: "bad" }) });
    assert.equal(unsigned.status, 401);
    const { body } = await site.as("staff", `/api/alarms/${id}`);
    assert.equal(body.alarm.notes.length, 2 - 1, "the same person's same note is one");
  });

  it("is slowed down where nothing but bad signatures come, while a good one is heard", async () => {
    let last = 0;
    for (let turn = 0; turn <= FAILED_MAX; turn++) ({ status: last } = await told(note(), { secret: "guess" }));
    assert.equal(last, 429);
    assert.equal((await told(note())).status, 200);
    assert.match((await site.ask("/metrics")).text, /okc_http_refused_total\{why="too-many"\} 1/);
  });

  it("is refused where it is too long", async () => {
    const { status } = await told(note({ text: "x".repeat(PLATFORM_BODY_MAX_BYTES) }));
    assert.equal(status, 400);
  });
});
