import assert from "node:assert/strict";
import { CityPlatform, signatureOf, type CityMode } from "../../firmware-sim/city-platform.ts";
import { HttpPeer } from "../support/peers/http-peer.ts";
import { TestClock } from "../support/test-clock.ts";

const SECRET = "s3cret";

describe("the simulated city platform", () => {
  const clock = new TestClock();
  let peer: HttpPeer;
  let city: CityPlatform;
  beforeEach(async () => {
    peer = await new HttpPeer().open();
    peer.answer = { status: 200, body: "{}" };
    const gateway = `http://127.0.0.1:${peer.port}/api/platform/81890`;
    city = new CityPlatform({ secret: SECRET, gateway, clock: clock.world });
    await city.start();
  });
  afterEach(async () => {
    await city.stop();
    await peer.close();
  });

  const tell = async (message: object, { secret = SECRET, key = "k-1" } = {}): Promise<[number, string]> => {
    const body = JSON.stringify(message);
    const headers = { "idempotency-key": key, "x-okc-signature": signatureOf(body, secret, 0) };
    const response = await fetch(city.url, { method: "POST", headers, body });
    return [response.status, await response.text()];
  };
  const call = { type: "call", id: "k-1", alarm: { id: "a-1" } };

  it("takes a message once, and says so each time", async () => {
    const taken = [200, JSON.stringify({ received: true, id: "k-1" })];
    assert.deepEqual(await tell(call), taken);
    assert.deepEqual(await tell(call), taken);
    assert.deepEqual([city.messages.length, city.duplicates, city.calls.length], [1, 1, 1]);
  });

  it("lets nobody in whose signature is wrong", async () => {
    assert.equal((await tell(call, { secret: "guess" }))[0], 401);
    assert.deepEqual([city.messages.length, city.refused], [0, 1]);
  });

  it("behaves badly as it is told to", async () => {
    const answers: readonly (readonly [CityMode, number, string])[] = [
      ["bare", 200, ""],
      ["garbled", 200, "<html>"],
      ["down", 503, "{}"],
      ["refusing", 400, "{}"],
      ["closed", 401, "{}"],
    ];
    for (const [mode, ...answer] of answers) {
      city.mode = mode;
      assert.deepEqual(await tell(call), answer, mode);
    }
  });

  it("has operators who act by themselves, each time once, with the gateway or in an answer", async () => {
    city.rule = [
      { act: "taken", afterMs: 5_000 },
      { act: "closed", afterMs: 60_000, outcome: "sent-120" },
    ];
    await tell(call);
    await tell({ ...call, id: "k-2" }, { key: "k-2" });
    assert.equal(peer.requests.items.length, 0);
    await clock.forward(60_000);
    await peer.requests.reach(2);
    const acts = peer.requests.items.map(({ body }) => JSON.parse(body) as Record<string, string>);
    assert.deepEqual(
      acts.map(({ act, alarm, by, outcome }) => [act, alarm, by, outcome]),
      [
        ["taken", "a-1", "李梅", undefined],
        ["closed", "a-1", "李梅", "sent-120"],
      ],
    );
    city.say({ act: "note", alarm: "a-1", id: "n-1", text: "已联系" });
    const [, text] = await tell({ ...call, id: "k-3" }, { key: "k-3" });
    assert.deepEqual(JSON.parse(text), {
      received: true,
      id: "k-3",
      acts: [{ id: "n-1", by: "李梅", act: "note", alarm: "a-1", text: "已联系" }],
    });
  });
});
