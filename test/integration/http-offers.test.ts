import assert from "node:assert/strict";
import { hours } from "../../gateway/core/units.ts";
import { HttpSite, tokenOf, type HttpAnswer } from "../support/http-site.ts";

describe("a volunteer's answer over http", () => {
  let site: HttpSite;
  beforeEach(async () => {
    site = await new HttpSite().start();
  });
  afterEach(() => site.stop());

  /** The offers as the phones got them. */
  const offers = () => site.phones.messages.filter(({ type }) => type === "offer");
  const answer = (id: string, body: object, token: string | undefined = tokenOf(id)): Promise<HttpAnswer> =>
    site.ask(`/api/offers/${id}/answer`, { method: "POST", body, token });

  it("accepts with the token of the message, and is told key and notes only then", async () => {
    await site.press();
    const [{ offer, answer: link }] = offers() as [ReturnType<typeof offers>[0]];
    const path = new URL(link!.url).pathname;
    const ask = (said: string) =>
      site.ask(path, { method: "POST", token: link!.token, body: { version: offer.version, answer: said } });
    const seen = await ask("seen");
    assert.deepEqual([seen.status, seen.body.offer.state, seen.body.alarm.kind], [200, "seen", "emergency"]);
    assert.deepEqual(seen.body.resident, { name: "李奶奶", building: "1号楼", unit: "1", room: "101" });
    const accepted = await ask("accept");
    assert.equal(accepted.body.offer.state, "accepted");
    assert.deepEqual([accepted.body.resident.keyPlace, accepted.body.resident.notes], ["门垫下", "高血压"]);
    assert.ok(!accepted.text.includes("13800000001"));
    for (const [said, state] of [
      ["enroute", "enroute"],
      ["arrive", "arrived"],
      ["done", "left"],
    ] as const)
      assert.equal((await ask(said)).body.offer.state, state);
    assert.equal((await ask("done")).body.resident, undefined);
  });

  it("takes the token in the body, where no header can be sent", async () => {
    await site.press();
    const { id, version } = offers()[0]!.offer;
    const body = { version, answer: "decline", token: tokenOf(id) };
    const { status, body: said } = await site.ask(`/api/offers/${id}/answer`, { method: "POST", body });
    assert.deepEqual([status, said.offer.state], [200, "declined"]);
  });

  it("refuses another offer's token, a person's token and none", async () => {
    await site.press();
    const [first, second] = offers().map(({ offer }) => offer) as [{ id: string; version: number }, { id: string }];
    const body = { version: first.version, answer: "accept" };
    for (const token of [tokenOf(second.id), await site.token("administrator"), "nonsense"]) {
      const { status, body: said } = await answer(first.id, body, token);
      assert.deepEqual([status, said.error.code], [401, "not-authorised"]);
    }
    const none = await site.ask(`/api/offers/${first.id}/answer`, { method: "POST", body });
    assert.equal(none.status, 401);
    assert.equal((await answer("memory22-99.o1", body, "x")).status, 401);
    assert.equal(site.app.state.alarms.get("memory22-1")!.offers[0]!.state, "queued");
  });

  it("does not open anything else with an offer's token", async () => {
    await site.press();
    const token = tokenOf(offers()[0]!.offer.id);
    assert.equal((await site.ask("/api/alarms", { token })).status, 401);
  });

  it("is told too late, with the offer as it is, when somebody has taken the alarm", async () => {
    const { id: alarm, version } = await site.pressed();
    const { offer } = offers()[0]!;
    await site.as("staff", `/api/alarms/${alarm}/take`, { method: "POST", body: { version } });
    const { status, body } = await answer(offer.id, { version: offer.version, answer: "accept" });
    assert.equal(status, 409);
    assert.deepEqual([body.offer.id, body.offer.state, body.resident], [offer.id, "withdrawn", undefined]);
  });

  it("is told 410 when the token is a day old", async () => {
    await site.press();
    const { id, version } = offers()[0]!.offer;
    await site.clock.forward(hours(24));
    const { status, body } = await answer(id, { version, answer: "seen" });
    assert.deepEqual([status, body.error.code], [410, "expired"]);
  });

  it("is told 410 when the alarm is over and gone", async () => {
    const { id: alarm, version } = await site.pressed();
    const { offer } = offers()[0]!;
    const resolve = { method: "POST", body: { version, outcome: "test" } } as const;
    const resolved = await site.as("staff", `/api/alarms/${alarm}/resolve`, resolve);
    const close = { method: "POST", body: { version: resolved.body.alarm.version } } as const;
    await site.as("staff", `/api/alarms/${alarm}/close`, close);
    await site.clock.forward(hours(2));
    assert.equal((await answer(offer.id, { version: offer.version, answer: "seen" })).status, 410);
  });

  it("lists the answers for one that does not exist", async () => {
    await site.press();
    const { id, version } = offers()[0]!.offer;
    const { status, body } = await answer(id, { version, answer: "maybe" });
    assert.equal(status, 400);
    assert.match(body.error.message, /body\.answer is none of seen, accept, decline, enroute, arrive, done/);
  });

  it("changes nothing when a messenger fetches the link to preview it", async () => {
    await site.press();
    const { id } = offers()[0]!.offer;
    const before = JSON.stringify(site.app.state.alarms.get("memory22-1"));
    const { status, text } = await site.ask(`/api/offers/${id}/answer`, { token: tokenOf(id) });
    assert.equal(status, 200);
    assert.ok(!text.includes("李奶奶"));
    assert.equal(JSON.stringify(site.app.state.alarms.get("memory22-1")), before);
  });
});
