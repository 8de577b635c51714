import MiniSearch, { type SearchResult } from 'minisearch';
import { type Excerpt, excerptOf } from './excerpt.ts';
import { type Passage, SEARCH_OPTIONS } from './passage.ts';
import { toQuery } from './query.ts';

/** A passage that was found. */
export interface Hit extends Omit<Passage, 'text'> {
  readonly excerpt: Excerpt;
}

/** Finds the passages with some words, the best first. */
export type Search = (words: string) => readonly Hit[];

const MOST_HITS = 20;

/** Loads the passages and makes their index. Rejects if they are not there. */
export async function loadSearch(address: string): Promise<Search> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return createSearch(await response.json());
}

export function createSearch(passages: readonly Passage[]): Search {
  const index = new MiniSearch<Passage>(SEARCH_OPTIONS);
  index.addAll(passages);
  return (words) => index.search(toQuery(words)).slice(0, MOST_HITS).map(toHit);
}

function toHit({ id, page, title, text, terms }: SearchResult): Hit {
  return { id, page, title, excerpt: excerptOf(text, terms) };
}
