import { Allowance, Allowances } from "../../core/allowance.ts";
import type { ReportKind } from "../../core/kinds.ts";
import { deviceIdOf, pressedKeyOf, type DecodedReport } from "../../core/report.ts";
import type { EpochMs } from "../../core/units.ts";
import type { ReportSink } from "../../ports/radio.ts";
import type { TcpLimits } from "./limits.ts";
import type { Tally } from "./tally.ts";

/** There will be another: what is dropped of these is lost to nobody. */
const SIGN_KINDS: readonly ReportKind[] = ["heartbeat", "other"];

const isSign = (report: DecodedReport): boolean => pressedKeyOf(report) === null && SIGN_KINDS.includes(report.kind);

/** `passed`: to the app. `dropped`: there will be another. `refused`: nobody is told, so the device is not answered. */
export type Admitted = "passed" | "dropped" | "refused";

/**
 * Which reports reach the app. These protocols prove nothing, so anybody who reaches the port can speak as any device:
 * nothing of an enrolled device but its signs of life is ever dropped, and strangers cannot drown the desk.
 */
export class Admission {
  readonly #bridge: string;
  readonly #sink: Pick<ReportSink, "keyOf">;
  readonly #tally: Tally;
  readonly #signs: Allowances;
  readonly #strangersPerRemote: Allowances;
  readonly #strangers: Allowance;

  constructor(bridge: string, sink: Pick<ReportSink, "keyOf">, limits: TcpLimits, tally: Tally, now: EpochMs) {
    this.#bridge = bridge;
    this.#sink = sink;
    this.#tally = tally;
    this.#signs = new Allowances(limits.signs, limits.namesMax);
    this.#strangersPerRemote = new Allowances(limits.strangersPerRemote, limits.namesMax);
    this.#strangers = new Allowance(limits.strangers, now);
  }

  /** Somebody enrolled it, whole or one of its keys. */
  isKnown({ address, press }: DecodedReport): boolean {
    const has = (one: string): boolean => this.#sink.keyOf(this.#bridge, one) !== undefined;
    return has(address) || (press !== null && has(`${address}:${press.toLowerCase()}`));
  }

  take(report: DecodedReport, remote: { readonly shown: string; readonly key: string }, now: EpochMs): Admitted {
    if (isSign(report)) {
      if (this.#signs.take(deviceIdOf(this.#bridge, report.address), now)) return "passed";
      this.#tally.add("signs", remote.shown, "too-many");
      return "dropped";
    }
    if (this.isKnown(report)) return "passed";
    // The remote's own first: who has used up his own takes nothing from the others.
    const why = !this.#strangersPerRemote.take(remote.key, now)
      ? "remote"
      : !this.#strangers.take(now)
        ? "listener"
        : null;
    if (why === null) return "passed";
    this.#tally.add("strangers", remote.shown, why);
    return "refused";
  }
}
