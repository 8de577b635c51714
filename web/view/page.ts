import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { html, nothing, type TemplateResult } from 'lit/html.js';
import { map, type Observable } from 'rxjs';
import type { Connection } from '../../hub/client/hub-client.ts';
import type { HubError } from '../../hub/core/index.ts';
import type { Words } from '../i18n/words.ts';
import type { View } from '../kinds/kind.ts';
import type { Presence } from '../model/presence.ts';
import type { LanguageChoice } from '../page/language.ts';
import { bind } from './mount.ts';
import { watch } from './watch.ts';

/** A device's place on the page. */
export interface Card {
  readonly topic: string;
  readonly view: View;
}

export interface PageParts {
  readonly connection$: Observable<Connection>;
  readonly roundTripMs$: Observable<number | undefined>;
  readonly cards$: Observable<readonly Card[]>;
  readonly presence$: Observable<Presence>;
  /** Clients on the hub, where it says so. */
  readonly clients$: Observable<number>;
  /** Why the hub does not let us see its devices. */
  readonly denied$: Observable<HubError | undefined>;
  readonly language: LanguageChoice;
  readonly reconnect: () => void;
}

/** The whole dashboard. */
export function page(words: Words, parts: PageParts): TemplateResult {
  return html`
    ${header(words, parts)}
    <div role="status" class="banner-place">
      ${watch(parts.connection$.pipe(map((connection) => banner(words, connection, parts.reconnect))))}
      ${watch(parts.denied$.pipe(map((error) => (error ? deniedBanner(words, error, parts.reconnect) : nothing))))}
    </div>
    <main ${bind(HTMLElement, parts.connection$, showStale)}>
      ${watch(parts.cards$.pipe(map((cards) => (cards.length > 0 ? cardGrid(words, cards) : emptyPage(words)))))}
    </main>
  `;
}

function header(words: Words, parts: PageParts): TemplateResult {
  const { say } = words;
  return html`
    <header class="top">
      <h1>${logo}${say.title}</h1>
      <ul class="facts">
        <li class="connection" ${bind(HTMLElement, parts.connection$, showConnection)}>
          ${watch(parts.connection$.pipe(map((connection) => connectionText(words, connection))))}
          <span class="round-trip" title=${say.roundTrip}>${watch(
            parts.roundTripMs$.pipe(map((ms) => (ms === undefined ? '' : `${words.number(ms)} ms`))),
          )}</span>
        </li>
        <li>${watch(parts.presence$.pipe(map(({ online, all }) => say.devicesOnline(`${online}`, `${all}`))))}</li>
        <li>${watch(parts.clients$.pipe(map((count) => say.clientsConnected(words.number(count, 0)))))}</li>
      </ul>
      <nav>
        <a href="/simulator">${say.simulator}</a>
        ${languageSwitch(words, parts.language)}
      </nav>
    </header>
  `;
}

/** Four pads of a circuit board, one of them lit. */
export const logo = html`<svg class="logo" viewBox="0 0 28 28" aria-hidden="true">
  <rect x="1" y="1" width="26" height="26" rx="7" />
  <circle cx="9" cy="9" r="3" /><circle cx="19" cy="9" r="3" class="lit" />
  <circle cx="9" cy="19" r="3" /><circle cx="19" cy="19" r="3" />
</svg>`;

/** Buttons for the languages that there are. */
export function languageSwitch(words: Words, language: LanguageChoice): TemplateResult {
  const option = (code: Words['language'], short: string, name: string) => html`
    <button type="button" lang=${code} aria-label=${name} aria-pressed=${words.language === code}
      @click=${() => language.choose(code)}>${short}</button>
  `;
  return html`
    <div class="languages" role="group" aria-label=${words.say.language}>
      ${option('en', 'EN', 'English')}${option('pt-BR', 'PT', 'Português')}
    </div>
  `;
}

function banner(
  words: Words,
  connection: Connection,
  reconnect: () => void,
): TemplateResult | typeof nothing {
  const { say } = words;
  if (connection.status !== 'offline') return nothing;
  if (!connection.final)
    return html`<div class="banner"><p><b>${say.hubLost}</b> ${say.hubLostHint}</p></div>`;
  return reloadBanner(words, html`<b>${say.hubRefused}</b> ${connection.reason}`, reconnect);
}

function deniedBanner(words: Words, { code, message }: HubError, reconnect: () => void): TemplateResult {
  return reloadBanner(words, html`<b>${words.faults[code]}</b> ${message}`, reconnect);
}

function reloadBanner({ say }: Words, text: TemplateResult, reconnect: () => void): TemplateResult {
  return html`
    <div class="banner">
      <p>${text}</p>
      <button type="button" @click=${reconnect}>${say.reload}</button>
    </div>
  `;
}

function cardGrid(words: Words, cards: readonly Card[]): TemplateResult {
  // A card looks after itself: when others come and go, nothing of it is rendered again.
  const cell = ({ view }: Card) => guard([view, words], () => view(words));
  return html`<div class="cards">${repeat(cards, ({ topic }) => topic, cell)}</div>`;
}

function emptyPage({ say }: Words): TemplateResult {
  return html`
    <section class="empty">
      <span class="lamp" aria-hidden="true"></span>
      <h2>${say.noDevices}</h2>
      <p>${say.noDevicesHint}</p>
      <p><a href="/simulator?device=demo">${say.noDevicesTab}</a></p>
    </section>
  `;
}

function connectionText({ say }: Words, { status }: Connection): string {
  if (status === 'connecting') return say.connecting;
  return `${say.connected}: ${status === 'online' ? say.yes : say.no}`;
}

function showConnection(element: HTMLElement, { status }: Connection): void {
  element.dataset.status = status;
}

/** What is on the page may be out of date, and looks it. */
function showStale(main: HTMLElement, { status }: Connection): void {
  main.toggleAttribute('data-stale', status === 'offline');
}
