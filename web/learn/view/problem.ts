import type { HubError } from '../../../hub/core/error.ts';
import { meaningOf } from '../../shared/words.ts';
import type { Words } from '../words.ts';

/** A problem in the reader's language; empty if there is none. What nobody foresaw also keeps its own message, which no language has. */
export function problemText(words: Words, problem: HubError | undefined): string {
  if (!problem) return '';
  const meaning = meaningOf(words, problem.code);
  if (meaning === undefined) return problem.message;
  return problem.code === 'internal' ? `${meaning} (${problem.message})` : meaning;
}
