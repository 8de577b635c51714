import { repeat } from 'lit/directives/repeat.js';
import { html } from 'lit/html.js';
import type { SharedWords } from './words.ts';

export type PageName = keyof SharedWords['tell']['pages'];

interface PageLink {
  readonly name: PageName;
  readonly path: string;
  /** Only people with this role see the link. */
  readonly role?: string;
  /** Only these pages have the link: on a phone, a header has room for few. */
  readonly only?: readonly PageName[];
}

/** The pages in the header. Those that only some roles see come first, so that nothing moves once the role is known. */
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
  { name: 'docs', path: 'docs/', only: ['dashboard', 'learn', 'api'] },
];

interface LinksParts {
  readonly here: PageName;
  /** The visitor's role; empty while it is not known. */
  readonly role: string;
}

/** Links to the other pages. A link keeps its element when another comes before it, so that a press that has begun still counts. */
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
