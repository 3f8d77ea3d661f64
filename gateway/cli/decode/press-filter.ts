import { Recurrences } from "../../app/recurrences.ts";
import type { Decoded } from "../../core/definition.ts";
import { DEFAULT_POLICIES } from "../../core/policy-defaults.ts";
import { deviceIdOf, type DecodedReport, type Report } from "../../core/report.ts";
import { readState, type State } from "../../core/state.ts";
import { step } from "../../core/step.ts";
import type { EpochMs } from "../../core/units.ts";

/** Of no interest for what counts, and no report can do without. */
const LINE = "decode";

/**
 * Tells presses from their copies as the gateway does: its own rules run here on a site of their own, in which every
 * device that is heard is enrolled.
 */
export class PressFilter {
  readonly #state: State = readState(null, LINE);
  readonly #recurrences = new Recurrences();

  constructor() {
    const facilities = { hotline: false, siren: false, channels: [], timezone: "UTC" };
    const site = { type: "started", version: "", facilities, policies: DEFAULT_POLICIES, awayMs: 0 } as const;
    step(this.#state, site, 0);
  }

  /** The presses of a message that count. */
  take(bridge: string, transport: Report["transport"], decoded: Decoded, now: EpochMs): readonly DecodedReport[] {
    if (decoded.type === "names") step(this.#state, { type: "names", bridge, names: decoded.names }, now);
    if (decoded.type !== "reports") return [];
    return decoded.reports.filter((one) =>
      this.#counts({ ...one, bridge, transport, line: LINE, receivedAt: now, raw: "" }),
    );
  }

  #counts(heard: Report): boolean {
    // Whether its tag is right is not asked here, where there are no keys.
    const report: Report =
      heard.proof === "no-key" || heard.proof === "wrong-tag" ? { ...heard, proof: "valid" } : heard;
    this.#enrol(report);
    const recurrence = report.counter === null ? this.#recurrences.note(report) : null;
    const input = { type: "report", report, silentAfterMs: null, ...(recurrence && { recurrence }) } as const;
    const { heard: counted } = step(this.#state, input, report.receivedAt);
    return report.press !== null && counted === "counted";
  }

  #enrol({ bridge, address, receivedAt }: Report): void {
    const id = deviceIdOf(bridge, address);
    if (this.#state.enrolled.get(id)) return;
    const device = { id, bridge, address, resident: null, means: "emergency", label: "", location: "" } as const;
    step(this.#state, { type: "save", events: [{ kind: "device-saved", ...device }] }, receivedAt);
  }
}
