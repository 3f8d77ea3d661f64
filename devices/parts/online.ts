import type { Decoded, DecodedReport } from "../../gateway/core/definition.ts";
import { quoted, readUtf8 } from "./text.ts";

/** How much of a topic names a part. */
const PART_MAX_CHARS = 64;

/** A last will that says *online* or *offline* in plain text, in either case: how one part of a bridge is. */
export function readOnline(named: string, payload: Uint8Array): Decoded {
  const part = partOf(named);
  const text = readUtf8(payload)?.trim() ?? "";
  const state = text.toLowerCase();
  if (state === "online" || state === "offline")
    return { type: "bridge", state, part, detail: `${part} says ${state}` };
  return { type: "nothing", what: `a last will that says ${quoted(text)}` };
}

/** One part of a bridge told of itself: it lives. */
export function alive(named: string): Decoded {
  const part = partOf(named);
  return { type: "bridge", state: "online", part, detail: `${part} tells of itself` };
}

/** What one receiver of several heard. */
export function heardBy(named: string, decoded: Decoded): Decoded {
  if (decoded.type !== "reports") return decoded;
  const part = partOf(named);
  const reports: DecodedReport[] = [];
  for (const report of decoded.reports) reports.push({ ...report, part });
  return { type: "reports", reports };
}

const partOf = (named: string): string => named.slice(0, PART_MAX_CHARS);
