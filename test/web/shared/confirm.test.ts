import { asyncScheduler, map, type Observable, Subject, sample } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { BusMessage } from '../../../hub/core/index.ts';
import { type Change, keepConfirmed, keepWhileThere, textChange } from '../../../web/shared/confirm.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The values that are known, over virtual time, of a hub that the test connects and disconnects. */
function createStage() {
  const begunMs = Date.now();
  const said$ = new Subject<Change<string>>();
  const hubAway$ = new Subject<void>();
  const hubBack$ = new Subject<void>();
  let known: string[] = [];
  keepConfirmed(said$, { hubAway$, hubBack$, scheduler: asyncScheduler }).subscribe((all) => {
    known = [...all.keys()];
  });
  const say = (key: string) => said$.next({ key, next: () => key });
  const waitUntil = (ms: number) => void vi.advanceTimersByTime(begunMs + ms - Date.now());
  return { say, waitUntil, away: () => hubAway$.next(), back: () => hubBack$.next(), known: () => known };
}

it('drops facts that a hub does not repeat after its return', () => {
  const { say, waitUntil, back, known } = createStage();
  for (const key of ['led/20', 'led/21']) say(key);
  back();
  say('led/21');
  waitUntil(2999);
  expect(known()).toEqual(['led/20', 'led/21']);
  waitUntil(3000);
  expect(known()).toEqual(['led/21']);
});

it('counts from the last return of a hub that comes back twice', () => {
  const { say, waitUntil, away, back, known } = createStage();
  say('led/21');
  back();
  waitUntil(2000);
  away();
  back();
  waitUntil(4000);
  expect(known()).toEqual(['led/21']);
  say('led/21');
  waitUntil(6000);
  expect(known()).toEqual(['led/21']);
});

it('drops nothing while the hub is away again', () => {
  const { say, waitUntil, away, back, known } = createStage();
  say('led/21');
  back();
  away();
  waitUntil(60_000);
  expect(known()).toEqual(['led/21']);
});

/** Everything that is emitted, as text, in the state that it had then. */
function listen(known$: Observable<ReadonlyMap<string, string>>) {
  const maps: ReadonlyMap<string, string>[] = [];
  const told: string[] = [];
  const textOf = (known: ReadonlyMap<string, string>) => JSON.stringify([...known]);
  known$.subscribe((known) => {
    maps.push(known);
    told.push(textOf(known));
  });
  return { told, texts: () => maps.map(textOf) };
}

const message = (topic: string, text: string): BusMessage => ({
  topic,
  text,
  bytes: new TextEncoder().encode(text),
  retained: true,
  retain: true,
});

it('never changes a map that it has emitted, and emits no map twice in a row', () => {
  const said$ = new Subject<BusMessage>();
  const heard = listen(keepConfirmed(said$.pipe(map(textChange)), { scheduler: asyncScheduler }));
  said$.next(message('led/20/status', 'online'));
  said$.next(message('led/20/status', 'online'));
  said$.next(message('led/21/status', 'online'));
  said$.next(message('led/20/status', ''));
  said$.next(message('led/20/status', ''));
  expect(heard.told).toHaveLength(4);
  expect(heard.texts()).toEqual(heard.told);
});

it('emits changes together that came before anybody looked', () => {
  const said$ = new Subject<BusMessage>();
  const looks$ = new Subject<void>();
  const pace = <V>(changes$: Observable<V>) => changes$.pipe(sample(looks$));
  const heard = listen(keepConfirmed(said$.pipe(map(textChange)), { pace, scheduler: asyncScheduler }));
  for (const topic of ['a', 'b', 'c']) said$.next(message(topic, topic));
  looks$.next();
  for (const topic of ['a', 'b']) said$.next(message(topic, ''));
  looks$.next();
  expect(heard.told).toEqual(['[]', '[["a","a"],["b","b"],["c","c"]]', '[["c","c"]]']);
  expect(heard.texts()).toEqual(heard.told);
});

it('forgets at once facts that hold only while the hub is there', () => {
  const said$ = new Subject<BusMessage>();
  const hubBack$ = new Subject<void>();
  const heard = listen(keepWhileThere(said$.pipe(map(textChange)), { hubBack$ }));
  said$.next(message('led/20/status', 'online'));
  hubBack$.next();
  said$.next(message('led/21/status', 'online'));
  expect(heard.told.slice(-2)).toEqual(['[]', '[["led/21/status","online"]]']);
});
