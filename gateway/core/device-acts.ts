import { isUnresolved } from "./alarm.ts";
import type { Enrolled } from "./directory.ts";
import type { Draft } from "./draft.ts";
import { clearFault } from "./faults.ts";
import type { DeviceAct, DeviceActName, Reply } from "./input.ts";
import { refuseReplacement, replaceDevice } from "./replace.ts";
import { setStanding } from "./standing.ts";
import { endTestMode, startTestMode, TEST_MODE_MAX_MS } from "./test-mode.ts";
import { minutes } from "./units.ts";

/** How long a test mode lasts when nobody says it. */
export const TEST_MODE_MS = minutes(5);
/** The same for a walk through a home. */
export const WALK_MS = TEST_MODE_MAX_MS;

/** What a person does with a device: a repeat changes nothing. */
export function takeDeviceAct(draft: Draft, act: DeviceAct): Reply {
  const enrolled = draft.tables.enrolled.get(act.device);
  if (!enrolled)
    return { ok: false, code: "not-found", message: `no device ${act.device} is enrolled; see \`okc devices\`` };
  const refusal = refuse(draft, act, enrolled);
  if (refusal) return refusal;
  const before = draft.events.length;
  DOERS[act.act](draft, enrolled, act);
  return { ok: true, changed: draft.events.length > before };
}

function refuse(draft: Draft, { act, forMs = TEST_MODE_MS, with: named = "" }: DeviceAct, enrolled: Enrolled) {
  if (act === "replace" && enrolled.replacedBy !== named)
    return refuseReplacement(enrolled, draft.tables.enrolled.get(named), named);
  if (act !== "test" && act !== "walk") return null;
  const { id, standing, resident } = enrolled;
  const no = (code: "not-now" | "bad-input", message: string): Reply => ({ ok: false, code, message });
  if (!(forMs > 0 && forMs <= TEST_MODE_MAX_MS))
    return no("bad-input", "minutes: test mode lasts more than 0 and at most 10 minutes");
  if (standing !== "in-use") return no("not-now", `${id} is ${standing}: \`okc resume ${id}\` first`);
  const open = (draft.tables.alarmsOf.get(resident ?? id) ?? [])
    .map((alarm) => draft.tables.alarms.get(alarm)!)
    .find(isUnresolved);
  return open ? no("not-now", `alarm ${open.id} of its wearer is open: end it first, then test`) : null;
}

type Doer = (draft: Draft, enrolled: Enrolled, act: DeviceAct) => void;

const DOERS: Readonly<Record<DeviceActName, Doer>> = {
  test: (draft, { id }, { by, forMs = TEST_MODE_MS }) => startTestMode(draft, id, by.name, forMs),
  "end-test": (draft, { id }, { by }) => endTestMode(draft, id, `ended by ${by.name}`),
  checked: (draft, { id }, { by }) => clearFault(draft, `tamper:${id}`, `checked by ${by.name}`),
  suspend: (draft, enrolled, { by }) => setStanding(draft, enrolled, "suspended", by.name),
  resume: (draft, enrolled, { by }) => setStanding(draft, enrolled, "in-use", by.name),
  retire: (draft, enrolled, { by }) => setStanding(draft, enrolled, "retired", by.name),
  walk: (draft, { id }, { by, forMs = WALK_MS }) => startTestMode(draft, id, by.name, forMs, true),
  replace(draft, old, { by, with: named = "" }) {
    // Asked for again it is done already.
    if (old.replacedBy !== named) replaceDevice(draft, old, draft.tables.enrolled.get(named)!, by.name);
  },
};
