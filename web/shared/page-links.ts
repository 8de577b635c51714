import { repeat } from 'lit/directives/repeat.js';
import { html } from 'lit/html.js';
import type { SharedWords } from './words.ts';

interface PageLink {
  readonly name: keyof SharedWords['tell']['pages'];
  readonly path: string;
  /** Only those with this role are led there. */
  readonly role?: string;
  /** Only these pages lead there: on a phone, a header has room for few. */
  readonly only?: readonly PageLink['name'][];
}

/** The pages to which headers lead. Those that are for some come first: nothing moves when it is known who is there. */
const PAGES: readonly PageLink[] = [
  { name: 'api', path: 'api', only: ['admin'] },
  { name: 'admin', path: 'admin', role: 'admin' },
  { name: 'class', path: 'class', role: 'seat' },
  { name: 'class', path: 'class', role: 'teacher' },
  { name: 'dashboard', path: './' },
  { name: 'learn', path: 'learn', only: ['dashboard', 'class'] },
  { name: 'python', path: 'learn#python', only: ['simulator'] },
  { name: 'topics', path: 'topics', only: ['dashboard'] },
  { name: 'simulator', path: 'simulator', only: ['dashboard'] },
];

interface LinksParts {
  readonly here: PageLink['name'];
  /** Of who is at the page; empty while nobody knows. */
  readonly role: string;
}

/** Ways to the other pages. A link stays the same element when another comes before it, so that a press on it counts. */
export function pageLinks({ tell }: SharedWords, { here, role: own }: LinksParts): unknown {
  const shown = PAGES.filter(
    ({ name, role = own, only = [here] }) => name !== here && role === own && only.includes(here),
  );
  return repeat(
    shown,
    ({ name }) => name,
    ({ name, path }) => html`<a href=${path}>${tell.pages[name]}</a>`,
  );
}
