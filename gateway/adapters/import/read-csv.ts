import { parse } from "csv-parse/sync";
import { GatewayError } from "../../core/errors.ts";
import type { CsvRecord, CsvTable } from "../../core/import-row.ts";
import { readText } from "./read-text.ts";

/** Rows with wrong quotes before the rest of the file is given up: each costs a pass over the rest. */
const WRONG_QUOTES_MAX = 100;
const WRONG_QUOTES = 'quotes (") do not close; a cell that holds a quote stands in quotes and has it twice';

const LINE_END = /\r\n|\n|\r/g;
const HEADERS = "a first line of column names, as id,name,building,unit,room or bridge,address,resident";

/**
 * Cuts a CSV file (RFC 4180; UTF-8 or GB18030) into rows by column name. Lines are counted as an editor shows
 * them, also behind cells of several lines. A row that cannot be cut carries its fault; empty rows are left out.
 * @throws {GatewayError} `bad-input` for a file that is too large, in another encoding, empty or without a usable header.
 */
export function readCsv(bytes: Uint8Array): CsvTable {
  const { text, notes } = readText(bytes);
  const [header, ...rows] = cutRows(text);
  if (!header) throw new GatewayError("bad-input", `the file is empty; it needs ${HEADERS}`);
  if (header.fault !== null) throw new GatewayError("bad-input", `line ${header.line}: ${header.fault}`);
  const columns = header.cells.map((name) => name.trim().toLowerCase());
  const twice = columns.find((name, index) => name !== "" && columns.indexOf(name) !== index);
  if (twice !== undefined)
    throw new GatewayError("bad-input", `line ${header.line}: column ${twice} stands in the header twice`);
  return { columns, records: rows.map((row) => nameCells(row, columns)), notes };
}

interface CutRow {
  readonly line: number;
  readonly cells: readonly string[];
  readonly fault: string | null;
}

/** Cuts the whole text; after a row with wrong quotes, goes on with the line behind its first. */
function cutRows(text: string): CutRow[] {
  const rows: CutRow[] = [];
  let line = 1;
  let rest = text;
  for (let faults = 0; faults <= WRONG_QUOTES_MAX; faults++) {
    const part = cutUntilFault(rest, line);
    rows.push(...part.rows);
    if (part.fault === null) return rows;
    rows.push({ line: part.fault.line, cells: [], fault: WRONG_QUOTES });
    const wrong = rest.slice(part.fault.index);
    const end = new RegExp(LINE_END).exec(wrong);
    if (!end) return rows;
    rest = wrong.slice(end.index + end[0].length);
    line = part.fault.line + 1;
  }
  rows.push({ line, cells: [], fault: `more than ${WRONG_QUOTES_MAX} rows with wrong quotes; the rest is not read` });
  return rows;
}

interface Part {
  readonly rows: readonly CutRow[];
  /** Where the first row with wrong quotes begins; null: there is none. */
  readonly fault: { readonly index: number; readonly line: number } | null;
}

interface Parsed {
  readonly record: readonly string[];
  /** How many bytes the file had up to the end of this record. */
  readonly info: { readonly bytes: number };
}

function cutUntilFault(text: string, firstLine: number): Part {
  let goodBytes = Infinity;
  const parsed = parse(text, {
    info: true,
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      goodBytes = Math.min(goodBytes, error?.["bytes"] as number);
    },
  }) as unknown as readonly Parsed[];
  const bytes = Buffer.from(text);
  const rows: CutRow[] = [];
  let line = firstLine;
  let start = 0;
  for (const { record, info } of parsed) {
    // The parser skips more than the one row after a fault; those are read again.
    if (info.bytes > goodBytes) break;
    if (record.some((cell) => cell.trim() !== "")) rows.push({ line, cells: record, fault: null });
    // Its own count takes CR and LF inside quotes for two lines.
    line += countLines(bytes.toString("utf8", start, info.bytes));
    start = info.bytes;
  }
  if (goodBytes === Infinity) return { rows, fault: null };
  return { rows, fault: { index: bytes.toString("utf8", 0, start).length, line } };
}

const countLines = (text: string): number => text.match(LINE_END)?.length ?? 0;

function nameCells({ line, cells, fault }: CutRow, columns: readonly string[]): CsvRecord {
  const extra = cells.slice(columns.length).some((cell) => cell.trim() !== "");
  const tooMany = `${cells.length} cells under ${columns.length} columns; put a cell that holds a comma in quotes`;
  // Cells missing at the end say nothing: they must not clear what is known.
  const named = columns.flatMap((name, index) => (name === "" || index >= cells.length ? [] : [[name, cells[index]!]]));
  return { line, cells: Object.fromEntries(named) as Record<string, string>, fault: fault ?? (extra ? tooMany : null) };
}
