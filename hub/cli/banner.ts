/** A fact about the hub: its name and text; without a name it continues the line above. */
export type BannerLine = readonly [name: string, text: string];

/** The text that the hub prints when it has started: a title, and facts in two columns. */
export function banner(title: string, lines: readonly BannerLine[]): string {
  return ['', title, table(lines).replace(/^/gm, '  '), ''].join('\n');
}

/** Rows of text in columns; the first row has the names of the columns. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return lines.map((line) => line.trimEnd()).join('\n');
}
