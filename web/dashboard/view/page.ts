import { html, nothing, type TemplateResult } from 'lit/html.js';
import { combineLatest, connect, map, type Observable, type OperatorFunction } from 'rxjs';
import type { Connection } from '../../../hub/client/hub-client.ts';
import { type Identity, isWatchOnly } from '../../../hub/client/identity.ts';
import { header } from '../../shared/header.ts';
import type { LanguageChoice } from '../../shared/language.ts';
import { bind } from '../../shared/mount.ts';
import { pageLinks } from '../../shared/page-links.ts';
import type { Session } from '../../shared/session.ts';
import { sessionView } from '../../shared/session-view.ts';
import { shareAction } from '../../shared/share/open-share.ts';
import { isInTheWay, type Trouble } from '../../shared/trouble.ts';
import { lostBanner, notice, outdatedBanner, pausedBanner } from '../../shared/trouble-view.ts';
import { watch } from '../../shared/watch.ts';
import type { House } from '../model/house.ts';
import type { People } from '../model/people.ts';
import type { Presence } from '../model/presence.ts';
import type { Revealed } from '../model/reveal.ts';
import type { Words } from '../words.ts';
import { boardAway$ } from './board-away.ts';
import type { CellParts } from './cell.ts';
import { factView } from './fact.ts';
import { findDevices, type HouseParts, houseView } from './house.ts';
import { peopleView } from './people.ts';

export interface PageParts extends Omit<CellParts, 'view'> {
  readonly connection$: Observable<Connection>;
  readonly session: Session;
  /** For a student: whether the class is paused, at once and at every change. */
  readonly isPaused$: Observable<boolean>;
  /** Whether the content of the page may be shown. */
  readonly isSettled$: Observable<boolean>;
  /** Draws many devices a part at a time. */
  readonly reveal: OperatorFunction<readonly string[], Revealed>;
  readonly roundTripMs$: Observable<number | undefined>;
  /** How many devices are online; `undefined` while that is not known. */
  readonly presence$: Observable<Presence | undefined>;
  /** People on the hub; `undefined` while they are not known. */
  readonly people$: Observable<People | undefined>;
  readonly language: LanguageChoice;
  readonly reconnect: () => void;
}

/** The whole dashboard. */
export function page(words: Words, parts: PageParts): TemplateResult {
  const { connection$, session } = parts;
  const banner$ = combineLatest({
    trouble: session.trouble$,
    identity: session.identity$,
    isOutdated: session.isOutdated$,
    hasStayed: session.hasStayed$,
    isPaused: parts.isPaused$,
  }).pipe(map((state) => banners(words, { ...state, reload: parts.reconnect })));
  return html`
    ${headerView(words, parts)}
    <div role="status" class="banner-place">${watch(banner$)}</div>
    ${watch(boardAway$(words, session.identity$, parts.presence$))}
    <main ${bind(HTMLElement, parts.isSettled$, showSettled)} ${bind(HTMLElement, connection$, showStale)}
      ${bind(HTMLElement, session.identity$, showWatching)}>
      ${watch(content$(words, parts))}
    </main>
  `;
}

/** The content below the header: the devices, or why there are none. */
function content$(words: Words, parts: PageParts): Observable<unknown> {
  const { house, session, reconnect } = parts;
  // The page always listens to the devices: if it stopped while the hub is away, values being set on them would be lost.
  return combineLatest([session.trouble$, session.identity$, watchHouse(words, house, parts.reveal)]).pipe(
    map(([trouble, identity, shown]) => {
      if (!isInTheWay(trouble)) return devicesOr(words, { ...parts, ...shown }, trouble);
      const signOut = identity?.how === 'login' ? session.signOut : undefined;
      return notice(words, trouble, { reconnect, signOut });
    }),
  );
}

/** The devices in the order of the list, and how many of the devices that the search finds are on the page so far. */
function watchHouse(words: Words, house: House, reveals: PageParts['reveal']) {
  return house.view$.pipe(
    map((view) => ({ view, found: findDevices(words, view) })),
    connect((lists$) =>
      combineLatest([
        lists$,
        lists$.pipe(
          map(({ found }) => found),
          reveals,
        ),
      ]),
    ),
    map(([{ view, found }, revealed]) => ({ view, found: new Set(found), revealed })),
  );
}

function devicesOr(words: Words, parts: HouseParts, trouble: Trouble | undefined): unknown {
  if (parts.view.sections.length > 0) return houseView(words, parts);
  return trouble ? nothing : emptyPage(words, parts.view.identity);
}

function headerView(words: Words, { language, ...parts }: PageParts): TemplateResult {
  return header({
    language: words.language,
    languageLabel: words.tell.language,
    chooseLanguage: language.choose,
    facts: facts(words, parts),
    session: watch(sessionView$(words, parts.session, parts.connection$)),
    share: shareAction(words),
    links: watch(
      parts.session.identity$.pipe(
        map((identity) => pageLinks(words, { here: 'dashboard', role: identity?.role ?? '' })),
      ),
    ),
  });
}

/** The page's facts about the hub: the connection, its devices and its clients. */
function facts(words: Words, parts: Omit<PageParts, 'language'>): TemplateResult {
  const { say } = words;
  const { connection$, roundTripMs$, presence$, people$ } = parts;
  const roundTrip$ = roundTripMs$.pipe(map((ms) => (ms === undefined ? '' : `${words.number(ms)} ms`)));
  const presence = ({ online, all }: Presence) =>
    factView(say.devicesOnline(`${online}`, `${all}`), `${online}/${all} ${say.online}`);
  return html`
    <li class="connection" ${bind(HTMLElement, connection$, showConnection)}>
      ${watch(connection$.pipe(map((connection) => connectionText(words, connection))))}
      <span class="round-trip" title=${say.roundTrip}>${watch(roundTrip$)}</span>
    </li>
    <li>${watch(presence$.pipe(map((known) => (known ? presence(known) : nothing))))}</li>
    <li>${watch(people$.pipe(map((people) => (people ? peopleView(words, people) : nothing))))}</li>`;
}

function sessionView$(
  words: Words,
  { identity$, signOut }: Session,
  connection$: Observable<Connection>,
): Observable<unknown> {
  return combineLatest([identity$, connection$]).pipe(
    map(([identity, connection]) =>
      sessionView(words, {
        identity,
        connection,
        isWatching: isWatchOnly(identity),
        signOut,
        leadsToAdmin: true,
      }),
    ),
  );
}

interface BannerParts {
  readonly trouble: Trouble | undefined;
  readonly identity: Identity | undefined;
  readonly isOutdated: boolean;
  readonly hasStayed: boolean;
  readonly isPaused: boolean;
  readonly reload: () => void;
}

/** The most serious message, if there is any. */
function banners(words: Words, { trouble, identity, isOutdated, hasStayed, isPaused, reload }: BannerParts) {
  if (trouble?.is === 'lost') return lostBanner(words, { trouble, isWatching: isWatchOnly(identity) });
  if (isOutdated) return outdatedBanner(words, reload);
  if (hasStayed) return html`<div class="banner">${words.tell.notSignedOut}</div>`;
  return isPaused ? pausedBanner(words) : nothing;
}

/** A student has a virtual Pi of their own, named above. */
function emptyPage({ say }: Words, identity: Identity | undefined): TemplateResult {
  return html`
    <section class="empty">
      <span class="lamp" aria-hidden="true"></span>
      <h2>${say.noDevices}</h2>
      <p>${say.noDevicesHint}</p>
      ${identity?.role === 'seat' ? nothing : html`<p><a href="simulator?device=demo">${say.noDevicesTab}</a></p>`}
    </section>
  `;
}

function connectionText({ say }: Words, { status }: Connection): string {
  if (status === 'connecting') return say.connecting;
  return status === 'online' ? say.connected : say.notConnected;
}

function showConnection(element: HTMLElement, { status }: Connection): void {
  element.dataset.status = status;
}

function showSettled(main: HTMLElement, isSettled: boolean): void {
  main.toggleAttribute('data-settling', !isSettled);
}

function showWatching(main: HTMLElement, identity: Identity | undefined): void {
  main.toggleAttribute('data-watching', isWatchOnly(identity));
}

/** While the hub is away, the page looks out of date, as it may be. */
function showStale(main: HTMLElement, { status }: Connection): void {
  main.toggleAttribute('data-stale', status === 'offline');
}
