import { ref } from 'lit/directives/ref.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Connection } from '../../hub/client/hub-client.ts';
import type { Identity } from '../../hub/client/identity.ts';
import type { Language } from '../languages/index.ts';
import { header } from '../shared/header.ts';
import { pageLinks } from '../shared/page-links.ts';
import { sessionView } from '../shared/session-view.ts';
import { isInTheWay, type Trouble } from '../shared/trouble.ts';
import { lostBanner, notice, outdatedBanner } from '../shared/trouble-view.ts';
import { hashOf, OF_ONE_HUB, type Place, TABS } from './model/place.ts';
import type { Look } from './sections/section.ts';
import type { Words } from './words.ts';

/** All that the page shows. */
export interface PageState {
  readonly words: Words;
  readonly place: Place;
  readonly look: Look;
  /** The name of this hub in its cluster; `undefined` if it is in none. */
  readonly hubName: string | undefined;
  readonly connection: Connection;
  readonly trouble: Trouble | undefined;
  readonly identity: Identity | undefined;
  readonly isOutdated: boolean;
  readonly hasStayed: boolean;
  readonly chooseLanguage: (language: Language) => void;
  readonly signOut: () => void;
  readonly reconnect: () => void;
}

/** The whole page. */
export function pageView(state: PageState): TemplateResult {
  const { words, identity, connection, signOut, chooseLanguage, trouble } = state;
  return html`
    ${header({
      language: words.language,
      languageLabel: words.tell.language,
      chooseLanguage,
      facts: html`<li class="connection" data-status=${connection.status}>${words.say.title}</li>`,
      session: sessionView(words, { identity, connection, isWatching: false, signOut }),
      links: pageLinks(words, { here: 'admin', role: identity?.role ?? '' }),
    })}
    <div role="status">${bannerView(state)}</div>
    <main ?data-stale=${trouble !== undefined}>${contentView(state)}</main>`;
}

function contentView(state: PageState): TemplateResult {
  const { words, trouble, identity, reconnect, place, hubName } = state;
  const signOut = identity?.how === 'login' ? state.signOut : undefined;
  if (isInTheWay(trouble)) return notice(words, trouble, { reconnect, signOut });
  if (identity && identity.role !== 'admin') return notice(words, { is: 'denied' }, { reconnect, signOut });
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

function bannerView({ words, trouble, isOutdated, hasStayed, reconnect }: PageState) {
  if (trouble?.is === 'lost') return lostBanner(words, { trouble, isWatching: true });
  if (isOutdated) return outdatedBanner(words, reconnect);
  return hasStayed ? html`<div class="banner">${words.tell.notSignedOut}</div>` : nothing;
}
