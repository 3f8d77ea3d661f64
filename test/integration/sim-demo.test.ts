import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { parse } from "yaml";
import { askControl } from "../../firmware-sim/control.ts";
import type { SimFile } from "../../firmware-sim/sim-file.ts";
import { until } from "../support/until.ts";

const MAIN = resolve(import.meta.dirname, "../../firmware-sim/main.ts");
const DEADLINE_MS = 40_000;

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

/** A program `okc` that answers as the gateway's would and writes down how it was called. */
const OKC = `
const fs = require("node:fs"), http = require("node:http"), path = require("node:path");
const args = process.argv.slice(2);
const folder = path.dirname(args[args.indexOf("--config") + 1]);
fs.appendFileSync(path.join(folder, "calls"), args.slice(0, 2).map((arg) => path.basename(arg)).join(" ") + "\\n");
const once = (name) => !fs.existsSync(path.join(folder, name)) && (fs.writeFileSync(path.join(folder, name), ""), true);
if (args[0] === "import") {
  const made = args[1].endsWith("devices.csv") && once("okc.db");
  if (made && fs.existsSync(path.join(folder, "die-once"))) process.exit(fs.unlinkSync(path.join(folder, "die-once")) ?? 1);
  const credentials = made ? [{ line: 6, bridge: "mqtt", address: "p-17", user: "p-17", password: "printed-once" }] : [];
  console.log(JSON.stringify({ rows: [], credentials }));
} else if (args[0] === "accounts") {
  console.log(JSON.stringify({ user: args[2], password: "made-anew" }));
} else if (args[0] === "token") {
  console.log(JSON.stringify({ token: "the-token" }));
} else if (args[0] === "start") {
  const [, host, port] = /http:\\s+listen: ([\\d.]+):(\\d+)/.exec(fs.readFileSync(args[args.indexOf("--config") + 1], "utf8"));
  const server = http.createServer((request, response) => {
    response.end();
    if (request.url === "/end") process.exit(7);
  });
  server.listen(Number(port), host);
  process.on("SIGTERM", () => { fs.writeFileSync(path.join(folder, "stopped"), ""); process.exit(0); });
}
`;

interface Demo {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  /** The first line of its output that fits, waited for. */
  line(form: RegExp): Promise<string>;
}

describe("the demo's runner", function () {
  // Several programs are started in turn, on a machine that may be busy.
  this.timeout(DEADLINE_MS);
  let bundle: string;
  let program: string;
  let folder: string;
  let demos: ChildProcess[];

  before(async () => {
    bundle = mkdtempSync(join(tmpdir(), "okc-demo-"));
    program = join(bundle, "firmware-sim.cjs");
    const form = { bundle: true, platform: "node", format: "cjs", target: "node20", logLevel: "error" } as const;
    await build({ entryPoints: [MAIN], outfile: program, ...form });
  });

  after(() => rmSync(bundle, { recursive: true }));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "okc-demo-"));
    writeFileSync(join(folder, "okc.cjs"), OKC);
    demos = [];
  });

  afterEach(async () => {
    for (const demo of demos) if (demo.exitCode === null && demo.signalCode === null) await stop(demo);
    rmSync(folder, { recursive: true });
  });

  const start = (okc = join(folder, "okc.cjs")): Demo => {
    const args = [program, "demo", "--folder", folder, "--okc", okc];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    demos.push(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    const find = (form: RegExp): string | undefined => output.split("\n").find((line) => form.test(line));
    return {
      child,
      line: (form) => until(`${form} in: ${output}`, () => find(form), DEADLINE_MS),
      ended: once(child, "exit").then(([code]) => code as number | null),
    };
  };

  const stop = async (child: ChildProcess, signal: NodeJS.Signals = "SIGINT"): Promise<unknown> => {
    const ended = once(child, "exit");
    child.kill(signal);
    return (await ended)[0] as unknown;
  };

  const readSim = (): SimFile => JSON.parse(readFileSync(join(folder, "sim.json"), "utf8")) as SimFile;
  const calls = (): string[] => readFileSync(join(folder, "calls"), "utf8").trim().split("\n");

  it("sets a site up, starts its parts, says where to look, takes a press, and ends all of it", async () => {
    const demo = start();
    const page = await demo.line(/#token=/);
    assert.match(page, /\[DEMO\] .*http:\/\/127\.0\.0\.1:\d+\/#token=the-token$/);
    await demo.line(/Ctrl-C/);
    assert.deepEqual(calls(), [
      "import buildings.csv",
      "import residents.csv",
      "import responders.csv",
      "import contacts.csv",
      "import devices.csv",
      "accounts add",
      "start --config",
      "token create",
    ]);
    const config = parse(readFileSync(join(folder, "okc.yaml"), "utf8")) as {
      site: { demo: boolean };
      data: string;
      siren: { command: [string, ...string[]] };
    };
    assert.deepEqual([config.site.demo, config.data], [true, "."]);
    const [node, ...args] = config.siren.command;
    const siren = spawn(node, args, { stdio: "ignore" });
    await demo.line(/siren: .*sounds/);
    assert.deepEqual(await stop(siren, "SIGTERM"), 0);
    await demo.line(/siren: .*is silent/);
    assert.equal(statSync(join(folder, "sim.json")).mode & 0o777, 0o600);
    assert.equal(readSim().mqtt.pendants[0]?.password, "printed-once");
    assert.match(readSim().zigbee.login!.user, /^demo-zigbee-/);

    const socket = join(folder, "sim.sock");
    assert.equal(statSync(socket).mode & 0o777, 0o600);
    const pressed = await askControl(socket, { press: "beef" });
    assert.equal(pressed?.["pendant"], "0000beef");
    assert.ok((pressed?.["counter"] as number) >= 1);
    assert.equal((await askControl(socket, { press: "p-17", kind: "fall" }))?.["kind"], "fall");
    assert.match(String((await askControl(socket, { press: "dead" }))?.["error"]), /no simulated pendant dead/);
    // This gateway opens no port and has no broker: such a button is not heard, and does not try again.
    assert.match(String((await askControl(socket, { press: "c0ffe" }))?.["error"]), /nobody hears EV1527:0c0ffe:01/);
    assert.match(String((await askControl(socket, { press: "sos-1" }))?.["error"]), /nobody hears sos-1/);
    // A watch goes on calling until somebody answers.
    assert.equal((await askControl(socket, { press: "w-8800000017" }))?.["pendant"], "w-8800000017");
    const watch = ((await askControl(socket, { list: true }))?.["pendants"] as { lamp: string }[]).at(-1);
    assert.equal(watch?.lamp, "calling");
    const odd = await askControl(socket, { press: "sos-1", kind: "fall" });
    assert.match(String(odd?.["error"]), /sos-1 has one key, for an emergency; it cannot press fall/);
    assert.equal((await askControl(socket, { receiver: { mode: "silent" } }))?.["mode"], "silent");
    const worse = { mode: "ack", quirks: ["refuses-plain-null", "twice"] };
    assert.deepEqual((await askControl(socket, { receiver: worse }))?.["quirks"], worse.quirks);
    const none = await askControl(socket, { receiver: { quirks: ["rude"] } });
    assert.match(String(none?.["error"]), /quirk "rude" is none of lower-hex/);
    assert.deepEqual((await askControl(socket, { phones: {} }))?.["offers"], []);
    assert.equal(((await askControl(socket, { list: true }))?.["pendants"] as unknown[]).length, 6);
    assert.equal((await askControl(socket, { unplug: true }))?.["ok"], true);
    assert.equal(existsSync(join(folder, "dongle")), false);
    assert.equal((await askControl(socket, { replug: true }))?.["ok"], true);

    const second = start();
    assert.equal(await second.ended, 1);
    await second.line(/a demo already runs/);
  });

  it("finishes what a killed first start has left, and keeps its keys", async () => {
    writeFileSync(join(folder, "die-once"), "");
    const first = start();
    assert.equal(await first.ended, 1);
    await first.line(/okc import devices.csv gave 1/);
    const keys = readSim().pendants;
    const demo = start();
    await demo.line(/#token=/);
    assert.deepEqual(readSim().pendants, keys);
    assert.equal(readSim().mqtt.pendants[0]?.password, "made-anew");
    assert.equal(await stop(demo.child), 0);
    assert.ok(existsSync(join(folder, "stopped")));
    for (const port of ["dongle", "rflink"]) assert.equal(existsSync(join(folder, port)), false);
  });

  it("goes on with the folder of an earlier release: it imports what is new, and keeps keys and logins", async () => {
    const key = "0123456789abcdef0123456789abcdef";
    const login = { id: "p-17", user: "p-17", password: "of-old" };
    const before = {
      seed: 1,
      link: join(folder, "dongle"),
      pendants: [{ id: "0000beef", key }],
      mqtt: { url: "mqtt://127.0.0.1:1883", pendants: [login] },
      receiver: { port: 9999 },
      phones: { port: 8190, secret: "of-old", names: {} },
      imported: true,
      token: "the-token",
    };
    writeFileSync(join(folder, "sim.json"), JSON.stringify(before));
    writeFileSync(join(folder, "okc.db"), "");
    const first = start();
    await first.line(/#token=/);
    assert.deepEqual(calls().slice(4), ["import devices.csv", "accounts add", "start --config"]);
    assert.deepEqual([readSim().pendants[0]!.key, readSim().mqtt.pendants], [key, [login]]);
    assert.equal(await stop(first.child), 0);
    rmSync(join(folder, "calls"));
    await start().line(/#token=/);
    assert.deepEqual(calls(), ["start --config"]);
  });

  it("with the gateway itself: a 433 MHz button, a Zigbee button and a watch open an alarm each, and nothing is left", async () => {
    const demo = start(resolve(import.meta.dirname, "../../bin/okc.cjs"));
    const [, page, token] = /(http\S+)\/#token=(\S+)$/.exec(await demo.line(/#token=/))!;
    const socket = join(folder, "sim.sock");
    await demo.line(/Zigbee .*connected/);
    for (const button of ["c0ffe", "sos-1"]) {
      const pressed = await askControl(socket, { press: button });
      assert.equal(pressed?.["ok"], true, String(pressed?.["error"]));
    }
    // It has a screen: it shows that the gateway has the press.
    await askControl(socket, { press: "w-8800000017" });
    await demo.line(/watch w-8800000017: .*acknowledged/);
    const listed = (await askControl(socket, { list: true }))?.["pendants"] as { name: string; lamp: string }[];
    assert.equal(listed.find(({ name }) => name === "w-8800000017")?.lamp, "acknowledged");
    for (const zone of ["006", "007", "008"]) await demo.line(new RegExp(`hotline: 1101 .* zone ${zone}$`));
    const answer = await fetch(`${page}/api/alarms`, { headers: { authorization: `Bearer ${token}` } });
    const { alarms } = (await answer.json()) as { alarms: { device: string; presses: unknown[] }[] };
    assert.deepEqual(
      alarms.map(({ device, presses }) => [device, presses.length]),
      [
        ["rflink:ev1527:c0ffe:1", 1],
        ["zigbee2mqtt:sos-1", 1],
        ["watch3g:8800000017", 1],
      ],
    );
    // 李强 writes to the modem, and the gateway says what it makes of that.
    await askControl(socket, { modem: { from: "+8613900000101", text: "?" } });
    await demo.line(/SMS 李强: ./);
    const pids = (await askControl(socket, { pids: true }))?.["pids"] as Record<string, number>;
    const running = [...Object.values(pids), readSim().gatewayPid!];
    assert.equal(running.length, 9);
    assert.equal(await stop(demo.child), 0);
    for (const pid of running) assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
  });

  it("starts a part again that has died, and ends with the gateway's own code", async () => {
    const demo = start();
    const page = await demo.line(/#token=/);
    const pids = (await askControl(join(folder, "sim.sock"), { pids: true }))?.["pids"] as Record<string, number>;
    process.kill(pids["receiver"]!, "SIGKILL");
    await demo.line(/receiver.*SIGKILL/);
    await demo.line(/receiver.*Runs again/);
    assert.equal((await askControl(join(folder, "sim.sock"), { receiver: {} }))?.["mode"], "ack");
    await fetch(new URL("/end", /http\S+/.exec(page)![0])).catch(() => undefined);
    assert.equal(await demo.ended, 7);
  });

  it("names the gateway that a killed runner has left behind, instead of starting a second one", async () => {
    const first = start();
    await first.line(/#token=/);
    const pid = readSim().gatewayPid!;
    try {
      first.child.kill("SIGKILL");
      await first.ended;
      const second = start();
      assert.equal(await second.ended, 1);
      await second.line(new RegExp(`still runs .* kill ${pid}$`));
    } finally {
      process.kill(pid, "SIGTERM");
      await until("the gateway to stop", () => existsSync(join(folder, "stopped")) && !isAlive(pid));
    }
  });

  it("takes another port when its own is taken, and says so", async () => {
    const blocker = createServer();
    // Whoever has it already blocks it as well.
    await new Promise((blocked) => blocker.once("error", blocked).listen(8189, "127.0.0.1", () => blocked(null)));
    try {
      const demo = start();
      await demo.line(/Port 8189 is taken/);
      assert.doesNotMatch(await demo.line(/#token=/), /:8189\//);
    } finally {
      blocker.close();
    }
  });
});
