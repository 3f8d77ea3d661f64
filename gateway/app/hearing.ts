import type { Definition } from "../core/definition.ts";
import { LEARN_ID } from "../core/device-state.ts";
import type { Input } from "../core/input.ts";
import { isCopy } from "../core/repeats.ts";
import type { Report } from "../core/report.ts";
import type { State } from "../core/state.ts";
import type { Decision } from "../core/step.ts";
import type { EpochMs } from "../core/units.ts";
import { Recurrences } from "./recurrences.ts";
import { Strangers } from "./strangers.ts";
import { WalkMeter } from "./walk-meter.ts";

type ReportInput = Extract<Input, { type: "report" }>;

/** What the core must be told beside a report: how its device is watched, and what was heard of it before. */
export class Hearing {
  readonly #definitions: readonly Definition[];
  readonly #recurrences = new Recurrences();
  readonly #strangers: Strangers;
  readonly walks: WalkMeter;

  constructor(definitions: readonly Definition[], since: EpochMs) {
    this.#definitions = definitions;
    this.#strangers = new Strangers(since);
    this.walks = new WalkMeter(definitions);
  }

  inputOf(report: Report, state: State): ReportInput {
    const definition = this.#definitions.find(({ bridge }) => bridge === report.bridge);
    const { silentAfterMs = null, heartbeatEveryMs = null } = definition?.supervision ?? {};
    const recurrence = report.counter === null ? this.#recurrences.note(report) : null;
    const isEnrolling = report.press !== null && state.learning.get(LEARN_ID) !== undefined;
    const before = isEnrolling ? this.#strangers.about(report) : null;
    return {
      type: "report",
      report,
      silentAfterMs,
      ...(heartbeatEveryMs !== null && { heartbeatEveryMs }),
      ...(recurrence && { recurrence }),
      ...(before && { before }),
      ...(isEnrolling && definition?.isRolling?.(report.address) === true && { isRolling: true }),
    };
  }

  /** How it was taken. */
  note({ report, recurrence }: Pick<ReportInput, "report" | "recurrence">, decision: Decision): void {
    if (decision.heard) this.#strangers.note(report, decision.heard, isCopy(report, recurrence ?? null));
    this.walks.note(report, decision);
  }
}
