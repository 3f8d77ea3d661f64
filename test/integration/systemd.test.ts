import assert from "node:assert/strict";
import { SystemClock } from "../../gateway/adapters/clock/system-clock.ts";
import { SystemdService } from "../../gateway/adapters/systemd/systemd-service.ts";
import { NotifySocket } from "../support/notify-socket.ts";
import { RecordingLog } from "../support/peers/recording-sink.ts";
import { RealSite } from "../support/real-site.ts";
import { until } from "../support/until.ts";

/** Two of the gateway's own reports. */
const TWO_REPORTS_MAX_MS = 40_000;

describe("systemd", function () {
  this.timeout(120_000);
  let socket: NotifySocket;

  beforeEach(async () => {
    socket = await NotifySocket.open();
  });
  afterEach(() => socket.close());

  const variables = (watchdogSec: number): NodeJS.ProcessEnv => ({
    PATH: process.env["PATH"],
    NOTIFY_SOCKET: socket.path,
    WATCHDOG_USEC: String(watchdogSec * 1_000_000),
  });

  describe("and the built gateway", () => {
    let site: RealSite;

    beforeEach(async () => {
      site = await RealSite.make();
      await site.importPeople();
    });
    afterEach(() => site.dispose());

    it("hears that it is up, of each report of its own that came through, and that it ends", async () => {
      await site.start(variables(60));
      await until("READY", () => socket.countOf("READY=1") === 1);
      await until("two signs of life", () => socket.countOf("WATCHDOG=1") >= 2, TWO_REPORTS_MAX_MS);
      assert.equal(socket.words[0], "READY=1");
      const { findings } = await site.json<{ findings: { id: string; level: string; message: string }[] }>("doctor");
      const of = (id: string) => findings.find((finding) => finding.id === id)!;
      assert.equal(of("watchdog").level, "ok");
      assert.equal(of("canary").level, "ok");
      await site.stop();
      await until("STOPPING", () => socket.words.at(-1) === "STOPPING=1");
    });

    it("is told in the log that its watchdog is too short", async () => {
      await site.start(variables(15));
      await until("the line", () => /WatchdogSec is 15 s/.test(site.log));
    });

    it("is not asked for where it did not start the gateway", async () => {
      await site.start();
      const { findings } = await site.json<{ findings: { id: string; level: string }[] }>("doctor");
      assert.equal(findings.find(({ id }) => id === "watchdog")!.level, "warning");
      assert.deepEqual(socket.words, []);
    });
  });

  describe("and the adapter", () => {
    const serviceOf = (log: RecordingLog, program?: string): SystemdService =>
      new SystemdService({ env: variables(60), clock: new SystemClock(), log, ...(program && { program }) });

    it("sends one at a time, and a sign of life only once however many wait", async () => {
      const service = serviceOf(new RecordingLog());
      service.ready();
      for (let n = 0; n < 50; n++) service.alive();
      service.stopping();
      await until("the end", () => socket.words.includes("STOPPING=1"));
      assert.deepEqual(socket.words, ["READY=1", "STOPPING=1"], "who ends is not said to live");
      for (let n = 0; n < 50; n++) service.alive();
      await until("one", () => socket.countOf("WATCHDOG=1") > 0);
      service.stopping();
      await until("the end", () => socket.countOf("STOPPING=1") === 2);
      assert.ok(socket.countOf("WATCHDOG=1") <= 2, "the one under way, and one for all that came meanwhile");
    });

    it("goes on where the program is missing or fails, with one line", async () => {
      for (const program of ["/nowhere/systemd-notify", "false"]) {
        const log = new RecordingLog();
        const service = serviceOf(log, program);
        service.ready();
        await until("a line", () => log.lines.length > 0);
        service.alive();
        service.stopping();
        assert.equal(log.lines.length, 1);
      }
    });

    it("does not feed a watchdog that is not there, or is another process's", () => {
      const log = new RecordingLog();
      const clock = new SystemClock();
      const { WATCHDOG_USEC, ...rest } = variables(60);
      assert.equal(new SystemdService({ env: rest, clock, log }).watchdogMs, null);
      assert.equal(
        new SystemdService({ env: { ...rest, WATCHDOG_USEC, WATCHDOG_PID: "1" }, clock, log }).watchdogMs,
        null,
      );
      assert.equal(new SystemdService({ env: { ...rest, WATCHDOG_USEC }, clock, log }).watchdogMs, 60_000);
    });
  });
});
