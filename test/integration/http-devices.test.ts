import assert from "node:assert/strict";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { HttpSite } from "../support/http-site.ts";
import { assertMatches } from "../support/json-schemas.ts";

const NEW = { bridge: "mqtt", address: "p-18", resident: "r-1" };

describe("Devices over HTTP", function () {
  this.timeout(30_000);
  let site: HttpSite;

  beforeEach(async () => (site = await new HttpSite().start()));
  afterEach(() => site.stop());

  const post = (path: string, body: object) => site.as("technician", path, { method: "POST", body });

  interface Made {
    readonly device: { readonly id: string; readonly state: string };
    readonly credential: { readonly user: string; readonly password: string };
    readonly qr: { readonly text: string; readonly svg: string };
  }

  it("are made with an account that is shown once, and found nowhere else", async () => {
    const { status, body } = await post("/api/devices", NEW);
    assert.equal(status, 200);
    assertMatches("made-device", body);
    const { device, credential, qr } = body as unknown as Made;
    assert.deepEqual([device.id, device.state], ["mqtt:p-18", "unproved"]);
    const broker = { host: "127.0.0.1", port: 1_883, tls: false };
    assert.deepEqual(JSON.parse(qr.text), { okc: 1, bridge: "mqtt", id: "p-18", ...broker, ...credential });
    const journal = JSON.stringify(await site.office.readAfter(0, 10_000));
    assert.ok(journal.includes("mqtt:p-18") && !journal.includes(credential.password));
    const again = await post("/api/devices", NEW);
    assert.deepEqual([again.status, again.body["error"].code], [409, "not-now"]);
  });

  it("are refused as an import refuses them, and nothing is made", async () => {
    for (const wrong of [{ bridge: "morse" }, { address: "p 18" }, { resident: "nobody" }, { key: "00".repeat(16) }]) {
      const { status } = await post("/api/devices", { ...NEW, ...wrong });
      assert.equal(status, 400, JSON.stringify(wrong));
    }
    assert.equal(site.app.state.enrolled.get("mqtt:p-18"), undefined);
  });

  it("are proved in a window of their own: the first press is the test, the next one is real", async () => {
    const opened = await post("/api/enrol", { device: "okc:0000beef" });
    assert.deepEqual(opened.body["window"].proving, { device: "okc:0000beef", test: null });
    await site.press();
    const { body } = await site.as("technician", "/api/enrol");
    assert.match(body["window"].proving.test, /-\d+$/);
    assert.equal((await site.as("operator", "/api/alarms")).body["alarms"].length, 0);
    await site.clock.forward(seconds(30));
    await site.press();
    assert.equal((await site.as("operator", "/api/alarms")).body["alarms"].length, 1);
  });

  it("are measured in a walk, which everybody who may read devices sees", async () => {
    const path = "/api/devices/okc:0000beef/walk";
    assert.deepEqual((await site.as("staff", path)).body, { walk: null });
    assert.equal((await post(path, { minutes: 5 })).body["device"].testMode.walk, true);
    await site.press("0000beef", { rssiDbm: -70 });
    await site.clock.forward(minutes(1));
    await site.press("0000beef", { rssiDbm: -88 });
    const { body } = await site.as("staff", path);
    assertMatches("device-walk", body);
    const heard = (body["walk"].presses as { heard: { rssiDbm: number }[] }[]).map((one) => one.heard[0]!.rssiDbm);
    assert.deepEqual(heard, [-70, -88]);
    const { alarms } = (await site.as("operator", "/api/alarms")).body;
    assert.deepEqual([alarms, [...site.app.state.tests.values()]], [[], []], "nobody is told");
  });

  it("take another's place", async () => {
    await site.office.importCsv(Buffer.from("bridge,address,resident\nokc,0000d00d,\n"), false);
    const { status, body } = await post("/api/devices/okc:0000beef/replace", { with: "0000d00d" });
    assert.equal(status, 200);
    assertMatches("device-act", body);
    assert.deepEqual([body["device"].standing, body["device"].replacedBy], ["retired", "okc:0000d00d"]);
    assert.equal(site.app.state.enrolled.get("okc:0000d00d")!.resident, "r-1");
  });
});
