import type { Draft } from "./draft.ts";
import { queueNotice } from "./notices.ts";
import type { Fault, Tables } from "./state.ts";
import { FAULT_WORDS, wordOf, type Word } from "./words.ts";

/** What staff can do something about by day: batteries, devices that are gone, ways that are broken. */
const TOLD: readonly string[] = [
  "battery-low",
  "device-silent",
  "device-left",
  "device-stuck",
  "line-quiet",
  "tamper",
  "test-overdue",
  "path-down",
  "line-down",
  "bridge-down",
  "bridge-silent",
  "contact-failed",
  "backup-failed",
];

/** Once a day, one message for each of the staff: what is broken, so that somebody mends it before it is needed. */
export function tellFaultsToStaff(draft: Draft): void {
  const { tables } = draft;
  const lines = [...tables.faults.values()].filter(({ code }) => TOLD.includes(code)).map((one) => lineOf(tables, one));
  if (lines.length === 0) return;
  for (const { id: responder, role } of [...tables.responders.values()])
    if (role === "staff") queueNotice(draft, { responder, about: "faults", lines });
}

/** What, and whose device; the rest stands at the desk. */
function lineOf(tables: Tables, { key, code, detail }: Fault): Word {
  const [chinese, english] = wordOf(FAULT_WORDS, code);
  const id = key.slice(key.indexOf(":") + 1);
  const device = tables.enrolled.get(id);
  if (!device)
    return [
      `${chinese}：${code === "contact-failed" ? detail : id}`,
      `${english}: ${code === "contact-failed" ? detail : id}`,
    ];
  const whose = device.resident === null ? "" : ` {r:${device.resident}}`;
  const where = [device.label, device.location].filter((part) => part !== "").join(" ");
  const rest = `${whose} ${where || id}`.trim();
  return [`${chinese}：${rest}`, `${english}: ${rest}`];
}
