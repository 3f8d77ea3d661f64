import type { Definition } from "./definition.ts";
import type { DirectoryEvent } from "./events.ts";
import type { Tables } from "./state.ts";

/** One row of a file, by column name. */
export interface CsvRecord {
  /** Where the row begins in the file, from 1; the header stands above it. */
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
  /** Why the row could not be cut into cells; null: it could. */
  readonly fault: string | null;
}

/** A file as it was read, before anybody knows what it is about. */
export interface CsvTable {
  readonly columns: readonly string[];
  readonly records: readonly CsvRecord[];
  /** About the file as a whole: how it was read. */
  readonly notes: readonly string[];
}

/** A secret that is shown once. */
export type Credential =
  | { readonly line: number; readonly bridge: string; readonly address: string; readonly key: string }
  | {
      readonly line: number;
      readonly bridge: string;
      readonly address: string;
      readonly user: string;
      readonly password: string;
    };

/** What an import knows of the site around it. */
export interface ImportSite {
  readonly definitions: readonly Definition[];
  /** The entries of `volunteers`, by name. */
  readonly channels: readonly string[];
  readonly random: {
    /** 16 bytes as 32 hexadecimal digits. */
    key(): string;
    password(): string;
    sha256(text: string): string;
  };
}

/** What one row comes to. `changes` names the fields that differ from what was there; null: there was nothing. */
export type RowPlan =
  | { readonly refused: string }
  | {
      readonly changes: readonly string[] | null;
      readonly events: readonly DirectoryEvent[];
      readonly warnings: readonly string[];
      readonly credential?: Credential;
    };

/** Plans one row over the tables as the rows before it left them. */
export type RowPlanner = (row: Row, tables: Tables, site: ImportSite) => RowPlan;

/** Longer cells are refused: they would travel in every message about this person. */
const CELL_MAX = 2_000;
const ID_MAX = 64;

/** The cells of one record. A column that the file does not have leaves what is known as it is. */
export class Row {
  readonly line: number;
  readonly #cells: Readonly<Record<string, string>>;

  constructor({ line, cells }: CsvRecord) {
    this.line = line;
    this.#cells = cells;
  }

  /** The cell without blanks around it; undefined where the file has no such column. */
  maybe(column: string): string | undefined {
    return Object.hasOwn(this.#cells, column) ? this.#cells[column]!.trim() : undefined;
  }

  /** The cell, else what is known, else nothing. */
  cell(column: string, known = ""): string {
    return this.maybe(column) ?? known;
  }

  /** The first cell that is too long, in words; null: none. */
  overlong(): string | null {
    const long = Object.entries(this.#cells).find(([, text]) => text.length > CELL_MAX);
    return long ? `${long[0]} has ${long[1].length} characters; at most ${CELL_MAX} are kept` : null;
  }
}

/** What is wrong with an id, or null. Colons separate bridge and address, semicolons separate ids. */
export function wrongId(column: string, id: string): string | null {
  if (id === "") return `${column} is empty; every row needs one`;
  if (id.length <= ID_MAX && !/[\s:;,/]/.test(id)) return null;
  return `${column} "${short(id)}" is no id; must be 1 to ${ID_MAX} characters without blanks and : ; , /`;
}

const SHOWN_MAX = 40;

/** A cell as it can stand in a one-line message. */
export function short(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > SHOWN_MAX ? `${line.slice(0, SHOWN_MAX)}…` : line;
}

/** The names of the fields whose values differ; null where there was nothing before. */
export function changesOf<Values extends object>(known: Values | undefined, wanted: Values): readonly string[] | null {
  if (!known) return null;
  const names = Object.keys(wanted) as (keyof Values & string)[];
  return names.filter((name) => JSON.stringify(known[name]) !== JSON.stringify(wanted[name]));
}

/** A building that nobody imported has no place on a map; it is no reason to refuse a person. */
export const buildingWarnings = (tables: Tables, building: string): readonly string[] =>
  building === "" || tables.buildings.get(building)
    ? []
    : [`building ${short(building)} is not imported: it has no position`];
