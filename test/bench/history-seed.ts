import { join } from "node:path";
import { FORGET_AFTER_MS } from "../../gateway/core/acts.ts";
import type { Actor } from "../../gateway/core/directory.ts";
import { minutes, seconds } from "../../gateway/core/units.ts";
import { HistorySite } from "./history-site.ts";
import { RESIDENTS } from "./subjects/okc-site.ts";

/** One alarm comes this long after the other: a million of them are nine and a half years. */
const SLOT_MS = minutes(5);
/** How many slots after its press an alarm is resolved, closed and (a day later) forgotten. */
const RESOLVED_AFTER = 2;
const CLOSED_AFTER = 4;
const FORGOTTEN_AFTER = CLOSED_AFTER + Math.ceil(FORGET_AFTER_MS / SLOT_MS) + 1;
/** One in so many is resolved with a note, which is sealed under the resident's key. */
const NOTE_EVERY = 5;
/** The state is written down after so many alarms, some 5,000 entries: as often as the gateway does. */
const SNAPSHOT_EVERY = 350;
/** Alarms after the last snapshot, in a short history as in a long one: half of what the gateway lets come together. */
const TAIL_ALARMS = 175;

/** Residents from 0 on press while the bench measures, the next ones have the open alarms; all others made history. */
export const MEASURED = 20;
export const OPEN_ALARMS = 50;
const FIRST_OF_HISTORY = MEASURED + OPEN_ALARMS;
/** Coprime to the number of residents who made history: each has their turn before anyone has a second. */
const STRIDE = 37;
export const residentOf = (alarm: number): number =>
  FIRST_OF_HISTORY + ((alarm * STRIDE) % (RESIDENTS - FIRST_OF_HISTORY));

const OPERATOR: Actor = { name: "陈静", role: "operator" };
const STAFF: Actor = { name: "王芳", role: "staff" };

export interface Seeded {
  readonly entries: number;
  readonly tookMs: number;
}

/** Makes the history of `alarms` closed alarms, and 50 that are open, in the site in `folder`; it ends now. */
export async function seedHistory(folder: string, alarms: number, progress: (done: number) => void): Promise<Seeded> {
  const from = performance.now();
  const site = new HistorySite(join(folder, "data"));
  await site.open();
  site.now -= (alarms + FORGOTTEN_AFTER + 1) * SLOT_MS;
  site.start(join(folder, "policies.yaml"));
  const ids: string[] = [];
  for (let slot = 0; slot < alarms + FORGOTTEN_AFTER; slot++) {
    await runSlot(site, ids, slot, alarms);
    if (slot < alarms && (alarms - TAIL_ALARMS - slot) % SNAPSHOT_EVERY === 0 && slot <= alarms - TAIL_ALARMS)
      await site.snapshot();
    if (slot % 50_000 === 0) progress(slot);
  }
  for (let index = 0; index < OPEN_ALARMS; index++) {
    site.openAlarm(MEASURED + index);
    site.now += seconds(1);
  }
  const inState = [...site.state.alarms.values()].length;
  if (inState !== OPEN_ALARMS) throw new Error(`${inState} alarms are left in the state instead of ${OPEN_ALARMS}`);
  await site.close();
  return { entries: site.entries, tookMs: performance.now() - from };
}

/** Five minutes: one alarm comes and is answered; earlier ones are resolved, closed and forgotten. */
async function runSlot(site: HistorySite, ids: string[], slot: number, alarms: number): Promise<void> {
  const startAt = site.now;
  site.runDue();
  if (slot < alarms) {
    const alarm = site.openAlarm(residentOf(slot));
    ids[slot % FORGOTTEN_AFTER] = alarm;
    site.now += seconds(25);
    site.act(alarm, "take", OPERATOR);
    site.now += seconds(200);
    site.act(alarm, "arrive", STAFF);
  }
  const resolved = slot - RESOLVED_AFTER;
  if (resolved >= 0 && resolved < alarms) {
    const note = resolved % NOTE_EVERY === 0 ? { text: "摔倒在卫生间，已扶起，家属稍后到" } : {};
    site.act(ids[resolved % FORGOTTEN_AFTER]!, "resolve", STAFF, { outcome: "helped-on-site", ...note });
  }
  const closed = slot - CLOSED_AFTER;
  if (closed >= 0 && closed < alarms) site.act(ids[closed % FORGOTTEN_AFTER]!, "close", OPERATOR);
  await site.keepUp();
  site.now = startAt + SLOT_MS;
}
