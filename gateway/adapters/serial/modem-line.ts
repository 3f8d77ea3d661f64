import { seconds } from "../../core/units.ts";
import type { CreateByteLine } from "../../ports/byte-line.ts";
import type { Clock } from "../../ports/clock.ts";
import { createDevicePort } from "./device-port.ts";
import { SerialLine } from "./serial-line.ts";

/** A modem is asked every half minute and answers in a second or two: these are shorter than a dongle's. */
const MODEM_TIMES = {
  reopenMs: seconds(2),
  watchEveryMs: seconds(2),
  hangAfterMs: seconds(100),
  stallAfterMs: seconds(15),
} as const;

/** Serial lines for modems. */
export const modemLines =
  (clock: Clock): CreateByteLine =>
  (path, baud, events) =>
    new SerialLine({ path, baud, clock, createPort: createDevicePort, ...MODEM_TIMES, events });
