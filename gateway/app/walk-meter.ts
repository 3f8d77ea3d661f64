import type { Definition } from "../core/definition.ts";
import type { Decision } from "../core/step.ts";
import { identified } from "../core/names.ts";
import type { WalkHearing } from "../core/range-walk.ts";
import { deviceIdOf, type Report } from "../core/report.ts";
import type { State } from "../core/state.ts";
import type { Walk, WalkPress } from "../ports/desk.ts";

/** Walks remembered; beyond it the one that was begun first is forgotten. */
export const WALKS_MAX = 20;
/** Presses of one walk; further ones are not shown. */
export const WALK_PRESSES_MAX = 200;

/** Measures how a device is heard while somebody walks through a home with it: each press, its copies and receivers. */
export class WalkMeter {
  readonly #definitions: readonly Definition[];
  readonly #walks = new Map<string, Walk>();

  constructor(definitions: readonly Definition[]) {
    this.#definitions = definitions;
  }

  of(device: string): Walk | null {
    return this.#walks.get(device) ?? null;
  }

  note(heard: Report, decision: Decision): void {
    const { state } = decision;
    if (heard.press === null || !isWalkedWith(state)) return;
    const report = identified(state, heard);
    const device = deviceIdOf(report.bridge, report.address);
    const mode = state.testModes.get(device);
    if (!mode?.walk) return;
    const known = this.#walks.get(device);
    const walk = known?.since === mode.since ? known : this.#begin(report.bridge, device, mode.since);
    const presses = pressesAfter(walk.presses, report, decision.heard);
    this.#walks.set(device, { ...walk, presses });
  }

  #begin(bridge: string, device: string, since: number): Walk {
    const weakBelow = this.#definitions.find((one) => one.bridge === bridge)?.weakBelow ?? null;
    this.#walks.delete(device);
    if (this.#walks.size >= WALKS_MAX) this.#walks.delete(this.#walks.keys().next().value!);
    return { device, since, weakBelow, presses: [] };
  }

  /** A walk that was begun and in which nothing was heard yet. */
  started({ testModes }: State, device: string): Walk | null {
    const mode = testModes.get(device);
    const known = this.#walks.get(device);
    if (!mode?.walk || known?.since === mode.since) return known ?? null;
    const walk = this.#begin(device.slice(0, device.indexOf(":")), device, mode.since);
    this.#walks.set(device, walk);
    return walk;
  }
}

/** Nearly always nobody walks, and a report costs nothing here. */
function isWalkedWith({ testModes }: State): boolean {
  for (const { walk } of testModes.values()) if (walk) return true;
  return false;
}

function pressesAfter(presses: readonly WalkPress[], report: Report, heard: Decision["heard"]): readonly WalkPress[] {
  const last = presses.at(-1);
  if (heard === "counted" && presses.length < WALK_PRESSES_MAX)
    return [
      ...presses,
      { number: presses.length + 1, at: report.receivedAt, press: report.press, heard: [copyOf(report)] },
    ];
  if (heard !== "counted-before" || !last || last.press !== report.press) return presses;
  return [...presses.slice(0, -1), { ...last, heard: withCopy(last.heard, copyOf(report)) }];
}

const copyOf = ({ line, rssiDbm, linkQuality }: Report): WalkHearing => ({
  line,
  rssiDbm: rssiDbm ?? null,
  linkQuality: linkQuality ?? null,
  copies: 1,
});

function withCopy(heard: readonly WalkHearing[], copy: WalkHearing): readonly WalkHearing[] {
  if (!heard.some(({ line }) => line === copy.line)) return [...heard, copy];
  return heard.map((one) =>
    one.line !== copy.line
      ? one
      : {
          line: one.line,
          rssiDbm: strongest(one.rssiDbm, copy.rssiDbm),
          linkQuality: strongest(one.linkQuality, copy.linkQuality),
          copies: one.copies + 1,
        },
  );
}

const strongest = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);
