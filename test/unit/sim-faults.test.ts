import assert from "node:assert/strict";
import type { Faults } from "../../firmware-sim/faults.ts";
import { FaultyLine } from "../../firmware-sim/faults.ts";
import { SeededRandom } from "../../firmware-sim/random.ts";

const FRAMES = Array.from({ length: 300 }, (_, at) => Buffer.alloc(26, at));

const passed = (seed: number, faults: Partial<Faults>): Buffer[] => {
  const line = new FaultyLine(new SeededRandom(seed), faults);
  return FRAMES.flatMap((frame) => line.pass(frame));
};

describe("a faulty line", () => {
  it("gives the same bytes for the same seed, and others for another", () => {
    const faults = { noise: 0.2, drop: 0.2, duplicate: 0.2, reorder: 0.2, cut: 0.2, flip: 0.2 };
    assert.deepEqual(passed(7, faults), passed(7, faults));
    assert.notDeepEqual(passed(7, faults), passed(8, faults));
  });

  it("without faults passes everything as it is", () => {
    assert.deepEqual(passed(1, {}), FRAMES);
  });

  it("drops about as many as it should", () => {
    const arrived = passed(3, { drop: 0.5 }).length;
    assert.ok(arrived > 110 && arrived < 190, `${arrived} of 300 arrived`);
  });

  it("reordering loses nothing but the one frame that it still holds", () => {
    const out = Buffer.concat(passed(5, { reorder: 0.3 }));
    assert.ok(out.length >= 299 * 26, `${out.length} bytes`);
    assert.notDeepEqual(out, Buffer.concat(FRAMES).subarray(0, out.length));
  });

  it("duplicates, cuts and flips what it is told to", () => {
    assert.equal(passed(1, { duplicate: 1 }).length, 600);
    assert.ok(passed(1, { cut: 1 }).every(({ length }) => length > 0 && length < 26));
    const flipped = passed(1, { flip: 1 });
    flipped.forEach((frame, at) => {
      const bits = [...frame].reduce(
        (sum, byte) => sum + (byte ^ (at & 255)).toString(2).replaceAll("0", "").length,
        0,
      );
      assert.equal(bits, 1);
    });
  });
});
