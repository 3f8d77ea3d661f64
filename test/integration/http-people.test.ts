import assert from "node:assert/strict";
import { IMPORT_MAX_BYTES } from "../../gateway/adapters/http/limits.ts";
import { HttpSite } from "../support/http-site.ts";

describe("people and devices over http", () => {
  let site: HttpSite;
  beforeEach(async () => {
    site = await new HttpSite().start();
  });
  afterEach(() => site.stop());

  const RESIDENTS = [
    "id,name,building,unit,room,phone,notes,key_place,priority,account,zone",
    "r-9,陈爷爷,2号楼,2,202,,,,,1234,009",
    ",没有编号,2号楼,2,203,,,,,1234,010",
  ].join("\n");
  const send = (path: string, csv: string) => site.as("technician", path, { method: "POST", bytes: Buffer.from(csv) });

  it("imports a file row by row, and one bad row spoils nothing else", async () => {
    const { status, body } = await send("/api/import", RESIDENTS);
    assert.equal(status, 200);
    assert.deepEqual(
      body.rows.map(({ line, fate }: { line: number; fate: string }) => [line, fate]),
      [
        [2, "created"],
        [3, "refused"],
      ],
    );
    assert.equal(site.app.state.residents.get("r-9")!.name, "陈爷爷");
  });

  it("tries a file out without keeping anything", async () => {
    const { body } = await send("/api/import?dryRun=1", RESIDENTS);
    assert.equal(body.rows[0].fate, "created");
    assert.equal(site.app.state.residents.get("r-9"), undefined);
  });

  it("refuses what is no CSV and what is too much, by name", async () => {
    const empty = await site.as("technician", "/api/import", { method: "POST", body: {} });
    assert.deepEqual([empty.status, empty.body.error.code], [400, "bad-input"]);
    const huge = await send("/api/import", "x".repeat(IMPORT_MAX_BYTES + 1));
    assert.deepEqual([huge.status, huge.body.error.code], [400, "bad-input"]);
    assert.match(huge.body.error.message, /too large/i);
    const wrong = await send("/api/import?dryRun=yes", RESIDENTS);
    assert.match(wrong.body.error.message, /dryRun is none of 1, 0/);
  });

  it("lists devices with what is known of them", async () => {
    await site.press();
    const { body } = await site.as("technician", "/api/devices");
    const [beef, cafe] = body.devices;
    assert.deepEqual(
      [beef.id, beef.seenAt, beef.batteryPct, beef.silent, beef.line],
      ["okc:0000beef", "2026-11-23T12:00:00.000Z", 90, false, "/dev/ttyTEST"],
    );
    assert.deepEqual([cafe.seenAt, cafe.batteryPct, cafe.line], [null, null, null]);
  });

  it("lists responders with how to reach them, and residents with what helping needs", async () => {
    const responders = (await site.as("staff", "/api/responders")).body.responders;
    assert.deepEqual(responders[0].contacts, [
      {
        channel: "webhook",
        address: "v-1",
        order: 1,
        testState: "untested",
        lastTestAt: null,
        lastTestOkAt: null,
      },
    ]);
    const [resident] = (await site.as("staff", "/api/residents")).body.residents;
    assert.deepEqual([resident.name, resident.zone, resident.keyPlace], ["李奶奶", "001", "门垫下"]);
  });

  it("gives the hotline's table as a file", async () => {
    const { status, text, headers } = await site.as("supervisor", "/api/residents/hotline.csv");
    assert.deepEqual([status, headers["content-type"]], [200, "text/csv; charset=utf-8"]);
    assert.match(text, /^account,zone,name/);
    assert.match(text, /1234,001,李奶奶/);
  });

  it("makes accounts and tokens once, and says what is wrong with those it cannot make", async () => {
    const post = (path: string, body: object) => site.as("administrator", path, { method: "POST", body });
    const account = await post("/api/accounts", { user: "z2m", bridge: "mqtt" });
    assert.deepEqual([account.status, account.body.user], [200, "z2m"]);
    assert.ok(account.body.password.length >= 22);
    const made = await post("/api/tokens", { name: "前台", role: "operator" });
    assert.equal((await site.ask("/api/alarms", { token: made.body.token })).status, 200);
    const wrongRole = await post("/api/tokens", { name: "前台", role: "boss" });
    assert.match(wrongRole.body.error.message, /body\.role is none of administrator, supervisor/);
    const wrongBridge = await post("/api/accounts", { user: "z2m", bridge: "okc" });
    assert.deepEqual([wrongBridge.status, wrongBridge.body.error.code], [400, "bad-input"]);
    assert.match(wrongBridge.body.error.message, /allowed: mqtt/);
  });

  it("makes a backup where the gateway keeps them, and elsewhere only from the machine itself", async () => {
    await site.token("administrator");
    await site.clock.forward(1_000);
    const made = await site.as("administrator", "/api/backup", { method: "POST", body: {} });
    assert.deepEqual([made.status, made.body.lastSeq], [200, site.journal.disk.rows.length]);
    const body = { file: `${site.folder}/mine.db` };
    assert.equal((await site.as("administrator", "/api/backup", { method: "POST", body })).status, 403);
    const local = await site.askLocally("/api/backup", { method: "POST", body });
    assert.deepEqual([local.status, local.body.file], [200, body.file]);
    const relative = await site.askLocally("/api/backup", { method: "POST", body: { file: "mine.db" } });
    assert.match(relative.body.error.message, /not an absolute path/);
  });

  it("shows faults and tests, and what the doctor found", async () => {
    site.app.raiseFault("line:/dev/ttyTEST", "line-down", "unplugged; plug it in");
    await site.press("0000cafe", { kind: "test" });
    const { faults } = (await site.as("viewer", "/api/faults")).body;
    assert.deepEqual(
      [faults[0].key, faults[0].detail, faults[0].since],
      ["line:/dev/ttyTEST", "unplugged; plug it in", "2026-11-23T12:00:00.000Z"],
    );
    const { tests } = (await site.as("viewer", "/api/tests")).body;
    assert.deepEqual([tests[0].device, tests[0].result], ["okc:0000cafe", "running"]);
    const { findings } = (await site.as("technician", "/api/doctor")).body;
    assert.ok(findings.some(({ id }: { id: string }) => id === "line:/dev/ttyTEST"));
    assert.deepEqual((await site.as("technician", "/api/policies/check")).body.problems, []);
  });

  it("answers okc the same from within, while no server listens", async () => {
    await site.press();
    await site.server.stop();
    const list = await site.server.inject({ method: "GET", url: "/api/alarms" });
    assert.equal(JSON.parse(list.payload).alarms.length, 1);
    const headers = { "x-okc-as": encodeURIComponent("王芳"), "content-type": "text/csv" };
    const imported = await site.server.inject({
      method: "POST",
      url: "/api/import",
      headers,
      payload: Buffer.from(RESIDENTS),
    });
    assert.equal(JSON.parse(imported.payload).rows.length, 2);
  });
});
