import type { circuit } from '../../../languages/en/circuit.ts';
import { type InLanguages, LANGUAGE_TAGS, type Language } from '../../../languages/index.ts';
import { createWords, type SharedWords } from '../../../shared/words.ts';

/** The texts of the editor in one language. */
export type Wording = typeof circuit;

/** The texts and formatters that the editor needs in one language. */
export interface CircuitWords extends SharedWords {
  readonly wording: Wording;
}

const SAID = createWords(
  import.meta.glob<Wording>('../../../languages/*/circuit.ts', { eager: true, import: 'circuit' }),
);

/** The texts of the editor in each language. */
export const circuitWords = Object.fromEntries(
  LANGUAGE_TAGS.map((tag) => {
    const { say: wording, ...shared } = SAID[tag];
    return [tag, { ...shared, wording }];
  }),
) as Record<Language, CircuitWords> satisfies InLanguages<CircuitWords>;
