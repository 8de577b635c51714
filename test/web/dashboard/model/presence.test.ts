import { BehaviorSubject, defer, NEVER, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createLocalBus, Hub } from '../../../../hub/core/index.ts';
import { countPresence, type Presence } from '../../../../web/dashboard/model/presence.ts';
import { createDeviceFeed } from '../../../../web/shared/device-feed.ts';
import type { Device } from '../../../../web/shared/devices.ts';

/** A device whose presence is set by hand, and which counts how often it was asked. */
function createDevice(topic: string) {
  const online$ = new BehaviorSubject(false);
  const asked = { times: 0 };
  const isOnline$ = defer(() => {
    asked.times++;
    return online$;
  });
  const feed = createDeviceFeed(createLocalBus(new Hub({ now: () => 0 })), topic);
  const device: Device = { topic, prefix: '', kind: 'led', feed, info$: NEVER, isOnline$ };
  return { device, online$, asked };
}

describe('the presence of devices', () => {
  it('is counted as they come, go on-line and leave', () => {
    const devices$ = new Subject<readonly Device[]>();
    const counts: Presence[] = [];
    countPresence(devices$).subscribe((count) => counts.push(count));
    const one = createDevice('led/1');
    const other = createDevice('led/2');
    devices$.next([]);
    expect(counts.at(-1)).toEqual({ online: 0, all: 0 });
    devices$.next([one.device, other.device]);
    one.online$.next(true);
    expect(counts.at(-1)).toEqual({ online: 1, all: 2 });
    devices$.next([other.device]);
    expect(counts.at(-1)).toEqual({ online: 0, all: 1 });
    other.online$.next(true);
    expect(counts.at(-1)).toEqual({ online: 1, all: 1 });
  });

  it('asks each device once, and none that has left', () => {
    const devices$ = new Subject<readonly Device[]>();
    const counting = countPresence(devices$).subscribe();
    const benches = ['led/1', 'led/2', 'led/3'].map(createDevice);
    for (const size of [1, 2, 3, 2]) devices$.next(benches.slice(0, size).map(({ device }) => device));
    expect(benches.map(({ asked }) => asked.times)).toEqual([1, 1, 1]);
    expect(benches.map(({ online$ }) => online$.observed)).toEqual([true, true, false]);
    counting.unsubscribe();
    expect(benches.some(({ online$ }) => online$.observed)).toBe(false);
  });
});
