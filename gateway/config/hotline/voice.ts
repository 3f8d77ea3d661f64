import { minutes, type DurationMs } from "../../core/units.ts";
import { map, optional, required, type Checked } from "../shape.ts";
import * as value from "../values.ts";

/**
 * Operators who are called by telephone: `{ kind: voice, number: "81890" }`, through an account under `voice`.
 */
export interface VoiceHotlineConfig {
  readonly kind: "voice";
  readonly name: string;
  /** A telephone number, or a SIP address. */
  readonly number: string;
  /** The entry of `voice` that calls; null: the first. */
  readonly through: string | null;
  /** Alarms at once. */
  readonly lines: number;
  /** How long after a call the hotline may call back. */
  readonly callBackMs: DurationMs;
  /** Whoever takes an alarm is joined to the wearer's speaking unit at once, where it has a SIP address. */
  readonly bridge: boolean;
}

const DEFAULT_CALL_BACK_MS = minutes(15);
const LINES_MAX = 8;

export const voiceHotline = map(
  {
    kind: required(value.oneOf("voice")),
    name: optional(value.text, "voice"),
    number: required(value.callee),
    through: optional(value.text, null),
    lines: optional(value.wholeNumber(1, LINES_MAX), 1),
    callBack: optional(value.duration(minutes(1), minutes(120)), DEFAULT_CALL_BACK_MS),
    bridge: optional(value.flag, false),
  },
  ({ callBack, ...values }): Checked<VoiceHotlineConfig> => ({ value: { ...values, callBackMs: callBack } }),
);
