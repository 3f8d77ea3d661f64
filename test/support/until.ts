import { setTimeout as pause } from "node:timers/promises";

/** How long real I/O may take before a test gives up on it. */
const DEADLINE_MS = 8_000;

/** Waits for something that real I/O brings about; past the deadline it fails and says what was missing. */
export async function until<Found>(
  what: string,
  find: () => Found | undefined | null | false,
  deadlineMs = DEADLINE_MS,
): Promise<Found> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const found = find();
    if (found) return found;
    if (performance.now() > end) throw new Error(`waited ${deadlineMs} ms in vain for ${what}`);
    await pause(1);
  }
}

/** Waits until `activity` has stood still for a few turns of the event loop and of the kernel. */
export async function untilQuiet(activity: () => number): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  let last = activity();
  for (let still = 0; still < 5; still++) {
    await pause(1);
    const now = activity();
    if (now !== last) still = 0;
    last = now;
  }
}
