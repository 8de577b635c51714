/** The most letters that may differ in what is still taken for a slip. */
const MOST_SLIPS = 3;

/** Of known names the one that was probably meant by another, if there is one. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const most = Math.min(MOST_SLIPS, Math.floor(name.length / 2));
  const [best] = known
    .map((candidate) => ({ candidate, slips: countSlips(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ slips }) => slips <= most)
    .sort((one, other) => one.slips - other.slips);
  return best?.candidate;
}

/** How many letters must be put in, left out or exchanged to make one word of another (Levenshtein's distance). */
function countSlips(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= other.length; column++) {
      const exchanged = (row[column - 1] ?? 0) + (letter === other[column - 1] ? 0 : 1);
      next.push(Math.min(exchanged, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

/** How the command is called where it is not installed for the whole machine: as it is after `npm ci`. */
export const COMMAND = 'npx pinhub';
