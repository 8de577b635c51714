import { fold } from '../../shared/fold.ts';

/** Whether any of some texts hold what is searched for. */
export type Matcher = (texts: readonly string[]) => boolean;

/** Matches texts that together hold every word of the query, whatever the case and the accents; an empty query matches all. */
export function createMatcher(query: string): Matcher {
  const words = fold(query)
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return () => true;
  return (texts) => {
    const text = fold(texts.join('\n'));
    return words.every((word) => text.includes(word));
  };
}
