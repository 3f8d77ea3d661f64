import type { Enrolled } from "./directory.ts";
import type { Draft } from "./draft.ts";
import type { Reply } from "./input.ts";
import { setStanding } from "./standing.ts";

/** Why one device cannot take the other's place; null: it can. */
export function refuseReplacement(old: Enrolled, fresh: Enrolled | undefined, named: string): Reply | null {
  const no = (code: "not-now" | "not-found" | "bad-input", message: string): Reply => ({ ok: false, code, message });
  if (!fresh) return no("not-found", `no device ${named} is enrolled; see \`okc devices\``);
  if (fresh.id === old.id) return no("bad-input", `${old.id} cannot take its own place`);
  if (old.replacedBy !== null) return no("not-now", `${old.id} was replaced by ${old.replacedBy} already`);
  if (fresh.standing !== "in-use")
    return no("not-now", `${fresh.id} is ${fresh.standing}: \`okc resume ${fresh.id}\` first`);
  if (fresh.resident !== null && fresh.resident !== old.resident)
    return no("not-now", `${fresh.id} is enrolled for ${fresh.resident}: only a spare device takes another's place`);
  return null;
}

/** The new device takes whose it is, what it means and where it hangs; the old one is retired, and both remember it. */
export function replaceDevice(draft: Draft, old: Enrolled, fresh: Enrolled, by: string): void {
  const { resident, means, label, location } = old;
  const { id, bridge, address, key } = fresh;
  const personal = { person: `device:${id}`, data: { key } };
  const place = { resident, means, label, location };
  draft.emit({ kind: "device-saved", id, bridge, address, ...place, at: draft.now, personal });
  draft.emit({ kind: "device-replaced", device: old.id, with: id, by, at: draft.now });
  setStanding(draft, old, "retired", by);
}
