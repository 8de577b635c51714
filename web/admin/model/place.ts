import { fromEvent, map, type Observable, startWith } from 'rxjs';

/** The sections of the page, in their order. */
export const TABS = [
  'clients',
  'sessions',
  'trace',
  'retained',
  'users',
  'tokens',
  'limits',
  'rates',
  'refusals',
  'cluster',
] as const;

/** The sections that show the data of one hub alone, also in a cluster. */
export const OF_ONE_HUB: ReadonlySet<Tab> = new Set([
  'clients',
  'sessions',
  'trace',
  'limits',
  'rates',
  'refusals',
]);

export type Tab = (typeof TABS)[number];

/** The section that is shown, and its subject, such as a client. */
export interface Place {
  readonly tab: Tab;
  readonly about: string;
}

/** The place that a hash names: `#trace/sensor%201`. If it names no known place: the clients. */
export function parsePlace(hash: string): Place {
  const [name = '', ...rest] = hash.replace(/^#/, '').split('/');
  const tab = TABS.find((one) => one === name) ?? 'clients';
  return { tab, about: decode(rest.join('/')) };
}

/** The hash of a place. */
export function hashOf(tab: Tab, about = ''): string {
  return about === '' ? `#${tab}` : `#${tab}/${encodeURIComponent(about)}`;
}

/** The place in the page's address, at once and at every change. */
export function watchPlace(
  window: Pick<Window, 'location' | 'addEventListener' | 'removeEventListener'>,
): Observable<Place> {
  return fromEvent(window, 'hashchange').pipe(
    startWith(undefined),
    map(() => parsePlace(window.location.hash)),
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text; // Somebody typed it.
    throw error;
  }
}
