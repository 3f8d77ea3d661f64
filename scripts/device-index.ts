// Writes docs/device-index.md anew from what the definitions in devices/ say of themselves. Run it when a protocol or one
// of its facts changed: npm run device-index
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Definition, Example, Facts } from "../gateway/core/definition.ts";
import type { DecodedReport } from "../gateway/core/report.ts";
import { EVERYTHING } from "../test/support/spoken.ts";

export const INDEX_FILE = join(import.meta.dirname, "../docs/device-index.md");

const HEAD = `# Protocols and the devices that speak them

Made from the definitions in \`devices/\` by \`npm run device-index\`; a test says when it is stale. How each is set up stands in
[devices.md](devices.md), how much noise passes each check in [devices/integrity.md](devices/integrity.md).

| name in okc.yaml | protocol | over | devices | explicit cancel | battery | signal | reports by itself | integrity | tells the wearer |
|---|---|---|---|---|---|---|---|---|---|`;

const TRANSPORTS = { serial: "serial", mqtt: "MQTT", tcp: "TCP" } as const;
const UNITS = [
  [24 * 60 * 60_000, "d"],
  [60 * 60_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
  [1, "ms"],
] as const;

const cell = (text: string | null): string => (text ?? "no").replaceAll("|", "\\|");

function duration(ms: number): string {
  const [size, unit] = UNITS.find(([one]) => ms % one === 0)!;
  return `${ms / size} ${unit}`;
}

const every = ({ supervision: { heartbeatEveryMs: ms } }: Definition): string =>
  ms === null ? "never" : `every ${duration(ms)}`;

function silence({ supervision }: Definition): string {
  const { heartbeatEveryMs, silentAfterMs } = supervision;
  if (silentAfterMs === null)
    return heartbeatEveryMs === null
      ? "unsupervised: it never reports by itself; press it once a month as a test"
      : `reports every ${duration(heartbeatEveryMs)}; its silence is no fault`;
  const reports = heartbeatEveryMs === null ? "" : `reports every ${duration(heartbeatEveryMs)}; `;
  return `${reports}silent for ${duration(silentAfterMs)} is a fault`;
}

const KEYS = {
  made: "the gateway makes one for each device",
  given: "a device may have one of its own, which is typed in",
} as const;

function row(definition: Definition, facts: Facts): string {
  const { bridge, transport } = definition;
  const { title, devices, cancel, battery, signal, integrity, downlink } = facts;
  const cells = [cancel, battery, signal, every(definition), integrity, downlink].map(cell);
  return `| \`${bridge}\` | [${cell(title)}](#${anchorOf(title)}) | ${TRANSPORTS[transport]} | ${cell(devices)} | ${cells.join(" | ")} |`;
}

/** As the usual renderers of Markdown make it of a heading. */
const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");

function section(definition: Definition, facts: Facts): string {
  const { key, windowMs } = facts.dedup;
  const window = windowMs === null ? "as long as its counter is remembered" : `within ${duration(windowMs)}`;
  const stated: readonly (readonly [string, string])[] = [
    ["name in okc.yaml", `\`${definition.bridge}\``],
    ["transport", transportOf(definition)],
    ["devices", facts.devices],
    ["an address is", definition.addressForm],
    ["presses", facts.presses],
    ["cancel", facts.cancel ?? "none"],
    ["one press is told from the next by", `${key}; ${window}`],
    ["battery", facts.battery ?? "never told"],
    ["signal", facts.signal ?? "never told"],
    ["supervision", silence(definition)],
    ["integrity", facts.integrity ?? "**none**: noise or a forger may look like a press"],
    ["keys", definition.keys === undefined ? "none" : KEYS[definition.keys]],
    ["tells the wearer", facts.downlink ?? "**nothing**"],
    ["sources", facts.sources.join("; ")],
  ];
  const lines = stated.map(([name, text]) => `- ${name}: ${text}`);
  return [
    `## ${facts.title}`,
    "",
    ...lines,
    "",
    "Examples, each of which is a test:",
    "",
    ...facts.examples.map(example),
  ].join("\n");
}

function transportOf(definition: Definition): string {
  if (definition.transport === "serial") return `serial, ${definition.baud} baud`;
  if (definition.transport === "tcp") return "TCP: the device connects";
  return `MQTT, topics ${definition.reportFilters.map((filter) => `\`${filter}\``).join(", ")}`;
}

function example({ name, source, topic, text, hex, after = [], gives, reply }: Example): string {
  const message = code(hex ?? text ?? "");
  const at = topic === undefined ? "" : ` on ${code(topic)}`;
  const before = after.length === 0 ? "" : ` after ${after.map(code).join(", ")}`;
  const answer = reply === undefined ? "" : `; answered ${code(reply)}`;
  return `- ${name} (${source}): ${message}${at}${before} → ${given(gives)}${answer}`;
}

/** Control characters are shown as JSON shows them. */
function code(text: string): string {
  const shown = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
  const cut = shown.length > SHOWN_CHARS_MAX ? `${shown.slice(0, SHOWN_CHARS_MAX)}…` : shown;
  return cut.includes("`") ? `\`\` ${cut} \`\`` : `\`${cut}\``;
}
const SHOWN_CHARS_MAX = 160;

function given(gives: Example["gives"]): string {
  if (typeof gives === "string") return gives;
  return gives.map(reportOf).join(" and ") || "nothing yet";
}

function reportOf({ kind = "other", press, batteryPct, rssiDbm }: Partial<DecodedReport>): string {
  const parts = [
    press === undefined || press === null ? kind : `${kind}, pressed ${code(press)}`,
    batteryPct === undefined || batteryPct === null ? "" : `battery ${batteryPct} %`,
    rssiDbm === undefined ? "" : `${rssiDbm} dBm`,
  ];
  return parts.filter(Boolean).join(", ");
}

/** The page as it should be. */
export function deviceIndex(): string {
  const known = EVERYTHING.flatMap((definition) => (definition.facts ? [[definition, definition.facts] as const] : []));
  const byTitle = known.toSorted(([, a], [, b]) => (a.title.toLowerCase() < b.title.toLowerCase() ? -1 : 1));
  const rows = byTitle.map(([definition, facts]) => row(definition, facts));
  const sections = byTitle.map(([definition, facts]) => section(definition, facts));
  return `${[[HEAD, ...rows].join("\n"), ...sections].join("\n\n")}\n`;
}

/** The page as it stands. */
export const writtenIndex = (): string => readFileSync(INDEX_FILE, "utf8");

if (process.argv[1] === import.meta.filename) writeFileSync(INDEX_FILE, deviceIndex());
