import { EMPTY_WINDOW, LEARN_ID, TRIED_MAX, type LearnWindow } from "./device-state.ts";
import type { LearnEvent } from "./learn-events.ts";
import type { Tables } from "./state.ts";

export function evolveLearn(tables: Tables, event: LearnEvent): void {
  if (event.kind === "learn-opened") return tables.learning.set(LEARN_ID, opened(event));
  if (event.kind === "learn-ended") return tables.learning.delete(LEARN_ID);
  if (event.kind === "device-proved") {
    const known = tables.devices.get(event.device);
    return known && tables.devices.set(known.id, { ...known, provedAt: event.at });
  }
  const window = tables.learning.get(LEARN_ID);
  if (window) tables.learning.set(LEARN_ID, after(window, event));
}

function opened(event: Extract<LearnEvent, { kind: "learn-opened" }>): LearnWindow {
  const { kind: _, at: since, device, ...open } = event;
  const proving = device === undefined ? null : { device, since, test: null };
  return { ...EMPTY_WINDOW, id: LEARN_ID, ...open, since, proving };
}

type WindowEvent = Exclude<LearnEvent, { kind: "learn-opened" | "learn-ended" | "device-proved" }>;

function after(window: LearnWindow, event: WindowEvent): LearnWindow {
  const { device, at } = event;
  const none = { candidate: null, said: null, notes: [] };
  switch (event.kind) {
    case "learn-heard": {
      const shown = window.shown + 1;
      if (event.what === "given-back") return { ...window, shown, ...none };
      const { press, said = null, notes = [] } = event;
      if (!press) return { ...window, shown };
      return { ...window, shown, candidate: press, said, notes, tried: [...window.tried, device].slice(-TRIED_MAX) };
    }
    case "learn-enrolled":
      return { ...window, ...none, until: event.until, proving: { device, since: at, test: null } };
    case "learn-proving": {
      const { test: id, press, as, until } = event;
      return { ...window, until, proving: { device, since: window.proving?.since ?? at, test: { id, press, as } } };
    }
  }
}
