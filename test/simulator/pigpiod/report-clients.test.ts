import { BehaviorSubject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Hub } from '../../../hub/core/hub.ts';
import { createLocalBus } from '../../../hub/core/local-bus.ts';
import { reportClients } from '../../../simulator/pigpiod/report-clients.ts';

let hub: Hub;
let seen: string[];

beforeEach(() => {
  vi.useFakeTimers();
  hub = new Hub({ now: () => 0 });
  seen = [];
  createLocalBus(hub)
    .messages('lab/board/pigpiod/#')
    .subscribe(({ topic, text }) => seen.push(`${topic.replace('lab/board/pigpiod/', '')} ${text}`));
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the report of a pigpiod', () => {
  it('tells its port and its number of connections, the last number always, and takes all of it back at its end', async () => {
    const connections$ = new BehaviorSubject(0);
    const report = reportClients(createLocalBus(hub), { prefix: 'lab/', port: 8889, connections$ });
    for (const count of [1, 2, 1, 2]) connections$.next(count);
    expect(seen).toEqual(['port/actual 8889', 'connections/actual 0']);
    vi.advanceTimersByTime(200);
    expect(seen.at(-1)).toBe('connections/actual 2');
    expect(seen).toHaveLength(3);
    await report.close();
    connections$.next(5);
    vi.advanceTimersByTime(1_000);
    expect(seen.slice(3)).toEqual(['port/actual ', 'connections/actual ']);
    expect([...hub.retained.match('lab/#')]).toEqual([]);
  });

  it('says at once when a program comes after a quiet time', () => {
    const connections$ = new BehaviorSubject(0);
    reportClients(createLocalBus(hub), { prefix: 'lab/', port: 8888, connections$ });
    vi.advanceTimersByTime(1_000);
    connections$.next(1);
    expect(seen.at(-1)).toBe('connections/actual 1');
  });
});
