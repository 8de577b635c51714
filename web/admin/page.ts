import { ref } from 'lit/directives/ref.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { notice } from '../shared/trouble-view.ts';
import { type Standing, waysOut, wholePage } from '../shared/whole-page.ts';
import { hashOf, OF_ONE_HUB, type Place, TABS } from './model/place.ts';
import type { Look } from './sections/section.ts';
import type { Words } from './words.ts';

/** All that the page shows. */
export interface PageState extends Standing {
  readonly words: Words;
  readonly place: Place;
  readonly look: Look;
  /** The name of this hub in its cluster; `undefined` if it is in none. */
  readonly hubName: string | undefined;
}

/** The whole page. */
export function pageView(state: PageState): TemplateResult {
  const { words } = state;
  return wholePage(words, state, {
    here: 'admin',
    title: words.say.title,
    content: () => contentView(state),
  });
}

function contentView(state: PageState): TemplateResult {
  const { words, identity, place, hubName } = state;
  if (identity && identity.role !== 'admin') return notice(words, { is: 'denied' }, waysOut(state));
  return html`${tabsView(state)}
    <section class="panel" aria-labelledby="section-title">
      <h2 id="section-title">${words.say[place.tab]}</h2>
      ${hubName !== undefined && OF_ONE_HUB.has(place.tab) ? html`<p class="of-one-hub">${words.say.ofOneHub(hubName)} <a href=${hashOf('cluster')}>${words.say.cluster}</a></p>` : nothing}
      ${state.look(words)}
    </section>`;
}

function tabsView({ words, place }: PageState): TemplateResult {
  return html`<nav class="tabs" aria-label=${words.say.sections}>${TABS.map(
    (tab) =>
      html`<a href=${hashOf(tab)} aria-current=${tab === place.tab ? 'page' : nothing}
        ${ref(tab === place.tab ? showCurrent : undefined)}>${words.say[tab]}</a>`,
  )}</nav>`;
}

/** On a phone the sections stand in a row that scrolls. */
function showCurrent(link: Element | undefined): void {
  link?.scrollIntoView({ block: 'nearest', inline: 'center' });
}
