import { readFileSync } from "node:fs";

/** The samples of a file of 16 bit and one channel, –1 to 1. A recorder that still writes leaves lengths of 0: the rest of the file counts. */
export function samplesOf(file: string): Float64Array {
  const bytes = readFileSync(file);
  const at = bytes.indexOf("data", 12, "latin1");
  if (bytes.toString("latin1", 0, 4) !== "RIFF" || at === -1) throw new Error(`${file} is no WAV file`);
  return pcmSamples(bytes.subarray(at + 8));
}

export function pcmSamples(pcm: Buffer): Float64Array {
  const samples = new Float64Array(Math.floor(pcm.length / 2));
  for (let index = 0; index < samples.length; index++) samples[index] = pcm.readInt16LE(index * 2) / 32_768;
  return samples;
}

/**
 * How well `part` is found in `whole`, at the place where it fits best: Pearson's correlation, 1 is the same sound, 0 none
 * of it. Places are tried every 0.5 ms around those where the loudness fits.
 */
export function likeness(part: Float64Array, whole: Float64Array): number {
  const step = 4;
  let best = -1;
  for (const coarse of placesOf(part, whole))
    for (let at = Math.max(0, coarse - FRAME); at <= coarse + FRAME; at += 1) {
      if (at + part.length > whole.length) break;
      const found = correlation(part, whole, at, step);
      if (found > best) best = found;
    }
  return best;
}

/** 20 ms. */
const FRAME = 160;

/** The places where the envelope fits best, a handful. */
function placesOf(part: Float64Array, whole: Float64Array): number[] {
  const [short, long] = [envelope(part), envelope(whole)];
  const found: { at: number; fit: number }[] = [];
  for (let at = 0; at + short.length <= long.length; at++) found.push({ at, fit: correlation(short, long, at, 1) });
  return found
    .sort((a, b) => b.fit - a.fit)
    .slice(0, 6)
    .map(({ at }) => at * FRAME);
}

function envelope(samples: Float64Array): Float64Array {
  const frames = new Float64Array(Math.floor(samples.length / FRAME));
  for (let frame = 0; frame < frames.length; frame++) {
    let sum = 0;
    for (let index = 0; index < FRAME; index++) sum += Math.abs(samples[frame * FRAME + index]!);
    frames[frame] = sum;
  }
  return frames;
}

function correlation(part: Float64Array, whole: Float64Array, at: number, step: number): number {
  let [n, x, y, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  for (let index = 0; index < part.length; index += step) {
    const [a, b] = [part[index]!, whole[at + index]!];
    n++;
    x += a;
    y += b;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  const scale = Math.sqrt((n * xx - x * x) * (n * yy - y * y));
  return scale === 0 ? 0 : (n * xy - x * y) / scale;
}
