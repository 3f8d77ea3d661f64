import type { CreateByteLine } from "../../ports/byte-line.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log, Meter } from "../../ports/log.ts";
import type { ModemSettings } from "./modem-bank.ts";
import type { SmsCallsParts } from "./sms-calls.ts";
import type { SmsLimits } from "./sms-limits.ts";

/** What the channel for short messages is built with. */
export interface SmsParts {
  /** The entry of `volunteers` that it is; the path is `sms:<id>`. */
  readonly id: string;
  /** In the order in which they are used. */
  readonly modems: readonly ModemSettings[];
  /** The country's code without +: numbers without one are in it. */
  readonly country: string;
  /** Whether people are called too when a call for help has left. */
  readonly calls: "off" | SmsCallsParts["mode"];
  /** Of what a call speaks. */
  readonly language: SmsCallsParts["language"];
  /** Where tried PINs are written down. */
  readonly folder: string;
  readonly createLine: CreateByteLine;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly limits?: Partial<SmsLimits>;
}
