import type { DurationMs } from "../../core/units.ts";

/** What every call is spoken in: 16 bit, little endian, one channel, 8,000 samples a second. */
export const SAMPLES_PER_S = 8_000;
const BYTES_PER_MS = (SAMPLES_PER_S * 2) / 1_000;
const HEADER_BYTES = 44;

export const durationOf = (pcm: Buffer): DurationMs => Math.ceil(pcm.length / BYTES_PER_MS);

export const silence = (ms: DurationMs): Buffer => Buffer.alloc(Math.round(ms) * BYTES_PER_MS);

/** A file of these samples (RIFF WAVE, PCM). */
export function wavOf(pcm: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write("RIFF", 0);
  header.writeUInt32LE(HEADER_BYTES - 8 + pcm.length, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(SAMPLES_PER_S, 24);
  header.writeUInt32LE(SAMPLES_PER_S * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(pcm.length, 40);
  return Buffer.concat([header, pcm]);
}
