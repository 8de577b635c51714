import {
  BehaviorSubject,
  combineLatest,
  distinctUntilChanged,
  filter,
  map,
  Observable,
  of,
  type Subscription,
  startWith,
  switchMap,
} from 'rxjs';
import type { Identity } from '../../hub/client/identity.ts';
import type { Language } from '../languages/index.ts';
import { drawNewest, nextFrame } from '../shared/frame.ts';
import type { LanguageChoice } from '../shared/language.ts';
import { createScreen, renderOn } from '../shared/screen.ts';
import { createSession, type SessionOptions } from '../shared/session.ts';
import { shareLatest } from '../shared/share-latest.ts';
import type { AtLesson, LessonId, Stage } from './lesson.ts';
import { LESSONS } from './lessons/index.ts';
import { isSamePlace, placeOf } from './model/learner.ts';
import { type KeptProgress, keepProgress } from './model/progress.ts';
import { pageView } from './page.ts';
import { words } from './words.ts';

export interface LearnParts extends SessionOptions, Pick<Stage, 'client' | 'address' | 'join'> {
  /** The learner's own name in topics. */
  readonly name: string;
  /** The first lesson to show. Default: the first of all. */
  readonly first: LessonId | undefined;
  /** Puts a lesson into the page's address. */
  readonly nameLesson: (id: LessonId) => void;
  readonly language: LanguageChoice;
  /** For a student: whether the class is paused, from the first time that it is. `identity$` says who visits. */
  readonly watchPause: (identity$: Observable<Identity | undefined>) => Observable<boolean>;
  readonly reconnect: () => void;
}

/**
 * Shows the lessons in an element, until it is unsubscribed. It draws at most once per frame, and never while hidden.
 */
export function showLearn(root: HTMLElement, parts: LearnParts): Subscription {
  const { client, name, language, reconnect, first = 'connection' } = parts;
  const session = createSession(client, parts);
  const chosen$ = new BehaviorSubject<LessonId>(first);
  const at$ = session.answer$.pipe(
    map((identity) => placeOf(identity, name)),
    distinctUntilChanged(isSamePlace),
    switchMap((place) =>
      place === undefined ? of('closed' as const) : learnBelow({ ...parts, ...place }, chosen$),
    ),
    startWith(undefined),
    shareLatest(),
  );
  const state$ = combineLatest({
    at: at$,
    chosen: chosen$,
    language: language.language$,
    connection: client.connection$,
    trouble: session.trouble$,
    identity: session.identity$,
    isOutdated: session.isOutdated$,
    hasStayed: session.hasStayed$,
    isPaused: parts.watchPause(session.answer$).pipe(startWith(false)),
  });
  const choose = (id: LessonId) => {
    parts.nameLesson(id);
    chosen$.next(id);
    scrollTo({ top: 0 });
    void showChosen(root);
  };
  const steady = {
    choose,
    reconnect,
    signOut: session.signOut,
    chooseLanguage: (one: Language) => language.choose(one),
  };
  const screen = createScreen();
  const drawing = drawNewest(screen, state$, (state) =>
    renderOn(screen, pageView({ ...steady, ...state, words: words[state.language] }), root),
  );
  drawing.add(language.language$.subscribe(nameDocument));
  void showChosen(root);
  return drawing;
}

/** On a phone the list of lessons is a scrolling row: scrolls to the current one. */
async function showChosen(root: HTMLElement): Promise<void> {
  await nextFrame();
  root
    .querySelector('.learn-list [aria-current="page"]')
    ?.scrollIntoView({ block: 'nearest', inline: 'center' });
}

/** Runs one lesson at a time and keeps the user's progress. */
function learnBelow(stage: Stage, chosen$: Observable<LessonId>): Observable<AtLesson> {
  return new Observable((observer) => {
    const progress = keepProgress(stage.client, stage.base);
    observer.add(() => progress.close());
    observer.add(chosen$.pipe(switchMap((id) => beAt(id, stage, progress))).subscribe(observer));
  });
}

function beAt(id: LessonId, stage: Stage, progress: KeptProgress): Observable<AtLesson> {
  return new Observable((observer) => {
    const lesson = LESSONS.find((one) => one.id === id)?.open(stage);
    if (!lesson) throw new TypeError(`there is no lesson ${id}`);
    observer.add(() => lesson.close());
    progress.open(id);
    const isDone$ = lesson.steps$.pipe(filter((steps) => steps.every(Boolean)));
    observer.add(isDone$.subscribe(() => progress.finish(id)));
    const at$ = combineLatest({ view: lesson.view$, steps: lesson.steps$, done: progress.done$ });
    observer.add(at$.pipe(map((at) => ({ ...at, base: stage.base }))).subscribe(observer));
  });
}

function nameDocument(language: Language): void {
  document.documentElement.lang = language;
  document.title = words[language].say.documentTitle;
}
