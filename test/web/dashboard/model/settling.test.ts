import { BehaviorSubject, type Observable } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchSettled } from '../../../../web/dashboard/model/settling.ts';

function open(
  settle: () => Promise<unknown> = async () => {},
  drawn: () => Promise<unknown> = async () => {},
) {
  const sources = {
    isOnline$: new BehaviorSubject(false),
    deviceCount$: new BehaviorSubject(0),
    trouble$: new BehaviorSubject<unknown>(undefined),
  };
  const isSettled$ = watchSettled({ ...sources, known: 1, settle, drawn });
  const seen = collect(isSettled$);
  return { ...sources, isSettled$, seen };
}

function collect(source$: Observable<boolean>): boolean[] {
  const seen: boolean[] = [];
  source$.subscribe((value) => seen.push(value));
  return seen;
}

describe('A page that opens', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is shown once the hub has sent the values of its first devices', async () => {
    let resolve = () => {};
    const promise = new Promise<void>((done) => {
      resolve = done;
    });
    const { isOnline$, deviceCount$, seen } = open(() => promise);
    isOnline$.next(true);
    deviceCount$.next(2);
    await vi.advanceTimersByTimeAsync(500);
    expect(seen).toEqual([false]);
    resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(seen).toEqual([false, true]);
  });

  it('is shown if the hub goes before it has sent them', async () => {
    const { deviceCount$, seen } = open(() => Promise.reject(new Error('gone')));
    deviceCount$.next(2);
    await vi.advanceTimersByTimeAsync(0);
    expect(seen).toEqual([false, true]);
  });

  it('is shown at once if its devices are so few that their values came before them', () => {
    const { deviceCount$, seen } = open(() => new Promise(() => {}));
    deviceCount$.next(1);
    expect(seen).toEqual([false, true]);
  });

  it('is shown a second after it is connected, if there are no devices', async () => {
    const { isOnline$, seen } = open();
    await vi.advanceTimersByTimeAsync(60_000);
    isOnline$.next(true);
    await vi.advanceTimersByTimeAsync(999);
    expect(seen).toEqual([false]);
    await vi.advanceTimersByTimeAsync(1);
    expect(seen).toEqual([false, true]);
  });

  it('does not count the time in which nothing can be drawn, as before its styles have come', async () => {
    let resolve = () => {};
    const frame = new Promise<void>((done) => {
      resolve = done;
    });
    const { isOnline$, seen } = open(undefined, () => frame);
    isOnline$.next(true);
    await vi.advanceTimersByTimeAsync(5000);
    expect(seen).toEqual([false]);
    resolve();
    await vi.advanceTimersByTimeAsync(1000);
    expect(seen).toEqual([false, true]);
  });

  it('is shown at once if something stands between it and the hub', () => {
    const { trouble$, seen } = open();
    trouble$.next({ is: 'denied' });
    expect(seen).toEqual([false, true]);
  });

  it('stays shown when it is asked for again, as after a change of language', () => {
    const { trouble$, isSettled$ } = open();
    trouble$.next({ is: 'denied' });
    expect(collect(isSettled$)).toEqual([true]);
  });
});
