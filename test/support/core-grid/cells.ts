import type { Alarm } from "../../../gateway/core/alarm.ts";
import type { AlarmState } from "../../../gateway/core/kinds.ts";
import type { Target } from "../../../gateway/core/policy.ts";
import { minutes } from "../../../gateway/core/units.ts";
import { CoreHome, policiesWith, NO_CHASE } from "../core-home.ts";

export const CELL_STATES = ["alerting", "owned", "attending", "attending-owned", "resolved", "closed"] as const;
export const HOTLINE_LEGS = ["none", "queued", "failing", "received", "stopped"] as const;
export const VOLUNTEER_LEGS = ["none", "sent", "seen", "accepted", "enroute", "arrived", "declined"] as const;
export const SIRENS = ["off", "on"] as const;

/** One place of the grid: the alarm's state and where each of its legs stands. */
export interface Cell {
  readonly state: (typeof CELL_STATES)[number];
  readonly hotline: (typeof HOTLINE_LEGS)[number];
  readonly volunteers: (typeof VOLUNTEER_LEGS)[number];
  readonly siren: (typeof SIRENS)[number];
}

export const nameOf = ({ state, hotline, volunteers, siren }: Cell): string =>
  `${state}, hotline ${hotline}, volunteers ${volunteers}, siren ${siren}`;

export const ALL_CELLS: readonly Cell[] = CELL_STATES.flatMap((state) =>
  HOTLINE_LEGS.flatMap((hotline) =>
    VOLUNTEER_LEGS.flatMap((volunteers) => SIRENS.map((siren) => ({ state, hotline, volunteers, siren }))),
  ),
);

/** Why a cell cannot be; null: it can, and the grid must be able to build it. */
export function impossible({ state, hotline, volunteers, siren }: Cell): string | null {
  const isUnowned = state === "alerting" || state === "attending";
  const isOver = state === "resolved" || state === "closed";
  if (isUnowned && hotline === "stopped") return "only a person of the desk, or the end, stops the hotline";
  if (!isUnowned && (hotline === "queued" || hotline === "failing")) return "whoever takes it stops what is pending";
  if (!isUnowned && siren === "on") return "whoever takes it stops the siren";
  if (!isUnowned && (volunteers === "sent" || volunteers === "seen")) return "whoever takes it withdraws offers";
  if ((state === "alerting" || state === "owned") && volunteers === "arrived") return "an arrival makes it attending";
  if (isOver && (volunteers === "accepted" || volunteers === "enroute")) return "the end calls people back";
  return null;
}

/** The owner and the one who was seen to arrive; never the actor of an input. */
export const OWNER = { name: "周岚", role: "operator" } as const;
export const VISITOR = { name: "吴刚", role: "staff" } as const;

/** Builds a cell by what happens, or gives null when the story does not end there. */
export function buildCell(cell: Cell): CoreHome | null {
  const targets: Target[] = ["staffOnDuty", "desk"];
  if (cell.hotline !== "none") targets.push("hotline");
  if (cell.volunteers !== "none") targets.push("volunteers");
  if (cell.siren === "on") targets.push("siren");
  const step = { targets, channels: null, onOwner: null, optional: false } as const;
  const onlyIf = { noOwner: false, noArrival: false, timeWindow: null };
  const steps = [0, minutes(2)].map((afterMs) => ({ ...step, onlyIf, afterMs }));
  const home = new CoreHome({
    facilities: { hotline: cell.hotline !== "none", siren: cell.siren === "on" },
    policies: policiesWith("emergency", { steps, repeatFromStep: 1, chase: NO_CHASE }),
  });
  home.press();
  tellLegs(home, cell);
  moveTo(home, cell.state);
  home.clear();
  const { alarm } = home;
  const isThere = stateOf(alarm) === cell.state && legsMatch(alarm, cell);
  return isThere ? home : null;
}

function tellLegs(home: CoreHome, { hotline, volunteers }: Cell): void {
  const report = home.hotline()[0];
  if (report && (hotline === "failing" || hotline === "received")) home.receipt(report.key, hotline);
  for (const { key, type } of home.alarm.deliveries) if (type !== "hotline") home.receipt(key, "sent");
  if (volunteers === "seen") home.answer("v4", "seen");
  if (volunteers === "declined") home.answer("v4", "decline");
  if (volunteers === "accepted" || volunteers === "enroute" || volunteers === "arrived") home.answer("v4", "accept");
  if (volunteers === "enroute") home.answer("v4", "enroute");
  if (volunteers === "arrived") home.answer("v4", "arrive");
}

function moveTo(home: CoreHome, state: Cell["state"]): void {
  if (state !== "alerting" && state !== "attending") home.act("take", { by: OWNER });
  if (state === "attending" || state === "attending-owned") home.act("arrive", { by: VISITOR });
  if (state === "resolved" || state === "closed") home.act("resolve", { outcome: "helped-on-site", by: OWNER });
  if (state === "closed") home.act("close", { by: OWNER });
}

const stateOf = (alarm: Alarm): AlarmState | "attending-owned" =>
  alarm.state === "attending" && alarm.owner ? "attending-owned" : alarm.state;

function legsMatch(alarm: Alarm, { hotline, volunteers, siren }: Cell): boolean {
  const report = alarm.deliveries.findLast(({ type }) => type === "hotline");
  const offer = alarm.offers.find(({ responder }) => responder === "v4");
  const sounds = alarm.deliveries.some(({ type, status }) => type === "siren" && status === "sent");
  return (
    (report?.status ?? "none") === hotline && (offer?.state ?? "none") === volunteers && sounds === (siren === "on")
  );
}
