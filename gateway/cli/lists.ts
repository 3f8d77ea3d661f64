import { isOnTheWay } from "../core/alarm.ts";
import type { AlarmView } from "../core/alarm-view.ts";
import { inBoth } from "../core/chinese.ts";
import type { DeviceView } from "../core/device-view.ts";
import { CONDITION_WORDS } from "../core/device-words.ts";
import { GatewayError } from "../core/errors.ts";
import { TASK_WORDS, wordOf } from "../core/words.ts";
import { takeWords, type OptionName, type Typed } from "./arguments.ts";
import { ask, askText, connect } from "./connect.ts";
import { print, printJson, table } from "./print.ts";
import { wrongUse } from "./usage.ts";

type Row = Readonly<Record<string, unknown>>;

/** How a device stands, in both languages. What a fault says, and what to do about it, are messages: in both languages. */
const cellOf = (column: string, value: unknown): string =>
  column === "state" && typeof value === "string"
    ? wordOf(CONDITION_WORDS, value).join(" ")
    : messageOrCell(column, value);

const messageOrCell = (column: string, value: unknown): string =>
  (column === "detail" || column === "todo") && typeof value === "string"
    ? inBoth(value).replace("\n", " / ")
    : cell(value);

const cell = (value: unknown): string => {
  if (value === null || value === undefined) return "-";
  if (Array.isArray(value)) return value.map(cell).join(",");
  if (typeof value === "object" && "rssiDbm" in value) return signalText(value as DeviceView["signal"]);
  if (typeof value === "object") return isContact(value) ? `${value.channel}:${value.address}` : JSON.stringify(value);
  return String(value as string | number | boolean);
};

/** The last reading, and the worst of those that are kept. */
function signalText({ rssiDbm, linkQuality }: DeviceView["signal"]): string {
  const parts = [
    rssiDbm && `${rssiDbm.last} dBm (${rssiDbm.worst})`,
    linkQuality && `LQ ${linkQuality.last} (${linkQuality.worst})`,
  ];
  return parts.filter((part) => part !== null).join(" ") || "-";
}

const isContact = (value: object): value is { channel: string; address: string } =>
  "channel" in value && "address" in value;

interface ListForm {
  readonly path: string;
  readonly key: string;
  readonly columns: readonly string[];
}

/** The lists that are printed as they come. */
export const LISTS: Readonly<Record<string, ListForm>> = {
  residents: {
    path: "/api/residents",
    key: "residents",
    columns: ["id", "name", "building", "unit", "room", "account", "zone", "priority"],
  },
  devices: {
    path: "/api/devices",
    key: "devices",
    columns: [
      "id",
      "resident",
      "means",
      "label",
      "location",
      "state",
      "seenAt",
      "batteryPct",
      "signal",
      "testDueAt",
      "replacedBy",
    ],
  },
  responders: { path: "/api/responders", key: "responders", columns: ["id", "name", "role", "building", "contacts"] },
  paths: { path: "/api/paths", key: "paths", columns: ["id", "kind", "state", "lastProofAt", "why"] },
  faults: { path: "/api/faults", key: "faults", columns: ["level", "key", "code", "detail", "since", "count", "todo"] },
};

const OWN_OPTIONS: Readonly<Record<string, readonly OptionName[]>> = { residents: ["hotline-csv"], devices: ["all"] };

/** Retired devices are history: the table has them when it is asked for all. */
const isShown = ({ command, options }: Typed, row: Row): boolean =>
  command !== "devices" || options.all === true || row["standing"] !== "retired";

export async function list(typed: Typed): Promise<number> {
  takeWords(typed, 0, 0, ...(OWN_OPTIONS[typed.command] ?? []));
  const { path, key, columns } = LISTS[typed.command]!;
  const client = await connect(typed, "open");
  try {
    if (typed.options["hotline-csv"] === true) {
      process.stdout.write(await askText(client, "/api/residents/hotline.csv"));
      return 0;
    }
    const body = await ask<Record<string, Row[]>>(client, { method: "GET", path });
    if (typed.options.json) printJson(body);
    else
      print(
        table(
          columns,
          (body[key] ?? [])
            .filter((row) => isShown(typed, row))
            .map((row) => columns.map((column) => cellOf(column, row[column]))),
        ),
      );
    return 0;
  } finally {
    await client.close();
  }
}

/** `open` are all that need somebody: new, alerting, owned, attending. */
const STATES: readonly string[] = ["open", "resolved", "closed", "all"];

export async function alarms(typed: Typed): Promise<number> {
  takeWords(typed, 0, 0, "state");
  const { state = "open" } = typed.options;
  if (typeof state !== "string" || !STATES.includes(state))
    throw wrongUse(`no alarms are ${String(state)}; allowed: ${STATES.join(", ")}`, "alarms");
  const client = await connect(typed, "open");
  try {
    const path = `/api/alarms?state=${encodeURIComponent(state)}`;
    const body = await ask<{ alarms: AlarmView[] }>(client, { method: "GET", path });
    if (typed.options.json) printJson(body);
    else print(body.alarms.length === 0 ? inBoth(`no ${state} alarms`) : alarmTable(body.alarms));
    return 0;
  } finally {
    await client.close();
  }
}

function alarmTable(rows: readonly AlarmView[]): string {
  const headers = ["ID", "P", "KIND", "STATE", "WHO", "WHERE", "OWNER", "HOTLINE", "COMING", "OPENED", "FLAGS"];
  return table(
    headers,
    rows.map(({ id, priority, kind, state, home, device, owner, deliveries, offers, openedAt, flags }) => [
      id,
      String(priority),
      kind,
      state,
      home?.name ?? device,
      home ? [home.building, home.unit, home.room].filter(Boolean).join("-") : "-",
      owner ?? "-",
      deliveries.findLast(({ type }) => type === "hotline")?.status ?? "-",
      offers.filter(isOnTheWay).map(comingText).join(",") || "-",
      openedAt,
      flags.join(","),
    ]),
  );
}

/** One alarm as a message of the Common Alerting Protocol. */
export async function cap(typed: Typed): Promise<number> {
  const [id] = takeWords(typed, 1, 1);
  const client = await connect(typed, "open");
  try {
    const text = await askText(client, `/api/alarms/${encodeURIComponent(id!)}/cap`);
    if (typed.options.json) printJson({ cap: text });
    else process.stdout.write(text);
    return 0;
  } finally {
    await client.close();
  }
}

/** Who comes, and what for, where one fetches the key. */
const comingText = ({ name, responder, task }: AlarmView["offers"][number]): string =>
  `${name ?? responder}${task === undefined ? "" : ` (${TASK_WORDS[task][0]})`}`;

/** Prints what happens until somebody ends it; that the gateway went away is a failure. */
export async function watch(typed: Typed): Promise<number> {
  takeWords(typed, 0, 0);
  const client = await connect(typed, "refuse");
  for await (const line of client.follow("/api/stream")) {
    if (!line.startsWith("data:")) continue;
    const text = line.slice("data:".length).trim();
    if (typed.options.json) print(text);
    else print(summaryOf(JSON.parse(text) as Row));
  }
  throw new GatewayError("not-reachable", "the gateway ended the stream: it was stopped, or this was too slow");
}

function summaryOf({ kind, at, alarm, ...rest }: Row): string {
  const time = typeof at === "number" ? new Date(at).toISOString() : cell(at);
  const facts = Object.entries(rest)
    .filter(([, value]) => value !== null && typeof value !== "object")
    .map(([name, value]) => `${name}=${cell(value)}`);
  return [time, cell(kind), alarm === undefined ? "" : cell(alarm), ...facts].filter(Boolean).join("  ");
}
