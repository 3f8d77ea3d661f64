import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import mqtt from "mqtt";
import type { ImportReport } from "../../gateway/ports/desk.ts";
import { eventOf, within } from "../support/recording-sink.ts";
import { RealSite } from "../support/real-site.ts";

const RESIDENTS = `id,name,building,unit,room,phone,account,zone,shoe_size
r-1,李奶奶,1号楼,1,101,138,1234,001,36
r-2,王爷爷,1号楼,1,102,139,1234,001,43
r-3,张阿姨,2号楼,1,201,137,,,38
`;

interface Account {
  readonly user: string;
  readonly password: string;
}

for (const runs of [true, false]) {
  describe(`okc with people and devices, while the gateway ${runs ? "runs" : "is stopped"}`, function () {
    this.timeout(60_000);
    let site: RealSite;

    before(async () => {
      site = await RealSite.make();
      if (runs) await site.start();
    });
    after(() => site.dispose());

    const imported = async (csv: string, ...more: string[]) => {
      const said = await site.okc("import", site.write("people.csv", csv), "--json", ...more);
      return { ...said, report: JSON.parse(said.stdout) as ImportReport };
    };

    it("import --dry-run tells each row's fate and keeps nothing", async () => {
      const { code, report } = await imported(RESIDENTS, "--dry-run");
      assert.equal(code, 1);
      assert.deepEqual(
        report.rows.map(({ line, fate }) => [line, fate]),
        [
          [2, "created"],
          [3, "refused"],
          [4, "created"],
        ],
      );
      assert.deepEqual((await site.json<{ residents: object[] }>("residents")).residents, []);
    });

    it("import keeps the good rows, reports the bad one with its line, names the unknown column", async () => {
      const { code, report, stderr } = await imported(RESIDENTS);
      assert.deepEqual([code, stderr], [1, ""]);
      assert.deepEqual(Object.keys(report.rows[0]!), ["line", "fate", "message"]);
      assert.match(report.rows[1]!.message, /1234.*001.*r-1/);
      assert.match(report.rows[2]!.message, /hotline/);
      assert.match(report.notes.join(), /shoe_size/);
      assert.deepEqual(report.credentials, []);
      const { residents } = await site.json<{ residents: { id: string }[] }>("residents");
      assert.deepEqual(
        residents.map(({ id }) => id),
        ["r-1", "r-3"],
      );
    });

    it("the same file again changes nothing, an absent row deletes nobody, a BOM does not matter", async () => {
      const { code, report } = await imported(`\uFEFF${RESIDENTS.split("\n").slice(0, 2).join("\n")}`);
      assert.equal(code, 0);
      assert.deepEqual(
        report.rows.map(({ fate }) => fate),
        ["unchanged"],
      );
      assert.equal((await site.json<{ residents: object[] }>("residents")).residents.length, 2);
    });

    it("a file in GB18030 is read too, and the report says that it was", async () => {
      // r-1,李奶奶
      const name = Buffer.from("c0eec4ccc4cc", "hex");
      const csv = Buffer.concat([Buffer.from("id,name,phone\nr-1,"), name, Buffer.from(",138\n")]);
      const report = await site.json<ImportReport>("import", site.write("gb.csv", csv));
      assert.deepEqual(
        report.rows.map(({ fate }) => fate),
        ["unchanged"],
      );
      assert.match(report.notes.join(), /^read as GB18030/);
    });

    it("import without --json says the same in lines of file, line, fate, reason", async () => {
      const file = site.write("people.csv", RESIDENTS);
      const { code, stdout } = await site.okc("import", file);
      assert.equal(code, 1);
      assert.ok(stdout.includes(`${file}:3: refused: `), stdout);
      assert.match(stdout, /^residents: 0 created, 0 updated, 2 unchanged, 1 refused$/m);
    });

    it("a device's key or password is printed once, and never again", async () => {
      const csv = "bridge,address,resident\nokc,0000beef,r-1\nmqtt,p-17,r-3\nmqtt,p-18,nobody\n";
      const { code, report } = await imported(csv);
      assert.equal(code, 1);
      assert.match(report.rows[2]!.message, /nobody/);
      const [serial, overMqtt, ...more] = report.credentials;
      assert.deepEqual(more, []);
      assert.deepEqual(Object.keys(serial!), ["line", "bridge", "address", "key"]);
      assert.match(String(serial!["key"]), /^[0-9a-f]{32}$/);
      assert.deepEqual(Object.keys(overMqtt!), ["line", "bridge", "address", "user", "password"]);
      assert.equal(Buffer.from(String(overMqtt!["password"]), "base64url").length, 16);
      assert.deepEqual((await imported(csv)).report.credentials, []);
      const { stdout } = await site.okc("devices", "--json");
      assert.equal(stdout.includes(String(serial!["key"])), false);
      const { devices } = JSON.parse(stdout) as { devices: { id: string; resident: string }[] };
      assert.deepEqual(
        devices.map(({ id, resident }) => [id, resident]),
        [
          ["okc:0000beef", "r-1"],
          ["mqtt:p-17", "r-3"],
        ],
      );
    });

    it("residents, devices and responders are tables for people, and the receiver's table is CSV", async () => {
      await imported("id,name,role,building\nv-1,志愿者,volunteer,1号楼\n");
      await imported("responder,channel,address,order\nv-1,webhook,phone-1,1\n");
      const [residents, devices, responders, hotline] = await Promise.all([
        site.okc("residents"),
        site.okc("devices"),
        site.okc("responders"),
        site.okc("residents", "--hotline-csv"),
      ]);
      assert.match(residents.stdout, /^r-1 +李奶奶 +1号楼 +1 +101 +1234 +001/m);
      assert.match(devices.stdout, /^okc:0000beef +r-1 +emergency/m);
      assert.match(responders.stdout, /^v-1 +志愿者 +volunteer +1号楼 +webhook:phone-1$/m);
      assert.match(hotline.stdout, /^account,zone,name,/);
      assert.match(hotline.stdout, /^1234,001,李奶奶,1号楼,1,101,138,/m);
      assert.equal(hotline.stdout.includes("张阿姨"), false, "no zone, so not in the receiver's table");
      const responder = await site.json<{ responders: { id: string; role: string }[] }>("responders");
      assert.equal(responder.responders[0]!.role, "volunteer");
    });

    it("accounts add prints user and password, and the broker lets them in", async () => {
      const account = await site.json<Account>("accounts", "add", "bridge-1", "--bridge", "mqtt");
      assert.deepEqual(Object.keys(account), ["user", "password"]);
      assert.equal(account.user, "bridge-1");
      if (!runs) return;
      const { user, password } = account;
      const client = mqtt.connect(site.mqttUrl, { username: user, password, reconnectPeriod: 0 });
      await within(eventOf(client, "connect"), "the broker to let the account in");
      await client.endAsync(true);
      const wrong = mqtt.connect(site.mqttUrl, { username: user, password: "wrong", reconnectPeriod: 0 });
      const [error] = await within(eventOf(wrong, "error"), "the broker to refuse a wrong password");
      assert.match(String(error), /Not authorized|Bad username/i);
      await wrong.endAsync(true);
    });

    it("token create prints a token for a role and a name", async () => {
      const made = await site.json<Record<string, string>>("token", "create", "--role", "viewer", "--as", "走廊屏");
      assert.deepEqual([made["name"], made["role"]], ["走廊屏", "viewer"]);
      assert.match(made["token"]!, /^okc_[A-Za-z0-9_-]{32}$/);
    });

    it("each change of people leaves a backup, so that a damaged database loses nobody", async () => {
      const { stdout } = await site.okc("doctor");
      assert.match(stdout, /^ok +backup: the newest backup is okc-\S+\.db$/m);
      const { code, stdout: said } = await site.okc("backup", "--json");
      assert.equal(code, 0);
      const made = JSON.parse(said) as { file: string; bytes: number; lastSeq: number };
      assert.ok(existsSync(made.file) && made.bytes > 0 && made.lastSeq > 0);
    });
  });
}
