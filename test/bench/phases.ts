import { setTimeout as pause } from "node:timers/promises";
import { median, nowMs, quantile, rssMb, until } from "./figures.ts";
import { keyOf } from "./pendants.ts";
import { RESIDENTS } from "./subjects/okc-site.ts";
import type { Subject } from "./subjects/subject.ts";
import type { Unit } from "./unit.ts";

/** What one run of one phase found, by name; units are in the names. */
export type Figures = Readonly<Record<string, number>>;

const RATE_PER_S = 200;
const ARRIVE_MAX_MS = 20_000;
const SETTLE_MS = 1_500;
/** Without a new frame for this long, what has not come never will. */
const QUIET_MS = 3_000;
/** Where nothing is missing, this is enough. */
const REPEATS_MS = 500;

interface Press {
  readonly index: number;
  readonly key: string;
  readonly atMs: number;
  ackedAtMs: number | null;
}

function pressAll(subject: Subject, index: number): Press {
  const press: Press = { index, key: keyOf(index), atMs: nowMs(), ackedAtMs: null };
  subject.press(index).then(
    () => (press.ackedAtMs = nowMs()),
    () => undefined,
  );
  return press;
}

/** First arrival of each resident's frame, and how many came more than once. */
async function arrivals(subject: Subject) {
  const frames = await subject.receiver.take();
  const first = new Map<string, number>();
  let duplicates = 0;
  for (const { key, atMs } of frames) {
    if (first.has(key)) duplicates++;
    else first.set(key, atMs);
  }
  return { first, duplicates };
}

async function latencies(subject: Subject, presses: readonly Press[]): Promise<readonly number[]> {
  const keys = presses.map(({ key }) => key);
  await until(async () => (await subject.receiver.missing(keys)) === 0, ARRIVE_MAX_MS, 20);
  const { first } = await arrivals(subject);
  return presses.map(({ key, atMs }) => (first.get(key) ?? Number.POSITIVE_INFINITY) - atMs);
}

/** One press a second at every subject and one U, each in its own part of the second. */
export async function slowPhase(
  subjects: readonly Subject[],
  unit: Unit,
  count: number,
): Promise<ReadonlyMap<string, Figures>> {
  for (const subject of subjects) {
    await subject.start();
    await subject.connect(1);
  }
  await pause(SETTLE_MS);
  // Connections are made before, so that a press costs what a press costs.
  for (const subject of subjects) await subject.connect(count + 1);
  const presses = subjects.map((): Press[] => []);
  const units: number[] = [];
  const slotMs = 1_000 / (subjects.length + 1);
  const start = nowMs();
  for (let turn = 0; turn < count * (subjects.length + 1); turn++) {
    await pause(Math.max(0, start + turn * slotMs - nowMs()));
    const slot = turn % (subjects.length + 1);
    if (slot === subjects.length) units.push((await unit.measure()).unitMs);
    else presses[slot]!.push(pressAll(subjects[slot]!, 1 + Math.floor(turn / (subjects.length + 1))));
  }
  const found = new Map<string, Figures>();
  const unitMs = median(units);
  for (const [slot, subject] of subjects.entries()) {
    const p50Ms = median(await latencies(subject, presses[slot]!));
    found.set(subject.name, { slowP50Ms: p50Ms, slowUnitMs: unitMs, slowU: p50Ms / unitMs });
    await subject.stop();
  }
  return found;
}

/** Start-up, memory, then 200 presses a second. */
export async function ratePhase(subject: Subject, unit: Unit, seconds: number): Promise<Figures> {
  const startMs = await subject.start();
  await pause(SETTLE_MS);
  const idleMb = rssMb(subject.pids());
  const connection = await subject.connect(RESIDENTS);
  await pause(SETTLE_MS);
  const connectedMb = rssMb(subject.pids());
  const units = [...(await unit.series(RATE_PER_S, 1_000 / RATE_PER_S))];
  const presses: Press[] = [];
  const start = nowMs();
  for (let index = 1; index <= RATE_PER_S * seconds; index++) {
    const dueMs = start + ((index - 1) * 1_000) / RATE_PER_S;
    while (nowMs() < dueMs - 1) await pause(1);
    while (nowMs() < dueMs) await new Promise(setImmediate);
    presses.push(pressAll(subject, index));
  }
  const took = await latencies(subject, presses);
  units.push(...(await unit.series(RATE_PER_S, 1_000 / RATE_PER_S)));
  await subject.stop();
  const unitMs = median(units.map((one) => one.unitMs));
  const syncP99Ms = quantile(
    units.map((one) => one.syncMs),
    0.99,
  );
  return {
    startMs,
    idleMb,
    ...(connection ? { connectedMb, connectMs: connection.tookMs, refused: connection.refused } : {}),
    rateP50Ms: median(took),
    rateP99Ms: quantile(took, 0.99),
    rateUnitMs: unitMs,
    rateSyncP99Ms: syncP99Ms,
    rateU: median(took) / unitMs,
    rateP99Syncs: quantile(took, 0.99) / syncP99Ms,
    rateMissing: took.filter((one) => one === Number.POSITIVE_INFINITY).length,
  };
}

async function startForBurst(subject: Subject): Promise<number> {
  const startMs = await subject.start();
  await subject.connect(RESIDENTS);
  await pause(SETTLE_MS);
  await subject.receiver.take();
  return startMs;
}

/** Everybody presses at once; resident 0 has pressed at the start. */
const pressEverybody = (subject: Subject): readonly Press[] =>
  Array.from({ length: RESIDENTS - 1 }, (_, index) => pressAll(subject, index + 1));

/** 1,000 at once: until the last pendant has its acknowledgement, and until the last frame is at the hotline. */
export async function burstPhase(subject: Subject, unit: Unit): Promise<Figures> {
  const startMs = await startForBurst(subject);
  const units = [...(await unit.series(20, 0))];
  const from = nowMs();
  const presses = pressEverybody(subject);
  await until(() => presses.every(({ ackedAtMs }) => ackedAtMs !== null), ARRIVE_MAX_MS, 2);
  const took = await latencies(subject, presses);
  units.push(...(await unit.series(20, 0)));
  const peakMb = rssMb(subject.pids());
  await subject.stop();
  const unitMs = median(units.map((one) => one.unitMs));
  const ackMs = Math.max(...presses.map(({ ackedAtMs }) => (ackedAtMs ?? Number.POSITIVE_INFINITY) - from));
  const hotlineMs = Math.max(...presses.map(({ atMs }, index) => atMs + took[index]! - from));
  return {
    startMs,
    burstAckMs: ackMs,
    burstAckU: ackMs / unitMs,
    burstHotlineMs: hotlineMs,
    burstUnitMs: unitMs,
    peakMb,
  };
}

/** `kill -9` after so many frames of a burst, then a start on what is left: what was acknowledged must arrive. */
export async function killPhase(subject: Subject, afterFrames: number): Promise<Figures> {
  const startMs = await startForBurst(subject);
  const reached = subject.receiver.reaches(afterFrames);
  const presses = pressEverybody(subject);
  await Promise.race([reached, pause(ARRIVE_MAX_MS, undefined, { ref: false })]);
  await subject.kill();
  const acked = presses.filter(({ ackedAtMs }) => ackedAtMs !== null);
  const before = await subject.receiver.count();
  const from = nowMs();
  await subject.restart();
  await untilQuiet(subject, acked);
  const { first, duplicates } = await arrivals(subject);
  await subject.stop();
  // A kill before anything was acknowledged proves nothing.
  const lost = acked.length === 0 ? Number.NaN : acked.filter(({ key }) => !first.has(key)).length;
  const late = acked.map(({ key }) => (first.get(key) ?? 0) - from).filter((tookMs) => tookMs > 0);
  return {
    startMs,
    killAtHotline: before,
    killAcked: acked.length,
    killLost: lost,
    killDuplicates: duplicates,
    killReplayMs: late.length === 0 ? Number.NaN : Math.max(...late),
  };
}

/** Until all of these have arrived and what comes twice has come, or no frame came for a while. */
async function untilQuiet(subject: Subject, acked: readonly Press[]): Promise<void> {
  const keys = acked.map(({ key }) => key);
  let seen = -1;
  let changedAt = nowMs();
  await until(
    async () => {
      const count = await subject.receiver.count();
      if (count !== seen) [seen, changedAt] = [count, nowMs()];
      const quietMs = nowMs() - changedAt;
      return quietMs > QUIET_MS || (quietMs > REPEATS_MS && (await subject.receiver.missing(keys)) === 0);
    },
    ARRIVE_MAX_MS,
    20,
  );
}
