import { writeState, type State } from "../../gateway/core/state.ts";

type Row = readonly [string, unknown];

/** Rows as they would be written, in the order of their keys: an order of insertion is no fact. */
const rowsOf = (state: State): Record<string, readonly Row[]> => {
  const tables = JSON.parse(writeState(state)) as Record<string, Row[]>;
  for (const rows of Object.values(tables)) rows.sort((a, b) => (a[0] < b[0] ? -1 : 1));
  return tables;
};

/** The first thing in which two states differ, in words; null: they are the same. */
export function differenceOf(state: State, fold: State): string | null {
  const tables = rowsOf(state);
  const folded = rowsOf(fold);
  for (const [name, rows] of Object.entries(tables)) {
    const others = folded[name]!;
    if (JSON.stringify(rows) === JSON.stringify(others)) continue;
    const known = new Map(others);
    for (const [key, value] of rows)
      if (JSON.stringify(known.get(key)) !== JSON.stringify(value))
        return `${name} ${key}: ${JSON.stringify(value)} is ${JSON.stringify(known.get(key))} in the fold`;
    return `${name}: the fold has rows that the state has not`;
  }
  return null;
}
