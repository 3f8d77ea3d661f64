import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { SeededRandom } from "../../firmware-sim/random.ts";
import { everything } from "../support/spoken.ts";
import { campaign, feedOnce } from "../fuzz/campaign.ts";
import { CHECKED, UNCHECKED } from "../fuzz/checks.ts";
import { MUTATION_NAMES, MUTATIONS, NOISE_NAMES, NOISES, piecesOf } from "../fuzz/mutations.ts";
import { openFeed, reportsIn, targetOf, type Target } from "../fuzz/targets.ts";

/** Messages of a property's run; each run has its own seed, which a failure prints. */
const MESSAGES = 20;
const RUNS = 40;
/** Messages of a campaign with a fixed seed, each sort. */
const CAMPAIGN = 4_000;
const SEED = 20_261_125;

const FED_BYTES = 256 * 1024;
const PIECE_MAX_BYTES = 64;
/** What one connection may keep of it, whatever it was. */
const KEPT_MAX_BYTES = 128 * 1024;
const TRIES_MAX = 4;
/** Nobody is told of more things than there were bytes. */
const SAID_MAX = TRIES_MAX * FED_BYTES;

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;
/** Twice: the second one waits until the first has swept. */
const collect = (): void => [gc, gc].forEach((run) => run());

const targets = (await everything()).map(targetOf);

const spoilt = ({ sources }: Target, random: SeededRandom): Uint8Array => {
  const { message } = random.pick(sources);
  return random.chance(0.5)
    ? MUTATIONS[random.pick(MUTATION_NAMES)](message, random)
    : NOISES[random.pick(NOISE_NAMES)](message, random);
};

for (const target of targets) {
  const { bridge, transport } = target.definition;

  describe(`${bridge}, told nonsense`, function () {
    this.timeout(120_000);

    it("never throws, and reports nothing that a report cannot be", () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (seed) => {
          const random = new SeededRandom(seed);
          for (let count = 0; count < MESSAGES; count++) {
            const source = random.pick(target.sources);
            const topic = random.chance(0.2)
              ? Buffer.from(MUTATIONS[random.pick(MUTATION_NAMES)](Buffer.from(source.topic), random)).toString()
              : source.topic;
            const decoded = feedOnce(target, { ...source, topic }, spoilt(target, random), random);
            for (const report of reportsIn(decoded)) {
              const { address, batteryPct, rssiDbm = -1, position } = report;
              assert.ok(address.length > 0 && address.length <= 512, address);
              assert.ok(batteryPct === null || (batteryPct >= 0 && batteryPct <= 100), String(batteryPct));
              assert.ok(Number.isFinite(rssiDbm), String(rssiDbm));
              if (position) assert.ok(Number.isFinite(position.lat) && Number.isFinite(position.lon));
            }
          }
        }),
        { numRuns: RUNS },
      );
    });

    it("lets no more noise pass for a call for help than its check does", () => {
      const { spoilt: changed, noise, shaped } = campaign(target, CAMPAIGN, SEED);
      const seen = JSON.stringify({ changed, noise, shaped });
      assert.equal(noise.emergencies, 0, `of random bytes: ${seen}`);
      const check = CHECKED.get(bridge);
      assert.ok(
        check !== undefined || UNCHECKED.includes(bridge),
        `test/fuzz/checks.ts does not say what checks ${bridge}`,
      );
      if (check === undefined) return;
      // Each message may hold a few frames, and chance may be unkind: ten times what is expected, and one.
      const most = 1 + (10 * CAMPAIGN) / 2 ** check;
      assert.ok(changed.emergencies + shaped.emergencies <= most, seen);
    });

    if (transport === "mqtt") return;

    it("keeps no more of 256 KiB in small pieces than its buffer", () => {
      const random = new SeededRandom(SEED);
      const makers = [
        ...MUTATION_NAMES.map((name) => [name, MUTATIONS[name]] as const),
        ...NOISE_NAMES.map((name) => [name, NOISES[name]] as const),
        // A beginning that never ends.
        ["endless", (message: Uint8Array) => message.subarray(0, Math.ceil(message.length / 2))] as const,
      ];
      for (const [name, make] of makers) {
        const feed = openFeed(target);
        let said = 0;
        const drink = (bytes: number): void => {
          for (let fed = 0; fed < bytes;) {
            const made = make(random.pick(target.sources).message, random);
            for (const piece of piecesOf(made, random, PIECE_MAX_BYTES)) said += feed("", piece).length;
            fed += Math.max(1, made.length);
          }
        };
        const kept: number[] = [];
        do {
          collect();
          const before = usedBytes();
          drink(FED_BYTES);
          collect();
          kept.push(usedBytes() - before);
          // The engine keeps things of its own, once; what the connection keeps of each turn shows every time.
        } while (kept.at(-1)! >= KEPT_MAX_BYTES && kept.length < TRIES_MAX);
        assert.ok(kept.at(-1)! < KEPT_MAX_BYTES, `${name}: keeps ${kept.join()} bytes`);
        assert.ok(said < SAID_MAX, `${name}: says ${said} things`);
        assert.ok(feed("", Uint8Array.of(0)).length < SAID_MAX, "still reads");
      }
    });
  });
}

const usedBytes = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};
