import { html } from 'lit/html.js';
import {
  combineLatest,
  distinctUntilChanged,
  map,
  NEVER,
  type Observable,
  Subject,
  type Subscription,
  startWith,
  switchMap,
} from 'rxjs';
import type { AdminApi } from '../../hub/client/api/admin-api.ts';
import type { HubApi } from '../../hub/client/api/hub-api.ts';
import type { HubClient } from '../../hub/client/hub-client.ts';
import type { Language } from '../languages/index.ts';
import { openAsk } from '../shared/ask.ts';
import { drawNewest } from '../shared/frame.ts';
import type { LanguageChoice } from '../shared/language.ts';
import { createScreen, renderOn } from '../shared/screen.ts';
import { createSession, type SessionOptions } from '../shared/session.ts';
import { watchPlace } from './model/place.ts';
import { poll } from './model/poll.ts';
import { pageView } from './page.ts';
import { SECTIONS } from './sections/index.ts';
import type { Look, Question } from './sections/section.ts';
import { words } from './words.ts';

export interface AdminParts extends SessionOptions {
  readonly client: HubClient;
  readonly hub: HubApi;
  readonly language: LanguageChoice;
  readonly reconnect: () => void;
}

/** For a section that has nothing to show yet, or that its visitor may not see. */
const nowhere: Look = () => html``;
const NOTHING$: Observable<Look> = NEVER;

/** Shows the administration pages in an element, until it is unsubscribed. */
export function showAdmin(root: HTMLElement, options: AdminParts): Subscription {
  const { client, hub, language, reconnect } = options;
  const session = createSession(client, options);
  const changed$ = new Subject<void>();
  const changed = () => changed$.next();
  let spoken: Language = 'en';
  const confirm = ({ title, text, action, act }: Question) => {
    const now = words[spoken];
    openAsk(now, {
      title: title(now),
      content: html`<p>${text(now)}</p>`,
      action: action(now),
      isGrave: true,
      async act() {
        await act();
        changed();
        return undefined;
      },
    });
  };
  const isVisible = () => !document.hidden;
  const admin: AdminApi = hub.admin;
  const context = { api: admin, hub, again$: changed$, changed, confirm, isVisible };
  const isAdmin$ = session.identity$.pipe(
    map((identity) => identity?.role === 'admin'),
    distinctUntilChanged(),
  );
  const shown$ = combineLatest([watchPlace(window), isAdmin$]).pipe(
    switchMap(([place, isAdmin]) => {
      const look$ = isAdmin ? SECTIONS[place.tab]({ ...context, about: place.about }) : NOTHING$;
      return look$.pipe(
        startWith(nowhere),
        map((look) => ({ place, look })),
      );
    }),
  );
  const hubName$ = isAdmin$.pipe(
    switchMap((isAdmin) => (isAdmin ? poll(() => admin.cluster(), context) : NEVER)),
    map(({ value }) => value?.hub ?? undefined),
    startWith(undefined),
    distinctUntilChanged(),
  );
  const state$ = combineLatest({
    hubName: hubName$,
    language: language.language$,
    connection: client.connection$,
    trouble: session.trouble$,
    identity: session.identity$,
    isOutdated: session.isOutdated$,
    hasStayed: session.hasStayed$,
    shown: shown$,
  });
  const steady = { reconnect, signOut: session.signOut, chooseLanguage: language.choose };
  const screen = createScreen();
  const drawing = drawNewest(screen, state$, ({ language: code, shown, ...state }) =>
    renderOn(screen, pageView({ ...steady, ...state, ...shown, words: words[code] }), root),
  );
  drawing.add(
    language.language$.pipe(distinctUntilChanged()).subscribe((code) => {
      spoken = code;
      document.documentElement.lang = code;
      document.title = `${words[code].say.title} · Pinhub`;
    }),
  );
  return drawing;
}
