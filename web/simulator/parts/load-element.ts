import { loadAgain } from '../../shared/load-again.ts';

/**
 * Loads the element of a part that few boards have when the first one is drawn, because most pages can do without. Parts that are on the page before that are drawn
 * once the element is there.
 */
export function loadElement(load: () => Promise<unknown>): () => void {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    loadAgain(load).subscribe();
  };
}
