import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readMachineFiles, type MachineReading } from "../../gateway/adapters/machine/machine-files.ts";
import { MachineWatch } from "../../gateway/adapters/machine/machine-watch.ts";
import { minutes } from "../../gateway/core/units.ts";
import { RecordingMeter } from "../support/peers/recording-sink.ts";
import { RecordingWatchSink } from "../support/recording-watch.ts";
import { TestClock } from "../support/test-clock.ts";

const MB = 1024 * 1024;

/** A small board that is well. */
const WELL: MachineReading = {
  freeBytes: 2_000 * MB,
  freePct: 60,
  freeInodesPct: 90,
  readOnly: false,
  flashLifeTenths: 2,
  flashSpares: 1,
  hottestC: 45,
  memoryStallPct: 0,
};

describe("The watch over the machine", () => {
  let clock: TestClock;
  let sink: RecordingWatchSink;
  let watch: MachineWatch;
  let reading: MachineReading;

  beforeEach(() => {
    clock = new TestClock();
    sink = new RecordingWatchSink();
    reading = WELL;
    watch = new MachineWatch({ read: () => reading, clock, meter: new RecordingMeter() });
    watch.start(sink);
  });

  afterEach(async () => {
    await watch.stop();
    assert.equal(clock.pending, 0);
  });

  const becomes = async (change: Partial<MachineReading>): Promise<string[]> => {
    reading = { ...WELL, ...change };
    await clock.forward(minutes(1));
    return sink.codes;
  };

  it("raises nothing on a board that is well", async () => {
    assert.deepEqual(await becomes({}), []);
    assert.ok(watch.findings().every(({ level, todo }) => level === "ok" && todo === ""));
  });

  const BAD: readonly (readonly [string, Partial<MachineReading>, string[]])[] = [
    ["less than 500 MB", { freeBytes: 400 * MB }, ["disk-low"]],
    ["less than a tenth of a small card", { freeBytes: 700 * MB, freePct: 9 }, ["disk-low"]],
    ["less than 100 MB", { freeBytes: 90 * MB }, ["disk-low", "disk-nearly-full"]],
    ["no room for files", { freeInodesPct: 2 }, ["disk-low"]],
    ["a read-only card", { readOnly: true }, ["disk-read-only"]],
    ["a card that has used its life", { flashLifeTenths: 9 }, ["card-worn"]],
    ["a card without spare blocks", { flashSpares: 2 }, ["card-worn"]],
    ["heat", { hottestC: 81 }, ["machine-hot"]],
    ["no memory", { memoryStallPct: 25 }, ["memory-low"]],
  ];
  for (const [name, change, codes] of BAD)
    it(`raises a row for ${name}, and ends it`, async () => {
      assert.deepEqual(await becomes(change), codes);
      const bad = watch.findings().filter(({ level }) => level !== "ok");
      assert.equal(bad.length, codes.length);
      assert.ok(bad.every(({ todo }) => todo !== ""));
      assert.deepEqual(await becomes({}), []);
    });

  it("does not call a tenth of a large disk little", async () => {
    assert.deepEqual(await becomes({ freeBytes: 20_000 * MB, freePct: 4 }), []);
  });

  it("does not flap on the edge", async () => {
    await becomes({ hottestC: 80 });
    for (const hottestC of [79, 80, 78, 80, 75]) await becomes({ hottestC });
    assert.deepEqual(sink.changes, ["+machine-hot"]);
    await becomes({ hottestC: 72 });
    assert.deepEqual(sink.changes, ["+machine-hot", "-temperature"]);
  });

  it("says what is not readable here, and keeps a row that it cannot look at any more", async () => {
    await becomes({ hottestC: 90 });
    const nothing = Object.fromEntries(Object.keys(WELL).map((name) => [name, null]));
    assert.deepEqual(await becomes(nothing), ["machine-hot"]);
    for (const { level, message } of watch.findings()) {
      assert.equal(level, "ok");
      assert.match(message, /not readable here/);
    }
  });
});

describe("The machine's files", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "okc-machine-"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const has = (name: string, text: string): void => {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  };
  const read = (data = "/srv/okc"): MachineReading => readMachineFiles({ data, root });

  it("give null for what is not there", () => {
    assert.deepEqual(read("/nowhere at all"), {
      freeBytes: null,
      freePct: null,
      freeInodesPct: null,
      readOnly: null,
      flashLifeTenths: null,
      flashSpares: null,
      hottestC: null,
      memoryStallPct: null,
    });
  });

  it("give the worst of several flash memories and sensors, as the kernel writes them", () => {
    has("sys/block/mmcblk0/device/life_time", "0x03 0x0A\n");
    has("sys/block/mmcblk0/device/pre_eol_info", "0x02\n");
    has("sys/block/mmcblk1/device/life_time", "0x01 0x00\n");
    has("sys/block/mmcblk0boot0/device/life_time", "0x0B 0x0B\n");
    has("sys/block/sda/device/life_time", "0x0B 0x0B\n");
    has("sys/class/thermal/thermal_zone0/temp", "48312\n");
    has("sys/class/thermal/thermal_zone1/temp", "71000\n");
    has("sys/class/thermal/thermal_zone2/temp", "-274000\n");
    has("sys/class/thermal/cooling_device0/temp", "99000\n");
    has(
      "proc/pressure/memory",
      "some avg10=9.00 avg60=8.00 avg300=1.00 total=1\nfull avg10=0.10 avg60=1.25 avg300=0 total=9\n",
    );
    const { flashLifeTenths, flashSpares, hottestC, memoryStallPct } = read();
    assert.deepEqual([flashLifeTenths, flashSpares, hottestC, memoryStallPct], [10, 2, 71, 1.25]);
  });

  it("say whether the nearest mount is read-only", () => {
    has("proc/self/mounts", "/dev/mmcblk0p2 / ext4 rw,noatime 0 0\n/dev/sda1 /srv/o\\040kc ext4 ro,relatime 0 0\n");
    assert.equal(read("/srv/okc/data").readOnly, false);
    assert.equal(read("/srv/o kc/data").readOnly, true);
    has("proc/self/mounts", "/dev/mmcblk0p2 / ext4 rw 0 0\n/dev/mmcblk0p2 / ext4 ro,errors=remount-ro 0 0\n");
    assert.equal(read().readOnly, true, "what was mounted last holds");
  });

  it("are read of this machine too: there is room where the test runs", () => {
    const { freeBytes } = readMachineFiles({ data: root, root: "" });
    assert.ok(freeBytes !== null && freeBytes > 0);
  });
});
