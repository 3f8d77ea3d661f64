import type { Heard } from "../core/input.ts";
import { deviceIdOf, type Report } from "../core/report.ts";
import { minutes, type EpochMs } from "../core/units.ts";
import type { Log } from "../ports/log.ts";

/** One line a device in this time, however often it is heard; the meters count them all. */
export const DOUBT_EVERY_MS = minutes(1);
/** Devices remembered; beyond it the one heard of longest ago is forgotten, and may be logged again. */
const DEVICES_MAX = 1_000;

/** Says which reports nothing proves, and what to do about them, without letting a flood fill the log. */
export class DoubtLog {
  readonly #log: Log;
  readonly #said = new Map<string, EpochMs>();

  constructor(log: Log) {
    this.#log = log;
  }

  note(report: Report, heard: Heard): void {
    const what = doubtOf(report, heard);
    if (what === null) return;
    const device = deviceIdOf(report.bridge, report.address);
    const last = this.#said.get(device);
    if (last !== undefined && report.receivedAt - last < DOUBT_EVERY_MS && report.receivedAt >= last) return;
    this.#said.delete(device);
    this.#said.set(device, report.receivedAt);
    if (this.#said.size > DEVICES_MAX) this.#said.delete(this.#said.keys().next().value!);
    this.#log.warn(`${device} on ${report.line}: ${what}`, { kind: report.kind, counter: report.counter });
  }
}

function doubtOf({ proof }: Report, heard: Heard): string | null {
  if (heard === "counted" || heard === "counted-before" || heard === "learning") return null;
  if (heard === "unknown-device") return "pressed, and nobody enrolled it; enrol it with `okc enrol` if it is ours";
  if (heard === "suspended") return "pressed, and it is suspended or retired; `okc resume` it if somebody relies on it";
  // Remotes and sensors of the neighbourhood, which have no key to be wrong.
  if (proof === "none" || proof === "bridge") return null;
  if (proof === "wrong-tag") return "its tag is wrong: another key, or a forgery; import its key again";
  if (proof === "no-key") return "nothing proves who sent this: it is not enrolled, or without a key; import it";
  return "its counter was used before: a replay, or a pendant that lost its memory; enrol it again";
}
