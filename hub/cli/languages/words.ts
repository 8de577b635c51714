import type { ErrorCode } from '../../core/error.ts';
import type { help } from './en/help.ts';
import type { output } from './en/output.ts';
import type { Translate } from './translate.ts';

/** Everything that the command line says in one language. Log lines are not included: programs read them, so they are English. */
export interface Words {
  readonly help: typeof help;
  readonly output: typeof output;
  /** Errors carry English sentences. */
  readonly translate: Translate;
  /** The meaning of each code, for an error without a translation; the pages have the same texts. */
  readonly meanings: Readonly<Record<ErrorCode, string>>;
  /** The text for such an error: the meaning of its code, and its English sentence. */
  untranslated(meaning: string, english: string): string;
}

/** A sentence from another part, translated if the language has it. */
export function translated({ translate }: Words, english: string): string {
  return translate(english) ?? english;
}

/** The reason of an error, for a person. */
export function describeError(
  { translate, meanings, untranslated }: Words,
  { code, message }: { readonly code: ErrorCode; readonly message: string },
): string {
  const own = translate(message);
  if (own !== undefined) return own;
  // The code may come from a newer hub.
  return untranslated(Object.hasOwn(meanings, code) ? meanings[code] : '', message).trimStart();
}
