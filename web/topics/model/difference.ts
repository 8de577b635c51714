import { readJson } from './payload-forms.ts';

/** A line of two texts: in both, or in one of them alone. */
export interface Line {
  readonly text: string;
  readonly is: 'same' | 'gone' | 'new';
}

/** Comparing takes time in proportion to the product of both lengths. */
const MOST_LINES = 400;

/** The changes from one payload to another, line by line; JSON as it is laid out. */
export function difference(before: string, after: string): readonly Line[] {
  return compareLines(linesOf(before), linesOf(after));
}

function linesOf(payload: string): readonly string[] {
  const json = readJson(payload);
  const text = json ? JSON.stringify(json.value, undefined, 2) : payload;
  return text.split('\n').slice(0, MOST_LINES);
}

/** The shortest list of changes from some lines to others, by their longest common subsequence. */
export function compareLines(before: readonly string[], after: readonly string[]): readonly Line[] {
  const common = commonLengths(before, after);
  const lines: Line[] = [];
  for (let [i, j] = [0, 0]; i < before.length || j < after.length; ) {
    const [old, fresh] = [before[i], after[j]];
    if (old !== undefined && old === fresh) {
      lines.push({ text: old, is: 'same' });
      i++;
      j++;
    } else if (
      fresh === undefined ||
      (old !== undefined && length(common, i + 1, j) >= length(common, i, j + 1))
    ) {
      lines.push({ text: old ?? '', is: 'gone' });
      i++;
    } else {
      lines.push({ text: fresh, is: 'new' });
      j++;
    }
  }
  return lines;
}

type Lengths = readonly (readonly number[])[];

const length = (lengths: Lengths, i: number, j: number) => lengths[i]?.[j] ?? 0;

/** How many lines the rests of both texts have in common, for each pair of lines. */
function commonLengths(before: readonly string[], after: readonly string[]): Lengths {
  const lengths = before.map(() => new Array<number>(after.length).fill(0));
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--) {
      const row = lengths[i] ?? [];
      const skipped = Math.max(length(lengths, i + 1, j), length(lengths, i, j + 1));
      row[j] = before[i] === after[j] ? length(lengths, i + 1, j + 1) + 1 : skipped;
    }
  return lengths;
}
