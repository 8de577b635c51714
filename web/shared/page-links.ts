import { html, type TemplateResult } from 'lit/html.js';
import type { SharedWords } from './words.ts';

/** The pages to which the header of every page leads. */
const PAGES = [
  { name: 'dashboard', path: './' },
  { name: 'simulator', path: 'simulator' },
  { name: 'admin', path: 'admin', role: 'admin' },
  { name: 'api', path: 'api', role: 'admin', only: 'admin' },
] as const satisfies readonly PageLink[];

interface PageLink {
  readonly name: keyof SharedWords['tell']['pages'];
  readonly path: string;
  /** Only those with this role are led there. */
  readonly role?: string;
  /** Only this page leads there: on a phone, a header has room for few. */
  readonly only?: string;
}

interface LinksParts {
  readonly here: PageLink['name'];
  /** Of who is at the page; empty while nobody knows. */
  readonly role: string;
}

/** Ways to the other pages. */
export function pageLinks({ tell }: SharedWords, { here, role: own }: LinksParts): readonly TemplateResult[] {
  const pages: readonly PageLink[] = PAGES;
  return pages
    .filter(({ name, role = own, only = here }) => name !== here && role === own && only === here)
    .map(({ name, path }) => html`<a href=${path}>${tell.pages[name]}</a>`);
}
