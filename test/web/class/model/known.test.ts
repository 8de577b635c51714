import { firstValueFrom, Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClassState } from '../../../../hub/client/api/class-api.ts';
import { HubError } from '../../../../hub/core/index.ts';
import { type Known, watchClass } from '../../../../web/class/model/known.ts';

const stateOf = (code: string): ClassState => ({
  ...{ code, isPaused: false, handedOut: [], addresses: [], seats: [] },
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('what is known of a class', () => {
  /** Watches a hub whose answers are given one by one. */
  function watch(isSeen = () => true) {
    const asked: Subject<ClassState>[] = [];
    const again$ = new Subject<void>();
    const known: Known[] = [];
    const state = () => {
      const answer = new Subject<ClassState>();
      asked.push(answer);
      return firstValueFrom(answer);
    };
    const watching = watchClass({ api: { state }, isSeen, again$ }).subscribe((one) => known.push(one));
    return { asked, again$, known, watching };
  }

  it('is asked for at once, each second, and when something was changed', async () => {
    const { asked, again$, known } = watch();
    await vi.advanceTimersByTimeAsync(0);
    asked[0]?.next(stateOf('A'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toHaveLength(2);
    again$.next();
    expect(asked).toHaveLength(3);
    asked[2]?.next(stateOf('C'));
    asked[1]?.next(stateOf('B'));
    await vi.advanceTimersByTimeAsync(0);
    expect(known.map(({ state }) => state?.code)).toEqual(['A', 'C']);
  });

  it('is known from an answer that takes longer than a second, too', async () => {
    const { asked, known } = watch();
    await vi.advanceTimersByTimeAsync(1_500);
    asked[0]?.next(stateOf('A'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect([known.map(({ state }) => state?.code), asked.length]).toEqual([['A'], 2]);
  });

  it('is reported once, however often the hub says the same', async () => {
    const { asked, known } = watch();
    for (const index of [0, 1, 2]) {
      await vi.advanceTimersByTimeAsync(index === 0 ? 0 : 1_000);
      asked[index]?.next(stateOf('A'));
    }
    await vi.advanceTimersByTimeAsync(0);
    expect([known.length, asked.length]).toEqual([1, 3]);
  });

  it('stays, and counts as stale, while the hub does not answer, and is fresh again after that', async () => {
    const { asked, known } = watch();
    await vi.advanceTimersByTimeAsync(0);
    asked[0]?.next(stateOf('A'));
    await vi.advanceTimersByTimeAsync(1_000);
    asked[1]?.error(new HubError('hub/unreachable', 'away'));
    await vi.advanceTimersByTimeAsync(1_000);
    asked[2]?.next(stateOf('B'));
    await vi.advanceTimersByTimeAsync(0);
    expect(known.map(({ state, isStale }) => [state?.code, isStale])).toEqual([
      ['A', false],
      ['A', true],
      ['B', false],
    ]);
  });

  it('is asked for once while nobody looks, and not after the end', async () => {
    const { asked, watching } = watch(() => false);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toHaveLength(1);
    watching.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
  });
});
