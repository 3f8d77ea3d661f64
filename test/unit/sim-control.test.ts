import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { communityTables, DEVICES, ZIGBEE_DEVICES } from "../../firmware-sim/community.ts";
import { askControl, nameMeant, serveControl } from "../../firmware-sim/control.ts";
import { serveLines } from "../../firmware-sim/lines.ts";

const NAMES = ["0000beef", "0000cafe", "p-17", "EV1527:0c0ffe:01", "sos-1", "w-8800000017"];

describe("the simulator's control", () => {
  it("understands a pendant's name as people write it", () => {
    const meant = ["beef", "BEEF", "0000beef", "okc:0000beef", "okc:beef", "p-17", "P-17", "mqtt:p-17"];
    assert.deepEqual(
      meant.map((text) => nameMeant(text, NAMES)),
      ["0000beef", "0000beef", "0000beef", "0000beef", "0000beef", "p-17", "p-17", "p-17"],
    );
    const bought = ["c0ffe", "0C0FFE", "EV1527:0c0ffe:01", "rflink:ev1527:c0ffe:1", "sos-1", "zigbee2mqtt:sos-1"];
    assert.deepEqual(
      bought.map((text) => nameMeant(text, NAMES)),
      ["EV1527:0c0ffe:01", "EV1527:0c0ffe:01", "EV1527:0c0ffe:01", "EV1527:0c0ffe:01", "sos-1", "sos-1"],
    );
    for (const text of ["w-8800000017", "W-8800000017", "8800000017", "watch3g:8800000017"])
      assert.equal(nameMeant(text, NAMES), "w-8800000017");
    assert.throws(() => nameMeant("dead", NAMES), /no simulated pendant dead; there are 0000beef, 0000cafe, p-17/);
    assert.throws(() => nameMeant("ev1527", NAMES), /no simulated pendant/);
  });

  it("answers each line in order and says what is wrong with a bad one", async () => {
    const input = new PassThrough();
    const output = new PassThrough();
    const served = serveLines(input, output, (request) =>
      request["fail"] === true ? Promise.reject(new Error("no")) : Promise.resolve({ got: request["n"] }),
    );
    input.end('{"n":1}\nnonsense\n{"fail":true}\n[1]\n{"n":2}\n');
    await served;
    const answered = String(output.read());
    const replies = answered
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { ok: boolean; got?: number });
    assert.deepEqual(
      replies.map(({ ok, got }) => [ok, got]),
      [
        [true, 1],
        [false, undefined],
        [false, undefined],
        [false, undefined],
        [true, 2],
      ],
    );
  });
});

describe("the simulator's control socket", () => {
  it("is for this user only, replaces a stale one, and answers a client that has ended its side", async () => {
    const folder = mkdtempSync(join(tmpdir(), "okc-sim-"));
    const path = join(folder, "sim.sock");
    writeFileSync(path, "");
    const server = await serveControl(path, (request) => Promise.resolve({ got: request["n"] }));
    try {
      assert.equal(statSync(path).mode & 0o777, 0o600);
      assert.deepEqual(await askControl(path, { n: 1 }), { ok: true, got: 1 });
      const socket = connect({ path, allowHalfOpen: true });
      socket.end('{"n":2}\n');
      assert.equal(await text(socket), '{"ok":true,"got":2}\n');
      socket.destroy();
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    assert.equal(await askControl(path, { n: 3 }), null);
    rmSync(folder, { recursive: true });
  });
});

describe("the demo's community", () => {
  const rows = (text: string): string[][] =>
    text
      .trim()
      .split("\n")
      .map((line) => line.split(","));

  it("has tables whose rows are as long as their headers", () => {
    for (const [name, text] of communityTables(() => "")) {
      const [header, ...rest] = rows(text);
      assert.ok(rest.length >= 3, name);
      for (const row of rest) assert.equal(row.length, header!.length, `${name}: ${row.join(",")}`);
    }
  });

  it("gives each device a resident that the hotline knows by a zone of its own", () => {
    const residents = rows(communityTables(() => "").get("residents.csv")!).slice(1);
    const zones = residents.map((row) => `${row.at(-2)} ${row.at(-1)}`);
    assert.equal(new Set(zones).size, zones.length);
    for (const device of DEVICES) assert.ok(residents.some(([id]) => id === device.resident));
    assert.deepEqual(
      DEVICES.filter(({ bridge }) => bridge === "mqtt").map(({ address }) => address),
      ["p-17"],
    );
    assert.deepEqual(
      DEVICES.filter(({ bridge }) => bridge === "zigbee2mqtt").map(({ address }) => address),
      ZIGBEE_DEVICES.map(({ name }) => name),
    );
  });
});
