import {
  BehaviorSubject,
  combineLatest,
  distinctUntilChanged,
  fromEvent,
  map,
  type Observable,
  Subject,
  type Subscription,
  startWith,
  tap,
} from 'rxjs';
import type { ClassApi } from '../../../hub/client/api/class-api.ts';
import type { HubClient } from '../../../hub/client/hub-client.ts';
import type { Language } from '../../languages/index.ts';
import { drawNewest } from '../../shared/frame.ts';
import { hubAddress } from '../../shared/hub-address.ts';
import type { LanguageChoice } from '../../shared/language.ts';
import { createScreen, renderOn } from '../../shared/screen.ts';
import { createSession, type SessionOptions } from '../../shared/session.ts';
import { type Known, watchClass } from '../model/known.ts';
import { ClassNews } from '../model/live.ts';
import { words } from '../words.ts';
import { createClassActions } from './class-actions.ts';
import { pageView } from './page.ts';
import { classAddress } from './projector.ts';
import { createSeatActions } from './seat-actions.ts';

export interface TeacherParts extends SessionOptions {
  readonly client: HubClient;
  readonly api: ClassApi;
  readonly language: LanguageChoice;
  readonly location: Location;
  readonly reconnect: () => void;
}

/** Shows a class to its teacher, until it is unsubscribed. */
export function showTeacher(root: HTMLElement, options: TeacherParts): Subscription {
  const { client, api, language, location, reconnect } = options;
  const session = createSession(client, options);
  const news = new ClassNews(client);
  const changed$ = new Subject<void>();
  const spoken$ = new BehaviorSubject<Language>('en');
  const known$ = new BehaviorSubject<Known>({ state: undefined, isStale: false });
  const now = () => words[spoken$.value];
  const changed = () => changed$.next();
  const address = () => {
    const { state } = known$.value;
    const found = state && classAddress(location, state);
    return hubAddress({ href: found ?? location.href });
  };
  const steady = {
    place: location,
    news,
    actions: createClassActions({
      api,
      words: now,
      changed,
      handedOut: () => known$.value.state?.handedOut ?? [],
    }),
    seatActions: createSeatActions({ api, words: now, changed, address }),
    reconnect,
    signOut: session.signOut,
    chooseLanguage: language.choose,
  };
  const state$ = combineLatest({
    language: language.language$,
    connection: client.connection$,
    trouble: session.trouble$,
    identity: session.identity$,
    isOutdated: session.isOutdated$,
    hasStayed: session.hasStayed$,
    known: known$,
    isProjecting: watchProjecting(),
  });
  const screen = createScreen();
  const drawing = drawNewest(screen, state$, ({ language: code, ...state }) =>
    renderOn(screen, pageView({ ...steady, ...state, words: words[code] }), root),
  );
  drawing.add(
    watchClass({ api, isSeen: () => !document.hidden, again$: changed$ })
      .pipe(tap(({ state }) => news.keep(new Set(state?.seats.map(({ seat }) => seat)))))
      .subscribe((known) => known$.next(known)),
  );
  drawing.add(() => news.close());
  drawing.add(
    language.language$.pipe(distinctUntilChanged()).subscribe((code) => {
      spoken$.next(code);
      document.documentElement.lang = code;
      document.title = `${words[code].say.title} · Pinhub`;
    }),
  );
  return drawing;
}

/** The address contains whether the projector view is shown, so that the browser's back button leaves it. */
function watchProjecting(): Observable<boolean> {
  return fromEvent(window, 'hashchange').pipe(
    startWith(undefined),
    map(() => location.hash === '#projector'),
  );
}
