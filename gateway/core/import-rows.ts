import { Draft } from "./draft.ts";
import { GatewayError } from "./errors.ts";
import type { DirectoryEvent } from "./events.ts";
import { planDevice } from "./import-devices.ts";
import { planBuilding, planResident } from "./import-residents.ts";
import { planContact, planResponder } from "./import-responders.ts";
import { Row, short, type Credential, type CsvRecord, type CsvTable, type ImportSite } from "./import-row.ts";
import type { RowPlanner } from "./import-row.ts";
import type { State } from "./state.ts";
import type { EpochMs } from "./units.ts";

export type { CsvRecord, CsvTable } from "./import-row.ts";

/** What a file of people or devices can be about; the header tells which. */
interface ImportKind {
  readonly name: string;
  readonly columns: readonly string[];
  /** Must all be there. */
  readonly required: readonly string[];
  /** One of them must be there: what no other kind has. Empty: `required` tells enough. */
  readonly telling: readonly string[];
  readonly plan: RowPlanner;
}

const KINDS: readonly ImportKind[] = [
  {
    name: "devices",
    columns: ["bridge", "address", "resident", "means", "label", "location", "key", "sip"],
    required: ["bridge", "address"],
    telling: [],
    plan: planDevice,
  },
  {
    name: "contacts",
    columns: ["responder", "channel", "address", "order", "not_delivered", "not_seen", "no_reply"],
    required: ["responder", "channel", "address"],
    telling: [],
    plan: planContact,
  },
  {
    name: "responders",
    columns: ["id", "name", "role", "building", "unit", "room", "residents", "quiet", "min_rest"],
    required: ["id", "name", "role"],
    telling: [],
    plan: planResponder,
  },
  {
    name: "residents",
    columns: "id,name,building,unit,room,phone,notes,key_place,priority,account,zone,key_holder".split(","),
    required: ["id", "name"],
    // A responders' file with a misspelt `role` must not become residents.
    telling: ["phone", "notes", "key_place", "key_holder", "priority", "account", "zone"],
    plan: planResident,
  },
  {
    name: "buildings",
    columns: ["name", "lat", "lon"],
    required: ["name"],
    telling: ["lat", "lon"],
    plan: planBuilding,
  },
];

export type RowFate = "created" | "updated" | "unchanged" | "refused";

export interface ImportPlan {
  /** `residents`, `buildings`, `responders`, `contacts` or `devices`. */
  readonly kind: string;
  /** One entry a row, in the file's order. */
  readonly rows: readonly { readonly line: number; readonly fate: RowFate; readonly message: string }[];
  /** About the file as a whole: how it was read, columns that are ignored. */
  readonly notes: readonly string[];
  readonly credentials: readonly Credential[];
  /** To be saved together; empty when nothing changes. */
  readonly events: readonly DirectoryEvent[];
}

/**
 * What a file would change, row by row, each over what the rows before it changed; the state stays as it is. Rows are
 * added or changed by their key and never deleted, and a row that is refused spoils no other.
 * @throws {GatewayError} `bad-input` when the header belongs to no kind.
 */
export function planImport(
  input: CsvTable & ImportSite & { readonly state: State; readonly now: EpochMs },
): ImportPlan {
  const { columns, records, state, now } = input;
  const kind = kindOf(columns);
  const draft = new Draft(state, now);
  const credentials: Credential[] = [];
  const events: DirectoryEvent[] = [];
  const rows = records.map((record) => {
    const planned = planRow(kind, record, draft, input);
    events.push(...planned.events);
    if (planned.credential) credentials.push(planned.credential);
    return { line: record.line, fate: planned.fate, message: planned.message };
  });
  const strange = columns.filter((column) => column !== "" && !kind.columns.includes(column));
  const ignored = strange.map(
    (column) => `column ${short(column)} is ignored; ${kind.name} have ${kind.columns.join(",")}`,
  );
  const notes = [...input.notes, ...ignored];
  return { kind: kind.name, rows, notes, credentials, events };
}

interface PlannedRow {
  readonly fate: RowFate;
  readonly message: string;
  readonly events: readonly DirectoryEvent[];
  readonly credential?: Credential;
}

const refused = (message: string): PlannedRow => ({ fate: "refused", message, events: [] });

function planRow(kind: ImportKind, record: CsvRecord, draft: Draft, site: ImportSite): PlannedRow {
  if (record.fault !== null) return refused(record.fault);
  const row = new Row(record);
  const overlong = row.overlong();
  if (overlong) return refused(overlong);
  const plan = kind.plan(row, draft.tables, site);
  if ("refused" in plan) return refused(plan.refused);
  const { changes, events, warnings, credential } = plan;
  if (changes?.length === 0) return { fate: "unchanged", message: warnings.join("; "), events: [] };
  for (const event of events) draft.emit(event);
  const what = changes === null ? [] : [`changed: ${changes.join(", ")}`];
  return {
    fate: changes === null ? "created" : "updated",
    message: [...what, ...warnings].join("; "),
    events,
    ...(credential ? { credential } : {}),
  };
}

function kindOf(columns: readonly string[]): ImportKind {
  const kind = KINDS.find(
    ({ required, telling }) =>
      required.every((column) => columns.includes(column)) &&
      (telling.length === 0 || telling.some((column) => columns.includes(column))),
  );
  if (kind) return kind;
  const known = KINDS.map(({ name, columns: allowed }) => `${name} ${allowed.join(",")}`).join("; ");
  throw new GatewayError("bad-input", `the header "${short(columns.join(","))}" belongs to no kind; allowed: ${known}`);
}
