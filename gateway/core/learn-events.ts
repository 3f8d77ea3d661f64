import type { Press } from "./alarm.ts";
import type { AlarmKind, Means, ReportKind } from "./kinds.ts";
import { plainRaw, type Personal, type Whereabouts } from "./personal.ts";
import type { Proof, Report } from "./report.ts";
import type { DurationMs, EpochMs } from "./units.ts";

/** Everything that a message said which was heard in a learn window, for the person who looks at it. */
export interface HeardSigns {
  readonly report: ReportKind;
  /** The key, switch or command, as the wire says it. */
  readonly press: string | null;
  /** The device's name as it stands on the wire; null: the message has none. */
  readonly wireId: string | null;
  readonly line: string;
  readonly transport: Report["transport"];
  readonly proof: Proof;
  /** Null: the bridge does not say. */
  readonly rssiDbm: number | null;
  /** Null: the bridge does not say. */
  readonly linkQuality: number | null;
  readonly batteryPct: number | null;
  /** False: its lamp says that the battery is low. Null: it says nothing of it. */
  readonly batteryOk: boolean | null;
  /** As it came: hexadecimal digits for bytes; empty where it tells where somebody is. */
  readonly raw: string;
}

/** What was heard of a code before, while nobody was enrolling, and where. Remembered since the gateway's start only. */
export interface HeardBefore {
  /** Presses, each once however often it was repeated. */
  readonly count: number;
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
  /** Strangers are remembered from then on. */
  readonly since: EpochMs;
  readonly lines: readonly string[];
  /** Null: no bridge said how strongly. */
  readonly rssiMinDbm: number | null;
  readonly rssiMaxDbm: number | null;
}

/**
 * What to know before a device is relied on. `heard-before`: while nobody was enrolling, so another home may use the
 * same code. `several-places`: over several lines, or with widely differing strength. `rolling`: each press has
 * another code, by the device's definition. `rolling-likely`: each press of this model had another id so far.
 * `shared`: it is enrolled for another resident. `shared-remote`: another key of it is. `not-in-use`: enrolled, and
 * suspended or retired. `another-key`: the second press came with another key than the first. `nameless`: its
 * connection never said whose it is.
 */
export const LEARN_NOTES = [
  "heard-before",
  "several-places",
  "rolling",
  "rolling-likely",
  "shared",
  "shared-remote",
  "not-in-use",
  "another-key",
  "nameless",
] as const;
export type LearnNote = (typeof LEARN_NOTES)[number];

/** What a press is to the learn window. */
export type LearnWhat =
  "candidate" | "given-back" | "needs-key" | "enrolled-already" | "another" | "another-key" | "refused";

/** From the first press of a device to the one that proves it. */
export type LearnEvent =
  | {
      readonly kind: "learn-opened";
      readonly resident: string;
      readonly means: Means;
      readonly label: string;
      readonly location: string;
      readonly by: string;
      readonly until: EpochMs;
      /** One key of several is enrolled, not the whole device; absent: the whole. */
      readonly bindKey?: boolean;
      /** Also what cannot be relied on is enrolled; absent: it is not. */
      readonly force?: boolean;
      /** The device whose place the new one takes once it is proved; absent: none. */
      readonly replaces?: string;
      /** A device that is enrolled and waits for the press that proves it; absent: one is to be learnt. */
      readonly device?: string;
      readonly at: EpochMs;
    }
  /**
   * `given-back`: the candidate is none any more; `needs-key`: it is made or imported, with its key; `another`: heard as
   * ever; `another-key`: of the candidate, and not the one to be enrolled; `refused`: not to be relied on, or somebody
   * else's, see `notes`.
   */
  | ({
      readonly kind: "learn-heard";
      readonly device: string;
      readonly what: LearnWhat;
      readonly press: Press | null;
      /** Absent: by a gateway that did not note it, or nothing new was heard. */
      readonly said?: HeardSigns;
      readonly notes?: readonly LearnNote[];
      /** Absent: not before, as far as is remembered. */
      readonly before?: HeardBefore;
      /** Whose it is, or whose another key of it is; absent: nobody's. */
      readonly resident?: string | null;
      readonly at: EpochMs;
    } & Personal<Whereabouts>)
  /** The second press: it is enrolled, and its third press proves it until `until`. */
  | {
      readonly kind: "learn-enrolled";
      readonly device: string;
      readonly said: HeardSigns;
      readonly notes?: readonly LearnNote[];
      readonly until: EpochMs;
      readonly at: EpochMs;
    }
  /** The press that proves it was taken as a test. */
  | ({
      readonly kind: "learn-proving";
      readonly device: string;
      readonly test: string;
      readonly press: Press;
      readonly as: AlarmKind;
      readonly said: HeardSigns;
      readonly until: EpochMs;
      readonly at: EpochMs;
    } & Personal<Whereabouts>)
  /** A test press of it went the whole way: from now on it is relied on as live. */
  | { readonly kind: "device-proved"; readonly device: string; readonly test: string; readonly at: EpochMs }
  /** `device`: what was enrolled; null: nothing. `proved`: its test press went the whole way; absent: it did not. */
  | {
      readonly kind: "learn-ended";
      readonly why: string;
      readonly device: string | null;
      readonly proved?: boolean;
      readonly at: EpochMs;
    };

/** What the message of a report said, for a learn window. */
export const signsOf = (report: Report): HeardSigns => ({
  report: report.kind,
  press: report.press,
  wireId: report.wireId === undefined ? report.address : report.wireId,
  line: report.line,
  transport: report.transport,
  proof: report.proof,
  rssiDbm: report.rssiDbm ?? null,
  linkQuality: report.linkQuality ?? null,
  batteryPct: report.batteryPct,
  batteryOk: report.batteryOk ?? null,
  raw: plainRaw(report),
});

/** How long the press that proves a device is waited for after the one that enrolled it: longer, and it is real. */
export const PROVE_WITHIN_MS: DurationMs = 60_000;
