import assert from "node:assert/strict";
import { PrometheusMeter } from "../../gateway/adapters/metrics/prometheus-meter.ts";

describe("what /metrics says", () => {
  const linesOf = async (meter: PrometheusMeter, name: string): Promise<string[]> =>
    (await meter.text()).split("\n").filter((line) => line.startsWith(name));

  it("has counts from before anybody asked and from after", async () => {
    const meter = new PrometheusMeter();
    meter.count("okc_frames_total", { port: "a" }, 2);
    meter.gauge("okc_waiting", 7);
    assert.deepEqual(await linesOf(meter, "okc_"), ['okc_frames_total{port="a"} 2', "okc_waiting 7"]);
    meter.count("okc_frames_total", { port: "a" });
    meter.count("okc_later_total");
    meter.gauge("okc_waiting", 3);
    assert.deepEqual(await linesOf(meter, "okc_"), [
      'okc_frames_total{port="a"} 3',
      "okc_waiting 3",
      "okc_later_total 1",
    ]);
  });

  it("takes labels in any order and writes quotes and line ends safely", async () => {
    const meter = new PrometheusMeter();
    meter.count("okc_x_total", { a: "1", b: 'x"\n' });
    meter.count("okc_x_total", { b: 'x"\n', a: "1" });
    assert.deepEqual(await linesOf(meter, "okc_"), [String.raw`okc_x_total{a="1",b="x\"\n"} 2`]);
  });

  it("counts seconds into buckets that add up", async () => {
    const meter = new PrometheusMeter();
    for (const seconds of [0.0005, 0.2, 5000]) meter.observe("okc_commit_seconds", seconds);
    const lines = await linesOf(meter, "okc_commit_seconds");
    assert.ok(lines.includes('okc_commit_seconds_bucket{le="0.001"} 1'));
    assert.ok(lines.includes('okc_commit_seconds_bucket{le="0.25"} 2'));
    assert.ok(lines.includes('okc_commit_seconds_bucket{le="900"} 2'));
    assert.ok(lines.includes('okc_commit_seconds_bucket{le="+Inf"} 3'));
    assert.ok(lines.includes("okc_commit_seconds_count 3"));
  });

  it("keeps 200 series of a name and counts the rest together", async () => {
    const meter = new PrometheusMeter();
    for (let index = 0; index < 250; index++) meter.count("okc_noise_total", { who: `${index}` });
    const lines = await linesOf(meter, "okc_noise_total");
    assert.equal(lines.length, 201);
    assert.ok(lines.includes('okc_noise_total{who="other"} 50'));
  });

  it("refuses a name used in two ways, and one name too many, and says so", async () => {
    const meter = new PrometheusMeter();
    meter.count("okc_a_total");
    meter.gauge("okc_a_total", 3);
    for (let index = 0; index < 600; index++) meter.count(`okc_n${index}_total`);
    assert.deepEqual(await linesOf(meter, "okc_a_total"), ["okc_a_total 1"]);
    const [line = ""] = await linesOf(meter, "okc_metrics_refused_total");
    assert.ok(Number(line.split(" ")[1]) > 100, line);
  });
});
