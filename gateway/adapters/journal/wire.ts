import type { MonthFigures, MonthQuery } from "../../core/month-figures.ts";
import type { ResponseFigures, ResponseQuery } from "../../core/response-report.ts";
import type { Gap, JournalEvent, StoredEvent } from "../../ports/journal.ts";
import type { ReportProgress } from "../../ports/reports.ts";
import type { Upcast } from "./schema.ts";

/*
 * What crosses between the main thread and the writer. Flat arrays of texts and numbers: copying them costs a
 * fraction of copying objects, and the writer needs the texts as they are.
 */

/** An event as texts: kind, body (JSON without kind and `personal`), person, personal data (JSON). */
export type EventTexts = readonly [kind: string, body: string, person: string | null, personal: string | null];

/** A record: boot, number in that boot, at, schema version, notLogged (0 or 1), seq of its first event, events. */
export type WireRecord = [
  boot: string,
  n: number,
  at: number,
  v: number,
  notLogged: number,
  seq: number,
  ...events: EventTexts[],
];

/** A stored row: seq, at, notLogged, kind, v, body, person, personal data (JSON, null: none, or forgotten). */
export type WireRow = [
  seq: number,
  at: number,
  notLogged: number,
  kind: string,
  v: number,
  body: string,
  person: string | null,
  personal: string | null,
];

/** Writes an event as texts. Throws a TypeError for what JSON cannot say. */
export function textsOf(event: JournalEvent): EventTexts {
  const { kind, personal, ...rest } = event;
  if (typeof kind !== "string") throw new TypeError("a journal event needs a kind");
  const body = JSON.stringify(rest);
  return personal ? [kind, body, personal.person, JSON.stringify(personal.data)] : [kind, body, null, null];
}

/** Reads an event back. */
export function eventOf(texts: EventTexts): JournalEvent {
  const [kind, body, person, personal] = texts;
  const rest = JSON.parse(body) as Record<string, unknown>;
  if (person === null || personal === null) return { kind, ...rest };
  return { kind, ...rest, personal: { person, data: JSON.parse(personal) as Record<string, unknown> } };
}

/** Reads a stored row, brought to the present schema version. Throws when the body is not JSON. */
export function storedOf(row: WireRow, upcast: Upcast): StoredEvent {
  const [seq, at, notLogged, kind, v, body, person, personal] = row;
  return { seq, at, notLogged: notLogged !== 0, event: upcast(v, eventOf([kind, body, person, personal])) };
}

/** What a database holds, as the writer found it. */
export interface Opened {
  readonly status: "open";
  readonly gatewayId: string;
  readonly created: boolean;
  readonly snapshot: { readonly seq: number; readonly state: string } | null;
  readonly rows: readonly WireRow[];
  readonly lastSeq: number;
  readonly lastAt: number | null;
  /** The last record number of each boot. */
  readonly boots: readonly (readonly [boot: string, last: number])[];
  /** Rows whose personal data did not open although the person's key is there. */
  readonly unreadable: number;
  /** What the key file holds. */
  readonly key: Uint8Array;
}

export interface Damaged {
  readonly status: "damaged";
  readonly why: string;
}

/** A row that was found in a damaged file, and the record (`boot-number`) that it is part of; "": not known. */
export type FoundWireRow = [...WireRow, record: string];

/** What was found when a damaged database was moved aside. */
export interface Salvage {
  readonly movedTo: string;
  readonly backup: string | null;
  /** All entries of the kinds that are wanted of all history, in order. */
  readonly directory: readonly WireRow[];
  readonly snapshot: { readonly seq: number; readonly state: string } | null;
  /** After the snapshot, in order, with gaps. */
  readonly rows: readonly FoundWireRow[];
  readonly gap: Gap | null;
  readonly personKeys: readonly PersonKey[];
  /** Records of these runs up to these numbers are in what was found. */
  readonly boots: readonly (readonly [boot: string, last: number])[];
}

export type PersonKey = readonly [person: string, wrapped: Uint8Array];

/** What a new database takes the place of. */
export type TakenOver = Pick<Salvage, "movedTo" | "personKeys">;

export interface OpenOptions {
  readonly folder: string;
  readonly maxPages: number | null;
  /** A damaged database was moved aside just now: make a new one in its place, although backups are there. */
  readonly over: TakenOver | null;
}

/** A report of the journal in this data folder. */
export interface Asked<Query> {
  readonly folder: string;
  readonly query: Query;
}

/** Requests to the writer, or to a worker of its own for one task, and what each answers. */
export interface Requests {
  open: { readonly request: OpenOptions; readonly answer: Opened | Damaged };
  salvage: { readonly request: { folder: string; stamp: string; kinds: readonly string[] }; readonly answer: Salvage };
  commit: { readonly request: readonly WireRecord[]; readonly answer: null };
  mark: { readonly request: readonly number[]; readonly answer: null };
  read: { readonly request: { after: number; limit: number }; readonly answer: readonly WireRow[] };
  snapshot: { readonly request: { seq: number; state: string }; readonly answer: null };
  erase: { readonly request: string; readonly answer: null };
  checkpoint: { readonly request: "PASSIVE" | "TRUNCATE"; readonly answer: boolean };
  pages: { readonly request: number; readonly answer: null };
  stall: { readonly request: SharedArrayBuffer; readonly answer: null };
  carried: { readonly request: null; readonly answer: null };
  close: { readonly request: null; readonly answer: null };
  inspect: { readonly request: string; readonly answer: Inspection };
  backup: {
    readonly request: { folder: string; file: string; slowly: boolean };
    readonly answer: { readonly bytes: number; readonly lastSeq: number };
  };
  opens: { readonly request: string; readonly answer: boolean };
  restore: { readonly request: { folder: string; file: string; stamp: string }; readonly answer: Restored };
  responseTimes: { readonly request: Asked<ResponseQuery>; readonly answer: ResponseFigures | ReportProgress };
  month: { readonly request: Asked<MonthQuery>; readonly answer: MonthFigures | ReportProgress };
}

export type Inspection = { readonly ok: true; readonly events: number } | { readonly ok: false; readonly why: string };

/** What `restoreBackup` did. */
export interface Restored {
  readonly lastSeq: number;
  /** Where the database that was there before is now. */
  readonly previous: string | null;
}

export type Call = {
  [Type in keyof Requests]: { readonly id: number; readonly type: Type; readonly body: Requests[Type]["request"] };
}[keyof Requests];

export type Reply =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string } };
