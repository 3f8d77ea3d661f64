import assert from "node:assert/strict";
import { hours } from "../../gateway/core/units.ts";
import { assertMatches } from "../support/json-schemas.ts";
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
  const look = async (id: string, token = tokenOf(id)): Promise<HttpAnswer> => {
    const answer = await site.ask(`/api/offers/${id}`, { token });
    assertMatches(answer.status === 200 ? "call" : "error", answer.body);
    return answer;
  };
  /** The staff do something with the alarm as it is then. */
  async function act(alarm: string, name: string, body: object): Promise<void> {
    const { version } = site.app.state.alarms.get(alarm)!;
    const said = await site.as("staff", `/api/alarms/${alarm}/${name}`, { method: "POST", body: { ...body, version } });
    assert.equal(said.status, 200, said.text);
  }

  it("accepts with the token of the message, and is told key and notes only then", async () => {
    await site.press();
    const [{ offer, answer: link }] = offers() as [ReturnType<typeof offers>[0]];
    const path = new URL(link!.url).pathname;
    const ask = (said: string) =>
      site.ask(path, { method: "POST", token: link!.token, body: { version: offer.version, answer: said } });
    const seen = await ask("seen");
    assert.deepEqual([seen.status, seen.body.offer.state, seen.body.alarm.kind], [200, "seen", "emergency"]);
    assert.deepEqual(seen.body.resident, { name: "李奶奶", building: "1号楼", unit: "1", room: "101" });
    for (const hidden of ["门垫下", "高血压", "13800000001"]) assert.ok(!seen.text.includes(hidden), hidden);
    const accepted = await ask("accept");
    assert.equal(accepted.body.offer.state, "accepted");
    assert.deepEqual([accepted.body.resident.keyPlace, accepted.body.resident.notes], ["门垫下", "高血压"]);
    assert.equal(accepted.body.resident.phone, "13800000001");
    for (const [said, state] of [
      ["enroute", "enroute"],
      ["arrive", "arrived"],
      ["done", "left"],
    ] as const)
      assert.equal((await ask(said)).body.offer.state, state);
    assert.equal((await ask("done")).body.resident, undefined);
  });

  it("tells where the wearer is only after the yes, and no longer after a no", async () => {
    await site.press("0000beef", { position: { lat: 29.868912, lon: 121.548345, isFix: false } });
    const [{ offer }] = offers() as [ReturnType<typeof offers>[0]];
    assert.doesNotMatch((await look(offer.id)).text, /29\.8689/);
    const accepted = await answer(offer.id, { version: offer.version, answer: "accept" });
    assert.deepEqual([accepted.body.position.lat, accepted.body.position.isFix], [29.868912, false]);
    assert.equal((await look(offer.id)).body.position.lon, 121.548345);
    await answer(offer.id, { version: offer.version, answer: "decline" });
    assert.doesNotMatch((await look(offer.id)).text, /29\.8689/);
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

  it("is still good when the alarm is open for days", async () => {
    await site.press();
    const { id, version } = offers()[0]!.offer;
    await site.clock.forward(hours(50));
    assert.equal((await answer(id, { version, answer: "accept" })).body.offer.state, "accepted");
    assert.equal((await look(id)).body.resident.keyPlace, "门垫下");
  });

  it("lives until a day after the alarm was closed, with nothing personal in it, and is then told 410", async () => {
    const { id: alarm } = await site.pressed();
    const { offer } = offers()[0]!;
    await answer(offer.id, { version: offer.version, answer: "arrive" });
    await act(alarm, "resolve", { outcome: "test" });
    assert.equal((await look(offer.id)).body.resident.keyPlace, "门垫下");
    await act(alarm, "close", {});
    await site.clock.forward(hours(24) - 1);
    const over = await look(offer.id);
    assert.deepEqual([over.status, over.body.alarm.state, over.body.alarm.resolvedBy], [200, "closed", "the staff"]);
    for (const personal of ["李奶奶", "1号楼", "门垫下", "13800000001"]) assert.ok(!over.text.includes(personal));
    await site.clock.forward(1);
    for (const { status, body } of [await look(offer.id), await answer(offer.id, { ...offer, answer: "seen" })])
      assert.deepEqual([status, body.error.code], [410, "expired"]);
  });

  it("says that it knows nothing, not that it is over, where the journal is another one", async () => {
    const { status, body } = await look("other11-3.o1");
    assert.deepEqual([status, body.error.code], [404, "not-found"]);
  });

  it("is shown who else comes, who has taken the alarm, and by whom the offer became needless", async () => {
    const { id: alarm } = await site.pressed();
    const [mine, other] = offers().map(({ offer }) => offer) as [
      { id: string; version: number },
      { id: string; version: number },
    ];
    await answer(other.id, { version: other.version, answer: "enroute" });
    const { body } = await look(mine.id);
    const since = new Date(site.clock.now()).toISOString();
    assert.deepEqual(body.coming, [{ name: "志愿者3", role: "volunteer", state: "enroute", since }]);
    assert.deepEqual([body.offer.state, body.withdrawn], ["withdrawn", { what: "accepted", by: "志愿者3" }]);
    assert.equal(body.resident, undefined);
    assert.deepEqual(body.desk, { name: "月湖社区", phone: "0574-87654321" });
    await act(alarm, "take", {});
    assert.deepEqual((await look(other.id)).body.alarm.owner, "the staff");
    assert.deepEqual((await look(other.id)).body.coming, []);
  });

  it("is only looked at by a GET, with the token and nothing else", async () => {
    await site.press();
    const { id } = offers()[0]!.offer;
    const before = JSON.stringify(site.app.state.alarms.get("memory22-1"));
    assert.equal((await look(id)).body.offer.state, "queued");
    assert.equal((await look(id)).headers["cache-control"], "no-store");
    assert.equal((await look(id, "wrong")).status, 401);
    assert.equal((await site.ask(`/api/offers/${id}`)).status, 401);
    assert.equal(JSON.stringify(site.app.state.alarms.get("memory22-1")), before);
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
