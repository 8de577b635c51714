import type { Options } from 'minisearch';

/** A result of the search: a heading of the documentation with the text below it. */
export interface Passage {
  /** Its address below `/docs/`, as in `rest.html#lists`. */
  readonly id: string;
  /** The title of its page. */
  readonly page: string;
  readonly title: string;
  readonly text: string;
}

/** The README, in both languages: people who search for a common word most often want its explanation. */
const FOR_BEGINNERS = /^start\./;

/** How the words of the documentation are found. */
export const SEARCH_OPTIONS: Options<Passage> = {
  fields: ['page', 'title', 'text'],
  storeFields: ['page', 'title', 'text'],
  processTerm: foldWord,
  searchOptions: {
    boost: { title: 4, page: 2 },
    boostDocument: (id: string) => (FOR_BEGINNERS.test(id) ? 2 : 1),
    prefix: true,
    combineWith: 'AND',
    fuzzy: isLong,
  },
};

/** Small letters without accents, so that `tópico` and `topico` are the same word. */
export function foldWord(word: string): string {
  return word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Words of five letters or more may have a wrong one in five. */
function isLong(word: string): number | boolean {
  return word.length >= 5 ? 0.2 : false;
}
