import type { Choice } from '../../devices/drivers.ts';

/** A name, and what there is to know. */
export type BannerLine = readonly [name: string, text: string];

/** What the hub says of itself when it is up: a title, then lines of a name and what there is to know. */
export function banner(title: string, lines: readonly BannerLine[]): string {
  const width = Math.max(...lines.map(([name]) => name.length));
  const rows = lines.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`);
  return ['', title, ...rows, ''].join('\n');
}

/** Which driver drives the pins, and why. */
export function describePins({ driver }: Choice['pins'], reasons: Choice['reasons']): BannerLine[] {
  return [['Pins', driver], ...reasons.map((reason): BannerLine => ['', reason])];
}

/** Rows of text in columns, the first row being their names. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return lines.map((line) => line.trimEnd()).join('\n');
}
