import type { Decoded, DecodedReport } from "../../gateway/core/definition.ts";
import { said } from "../parts/said.ts";
import { objectIn, type Fields } from "../parts/text.ts";
import { decodePayload } from "./codecs.ts";

/** What the network servers have in common: whose an uplink is, which one, and how it was heard. */

/**
 * A frame that waits for a confirmation is sent up to eight times, within about a minute, under the same count; the
 * server drops copies, and a broker may bring one twice.
 */
export const COPY_MS = 2 * 60_000;

const EUI = /^[0-9a-f]{16}$/i;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

export interface Uplink {
  readonly address: string;
  /** A name that may hold the model's. */
  readonly codec: string | null;
  readonly fPort: number;
  readonly bytes: Uint8Array;
  /** The session and the frame's count in it. */
  readonly mark: string;
  readonly rssiDbm: number | null;
  /** What the server asked of the device with this very frame. */
  readonly batteryPct?: number | null;
}

/** Sixteen hexadecimal digits in lower case, with or without separators; null: it is none. */
export function euiIn(value: unknown): string | null {
  const digits = typeof value === "string" ? value.trim().replace(/[:-]/g, "") : "";
  return EUI.test(digits) ? digits.toLowerCase() : null;
}

/** Null: it is not Base64. Absent is empty, as a server leaves out what is empty. */
export function base64In(value: unknown): Uint8Array | null {
  if (value === undefined || value === null) return new Uint8Array();
  return typeof value === "string" && BASE64.test(value) ? Buffer.from(value, "base64") : null;
}

/** A number that a server leaves out where it is zero. */
export const countIn = (value: unknown): number => (typeof value === "number" ? value : 0);

/** The gateway that heard it best; null: none says. */
export function bestRssiOf(list: unknown): number | null {
  let best: number | null = null;
  for (const entry of Array.isArray(list) ? list : []) {
    const { rssi } = objectIn(entry) ?? ({} as Fields);
    if (typeof rssi === "number" && rssi < 0 && (best === null || rssi > best)) best = rssi;
  }
  return best;
}

export function reportsOf({ address, codec, fPort, bytes, mark, rssiDbm, batteryPct = null }: Uplink): Decoded {
  const common = { ...said(address, "bridge"), ...(rssiDbm !== null && { rssiDbm }) };
  const reports = decodePayload(codec, fPort, bytes).map(({ levelMs, ...reading }): DecodedReport => {
    const report = { ...common, ...reading, batteryPct: reading.batteryPct ?? batteryPct };
    if (report.press === null) return report;
    return levelMs === undefined ? { ...report, mark, repeatMs: COPY_MS } : { ...report, repeatMs: levelMs };
  });
  return { type: "reports", reports };
}
