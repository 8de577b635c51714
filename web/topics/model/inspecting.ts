import {
  BehaviorSubject,
  catchError,
  distinctUntilChanged,
  EMPTY,
  map,
  merge,
  type Observable,
  Subject,
  scan,
  startWith,
  tap,
  throttleTime,
} from 'rxjs';
import type { HubClient } from '../../../hub/client/hub-client.ts';
import { type HubError, type InspectionFrame, isTopicFilter, toHubError } from '../../../hub/core/index.ts';
import { shareLatest } from '../../shared/share-latest.ts';
import type { Kept } from './kept.ts';
import { firstLook, type Look, pin, requestOf, sift } from './look.ts';
import { nextShown, type Shown } from './shown.ts';

/** The part of the tree that somebody looks at, with the hub's data. */
export interface Inspecting {
  readonly look$: Observable<Look>;
  /** The text in the filter box, which may not be a valid filter. */
  readonly typedFilter$: Observable<string>;
  readonly shown$: Observable<Shown | undefined>;
  /** Each frame, once. */
  readonly frames$: Observable<InspectionFrame>;
  /** Why the hub does not show its topics. */
  readonly fault$: Observable<HubError | undefined>;
  readonly look: () => Look;
  readonly shown: () => Shown | undefined;
  change(changes: (look: Look) => Look): void;
  typeFilter(text: string): void;
  pin(topic: string): void;
}

interface InspectingParts {
  readonly client: Pick<HubClient, 'inspect'>;
  readonly kept: Kept;
  readonly selected: string | undefined;
  /** Called before the shown rows change. */
  readonly beforeShown: (before: Shown | undefined, after: Shown) => void;
}

/** The least time between two requests, as while scrolling, milliseconds. */
const REQUEST_MS = 60;

export function createInspecting({ client, kept, selected, beforeShown }: InspectingParts): Inspecting {
  const look$ = new BehaviorSubject(firstLook(kept.pins, selected));
  const typedFilter$ = new BehaviorSubject('');
  const fault$ = new BehaviorSubject<HubError | undefined>(undefined);
  const frames$ = new Subject<InspectionFrame>();
  let shown: Shown | undefined;
  const request$ = look$.pipe(
    map(requestOf),
    distinctUntilChanged((one, other) => JSON.stringify(one) === JSON.stringify(other)),
    throttleTime(REQUEST_MS, undefined, { leading: true, trailing: true }),
  );
  const shown$ = client.inspect(request$).pipe(
    tap((frame) => frames$.next(frame)),
    scan((before: Shown | undefined, frame) => {
      const after = nextShown(before, frame);
      beforeShown(before, after);
      shown = after;
      return after;
    }, undefined),
    catchError((error: unknown) => {
      fault$.next(toHubError(error));
      return EMPTY;
    }),
    startWith(undefined),
    shareLatest(),
  );
  const change = (changes: (look: Look) => Look) => look$.next(changes(look$.value));
  return {
    look$,
    typedFilter$,
    shown$: merge(shown$),
    frames$,
    fault$,
    look: () => look$.value,
    shown: () => shown,
    change,
    typeFilter(text) {
      typedFilter$.next(text);
      if (isInspectable(text)) change((look) => sift(look, { filter: text }));
    },
    pin(topic) {
      change((look) => pin(look, topic));
      kept.keepPins(look$.value.pins);
    },
  };
}

/** Whether a text can narrow the tree: it is a filter, or empty. */
export function isInspectable(text: string): boolean {
  return text === '' || (isTopicFilter(text) && !text.startsWith('$share/'));
}
