import { Command } from 'commander';

/** A fact about the hub: its name and text; without a name it continues the line above. */
export type BannerLine = readonly [name: string, text: string];

/** The width of text on standard output: the terminal's, or unlimited for programs that read it. */
export function outputWidth(): number {
  return process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
}

const INDENT = 2;
const GAP = 2;

/** The text that the hub prints when it has started: a title, and facts in two columns, wrapped between words to the width. */
export function banner(title: string, lines: readonly BannerLine[], width = outputWidth()): string {
  const nameWidth = Math.max(...lines.map(([name]) => name.length));
  const wrapped = lines.flatMap((line) => wrap(line, width - INDENT - nameWidth - GAP));
  return ['', title, table(wrapped).replace(/^/gm, ' '.repeat(INDENT)), ''].join('\n');
}

function wrap([name, text]: BannerLine, width: number): BannerLine[] {
  const [first = '', ...rest] = new Command().createHelp().boxWrap(text, width).split('\n');
  return [[name, first], ...rest.map((line): BannerLine => ['', line])];
}

/** Rows of text in columns; the first row holds the column names. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' '.repeat(GAP)),
  );
  return lines.map((line) => line.trimEnd()).join('\n');
}
