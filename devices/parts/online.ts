import type { Decoded } from "../../gateway/core/definition.ts";
import { quoted, readUtf8 } from "./text.ts";

/** A last will that says *online* or *offline* in plain text, in either case: how one part of a bridge is. */
export function readOnline(part: string, payload: Uint8Array): Decoded {
  const text = readUtf8(payload)?.trim() ?? "";
  const state = text.toLowerCase();
  if (state === "online" || state === "offline")
    return { type: "bridge", state, part, detail: `${part} says ${state}` };
  return { type: "nothing", what: `a last will that says ${quoted(text)}` };
}

/** One part of a bridge told of itself: it lives. */
export const alive = (part: string): Decoded => ({
  type: "bridge",
  state: "online",
  part,
  detail: `${part} tells of itself`,
});
