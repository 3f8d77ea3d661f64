/** The longest mark is `warning`. */
const MARK_CHARS = 8;

/** Wide characters take two columns on a terminal. */
const widthOf = (text: string): number => {
  let width = 0;
  for (const char of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/u.test(char) ? 2 : 1;
  return width;
};

const pad = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - widthOf(text)));

/** Rows under their headers, in columns. */
export function table(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headers.map((header, column) =>
    Math.max(widthOf(header), ...rows.map((row) => widthOf(row[column] ?? ""))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => pad(cell, widths[column]!))
      .join("  ")
      .trimEnd();
  return [line(headers), ...rows.map(line)].join("\n");
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Lines with the same mark before each, so that a search for it finds both languages. */
export function printMarked(mark: string, ...lines: readonly string[]): void {
  for (const line of lines) print(`${mark.padEnd(MARK_CHARS)} ${line}`);
}

export function printJson(data: unknown): void {
  print(JSON.stringify(data, null, 2));
}
