import assert from "node:assert/strict";
import type { AlarmView } from "../../gateway/core/alarm-view.ts";
import { hours, seconds } from "../../gateway/core/units.ts";
import { assertMatches } from "../support/json-schemas.ts";
import { capFaults } from "../support/cap.ts";
import { HttpSite, type HttpAnswer } from "../support/http-site.ts";

describe("alarms over http", () => {
  let site: HttpSite;
  beforeEach(async () => {
    site = await new HttpSite().start();
  });
  afterEach(() => site.stop());

  const act = (id: string, name: string, body: object): Promise<HttpAnswer> =>
    site.as("staff", `/api/alarms/${id}/${name}`, { method: "POST", body });
  const idsOf = ({ body }: HttpAnswer): string[] => (body.alarms as AlarmView[]).map(({ id }) => id);

  it("shows a press with its home, times, offers and deliveries", async () => {
    await site.press();
    const { body } = await site.as("operator", "/api/alarms?state=open");
    const [alarm] = body.alarms as AlarmView[];
    assert.deepEqual(
      [alarm!.kind, alarm!.state, alarm!.owner, alarm!.home!.name, alarm!.offers.length],
      ["emergency", "alerting", null, "李奶奶", 3],
    );
    assert.equal(alarm!.times.pressedAt, "2026-11-23T12:00:00.000Z");
    assert.equal(alarm!.times.arrivedAt, null);
    assert.equal(alarm!.deliveries.find(({ type }) => type === "hotline")!.status, "queued");
  });

  it("says where the wearer is to those who help, and to nobody else", async () => {
    await site.press("0000beef", { position: { lat: 29.868912, lon: 121.548345, isFix: true } });
    const [seen] = (await site.as("staff", "/api/alarms")).body.alarms as AlarmView[];
    assertMatches("alarm", seen);
    assert.deepEqual([seen!.position!.lat, seen!.presses[0]!.position!.lon], [29.868912, 121.548345]);
    for (const role of ["viewer", "technician"] as const) {
      const { text } = await site.as(role, "/api/alarms");
      assert.doesNotMatch(text, /29\.8689|121\.5483/, role);
    }
  });

  it("gives an alarm as CAP 1.2 to those who help, by its number too", async () => {
    const { id } = await site.pressed();
    const { status, headers, text } = await site.as("operator", `/api/alarms/${id.split("-")[1]}/cap`);
    assert.deepEqual([status, headers["content-type"]], [200, "application/cap+xml; charset=utf-8"]);
    assert.equal(capFaults(text), "");
    assert.ok(text.includes(`<identifier>${id}.v`));
    assert.equal((await site.as("operator", "/api/alarms/4711/cap")).status, 404);
  });

  it("goes from taken to closed, and each list has it where it belongs", async () => {
    const { id, version } = await site.pressed();
    let alarm = (await act(id, "take", { version })).body.alarm as AlarmView;
    assert.deepEqual([alarm.state, alarm.owner], ["owned", "the staff"]);
    alarm = (await act(id, "arrive", { version: alarm.version })).body.alarm as AlarmView;
    assert.equal(alarm.state, "attending");
    alarm = (await act(id, "note", { version: alarm.version, text: "坐着，清醒" })).body.alarm as AlarmView;
    assert.equal(alarm.notes[0]!.text, "坐着，清醒");
    alarm = (await act(id, "resolve", { version: alarm.version, outcome: "helped-on-site", note: "好了" })).body.alarm;
    assert.deepEqual([alarm.state, alarm.outcome, alarm.notes[1]!.text], ["resolved", "helped-on-site", "好了"]);
    assert.deepEqual(idsOf(await site.as("staff", "/api/alarms")), []);
    assert.deepEqual(idsOf(await site.as("staff", "/api/alarms?state=resolved")), [id]);
    alarm = (await act(id, "close", { version: alarm.version })).body.alarm as AlarmView;
    assert.equal(alarm.state, "closed");
    assert.deepEqual(idsOf(await site.as("staff", "/api/alarms?state=closed")), [id]);
    assert.deepEqual(idsOf(await site.as("staff", "/api/alarms?state=all")), [id]);
  });

  it("gives 200 and nothing new to the same person doing the same again, even on the old version", async () => {
    const { id, version } = await site.pressed();
    const first = await act(id, "take", { version });
    const again = await act(id, "take", { version });
    assert.deepEqual([again.status, again.body], [200, first.body]);
  });

  it("refuses a stale version with the alarm as it is now", async () => {
    const { id, version } = await site.pressed();
    assert.equal((await act(id, "take", { version })).status, 200);
    const late = await site.as("operator", `/api/alarms/${id}/take`, { method: "POST", body: { version } });
    assert.deepEqual([late.status, late.body.error.code, late.body.alarm.owner], [409, "stale", "the staff"]);
    assert.match(late.body.error.message, /look at it and decide again/);
  });

  it("refuses what is not possible now with the alarm as it is", async () => {
    const { id, version } = await site.pressed();
    for (const name of ["close", "verify-cancel"]) {
      const { status, body } = await act(id, name, { version });
      assert.deepEqual([status, body.error.code, body.alarm.id], [409, "not-now", id], name);
    }
  });

  it("verifies a cancel that the wearer asked for", async () => {
    const { id, version } = await site.pressed();
    await site.press("0000beef", { kind: "cancel" });
    const asked = (await site.as("staff", `/api/alarms/${id}`)).body.alarm as AlarmView;
    assert.ok(asked.version > version && asked.flags.includes("cancel-requested"));
    const { body } = await act(id, "verify-cancel", { version: asked.version });
    assert.equal(body.alarm.cancel.verifiedBy, "the staff");
  });

  it("gives an alarm back", async () => {
    const { id, version } = await site.pressed();
    const taken = (await act(id, "take", { version })).body.alarm as AlarmView;
    const { body } = await act(id, "release", { version: taken.version });
    assert.deepEqual([body.alarm.state, body.alarm.owner], ["alerting", null]);
  });

  it("names the wrong field and what is allowed in it", async () => {
    const { id } = await site.pressed();
    const wrong = async (name: string, body: object, message: RegExp): Promise<void> => {
      const answer = await act(id, name, body);
      assert.deepEqual([answer.status, answer.body.error.code], [400, "bad-input"]);
      assert.match(answer.body.error.message, message);
    };
    await wrong("take", {}, /^body\.version is missing: the version that was seen/);
    await wrong("take", { version: "1" }, /^body\.version must be integer/);
    await wrong("resolve", { version: 1 }, /body\.outcome is missing: one of ok-accidental, .*sent-120/);
    await wrong("resolve", { version: 1, outcome: "fine" }, /body\.outcome is none of ok-accidental, .*duplicate/);
    await wrong("note", { version: 1, text: "  " }, /^body\.text/);
    await wrong("note", { version: 1, text: "x".repeat(2_001) }, /^body\.text must NOT have more than 2000/);
    const list = await site.as("staff", "/api/alarms?state=new");
    assert.match(list.body.error.message, /state is none of open, resolved, closed, all/);
  });

  it("is found by its bare number, and not at all by a wrong one", async () => {
    const { id, version } = await site.pressed();
    const number = id.split("-")[1]!;
    assert.equal((await site.as("staff", `/api/alarms/${number}`)).body.alarm.id, id);
    assert.equal((await act(number, "take", { version })).body.alarm.id, id);
    for (const unknown of ["999", "nothing", `x-${number}`]) {
      const { status, body } = await site.as("staff", `/api/alarms/${unknown}`);
      assert.deepEqual([status, body.error.code], [404, "not-found"], unknown);
    }
  });

  it("lists the most urgent first, then the oldest", async () => {
    const first = await site.pressed("0000beef");
    await site.clock.forward(seconds(2));
    const service = { kind: "service" } as const;
    await site.press("0000cafe", service);
    await site.clock.forward(seconds(2));
    await site.press("p-17", { bridge: "mqtt", transport: "mqtt" });
    const { body } = await site.as("viewer", "/api/alarms");
    const rows = (body.alarms as AlarmView[]).map(({ id, kind }) => [id, kind]);
    assert.deepEqual(
      rows.map(([, kind]) => kind),
      ["emergency", "emergency", "service"],
    );
    assert.equal(rows[0]![0], first.id);
  });

  it("keeps an alarm at hand for a day after its close, then it is not found", async () => {
    const { id, version } = await site.pressed();
    const resolved = await act(id, "resolve", { version, outcome: "test" });
    await act(id, "close", { version: resolved.body.alarm.version });
    await site.clock.forward(hours(24) - 1);
    assert.equal((await site.as("staff", `/api/alarms/${id}`)).status, 200);
    await site.clock.forward(1);
    assert.equal((await site.as("staff", `/api/alarms/${id}`)).status, 404);
  });
});
