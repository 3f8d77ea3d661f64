import type { Press } from "./alarm.ts";
import type { DeviceName } from "./definition.ts";
import type { AlarmKind, ReportKind } from "./kinds.ts";
import type { LearnEvent } from "./learn-events.ts";
import type { Personal, Whereabouts } from "./personal.ts";
import type { Proof } from "./report.ts";
import type { DurationMs, EpochMs } from "./units.ts";

/** A device said something that counts: its counter moves on. */
export interface ReportHeard extends Personal<Whereabouts> {
  readonly kind: "report-heard";
  readonly device: string;
  readonly line: string;
  readonly report: ReportKind;
  readonly counter: number | null;
  /** Which key, of a device that has no counter; absent: none. */
  readonly press?: string;
  /** What the wire gave that press beside its time; absent: nothing. */
  readonly mark?: string;
  /** Which keys came up again; absent: none. */
  readonly released?: readonly string[];
  readonly batteryPct: number | null;
  /** How strongly it was heard, in dBm; absent: its bridge does not say. */
  readonly rssiDbm?: number;
  /** A quality of the link without a unit; absent: its bridge does not say. */
  readonly linkQuality?: number;
  readonly proof: Proof;
  /** A press that a learn window took: it proves nothing yet; absent: it took none. */
  readonly learning?: boolean;
  /** When its silence becomes a fault, if it says nothing more; null: it is not supervised. */
  readonly silentAt: EpochMs | null;
  /** When it should have reported again; absent: not known. */
  readonly lateAt?: EpochMs;
  readonly at: EpochMs;
  readonly raw: string;
}

/** What devices say, how they are watched, and their tests. */
export type DeviceEvent =
  | ReportHeard
  | LearnEvent
  | {
      readonly kind: "test-started";
      readonly test: string;
      readonly device: string;
      readonly resident: string | null;
      readonly delivery: string | null;
      readonly failAt: EpochMs;
      /** What was pressed; absent: the test key. */
      readonly report?: ReportKind;
      readonly at: EpochMs;
    }
  | {
      readonly kind: "test-ended";
      readonly test: string;
      readonly passed: boolean;
      readonly detail: string;
      readonly at: EpochMs;
    }
  | {
      readonly kind: "test-mode-started";
      readonly device: string;
      readonly by: string;
      readonly until: EpochMs;
      /** Only measures: nothing is told to the hotline; absent: each press is a test. */
      readonly walk?: boolean;
      readonly at: EpochMs;
    }
  /** A press that test mode took: remembered in case a second one makes it real. */
  | ({
      readonly kind: "test-pressed";
      readonly device: string;
      readonly as: AlarmKind;
      readonly press: Press;
      readonly at: EpochMs;
    } & Personal<Whereabouts>)
  | { readonly kind: "test-mode-ended"; readonly device: string; readonly why: string; readonly at: EpochMs }
  /** It should have reported by now. */
  | { readonly kind: "device-late"; readonly device: string; readonly at: EpochMs }
  /** `lowAt`: when a low reading becomes a fault; null: it is one now, or a good one followed. */
  | { readonly kind: "device-battery"; readonly device: string; readonly lowAt: EpochMs | null; readonly at: EpochMs }
  /** A key of it does not come to rest; `restAt`: when it has, unless it is heard again; null: it has. */
  | {
      readonly kind: "device-stuck";
      readonly device: string;
      readonly restAt: EpochMs | null;
      readonly at: EpochMs;
    }
  /** Tests that are due were looked through, and are again at `nextAt`. */
  | { readonly kind: "tests-reviewed"; readonly nextAt: EpochMs; readonly at: EpochMs }
  /** A bridge told names of its devices that were not known. */
  | {
      readonly kind: "names-known";
      readonly bridge: string;
      readonly names: readonly DeviceName[];
      readonly at: EpochMs;
    }
  | { readonly kind: "device-silent"; readonly device: string; readonly at: EpochMs }
  /** Nobody listened for so long, to any or to those of one line or bridge: none has been silent for all that time. */
  | {
      readonly kind: "devices-unheard";
      readonly byMs: DurationMs;
      readonly line?: string;
      readonly bridge?: string;
      readonly at: EpochMs;
    }
  /** Its line is back: it has as long as before to be heard. */
  | {
      readonly kind: "device-awaited";
      readonly device: string;
      readonly silentAt: EpochMs;
      readonly lateAt?: EpochMs | null;
      readonly at: EpochMs;
    };
