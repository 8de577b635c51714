import { asyncScheduler, Subject } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Change, keepConfirmed } from '../../../web/shared/confirm.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What is known over virtual time, of a hub that goes and comes by hand. */
function createStage() {
  const begunMs = Date.now();
  const said$ = new Subject<Change<string>>();
  const hubAway$ = new Subject<void>();
  const hubBack$ = new Subject<void>();
  let known: string[] = [];
  keepConfirmed(said$, { hubAway$, hubBack$, scheduler: asyncScheduler }).subscribe((all) => {
    known = [...all.keys()];
  });
  const say = (key: string) => said$.next({ key, apply: (all) => new Map(all).set(key, key) });
  const waitUntil = (ms: number) => void vi.advanceTimersByTime(begunMs + ms - Date.now());
  return { say, waitUntil, away: () => hubAway$.next(), back: () => hubBack$.next(), known: () => known };
}

it('drops what a hub that is back does not say again', () => {
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
