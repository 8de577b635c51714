import { Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { watchAway } from '../../../../web/dashboard/model/away.ts';
import type { DeviceState } from '../../../../web/shared/devices.ts';
import { stateOf } from './states.ts';

function createBench() {
  const scheduler = new TestScheduler(() => {});
  const states$ = new Subject<readonly DeviceState[]>();
  const seen: string[] = [];
  watchAway(states$, scheduler).subscribe((away) => seen.push([...away].join(' ')));
  const states = (...statuses: readonly (string | undefined)[]) =>
    states$.next(statuses.map((status, index) => ({ ...stateOf(`led/${index}`), status })));
  const passMs = (ms: number) => {
    scheduler.schedule(() => {}, ms);
    scheduler.maxFrames = scheduler.frame + ms;
    scheduler.flush();
  };
  return { states, seen, passMs };
}

describe('a device is away', () => {
  it('at once if it was offline when it was found', () => {
    const { states, seen } = createBench();
    states('offline', 'online', undefined);
    expect(seen).toEqual(['led/0']);
    states('offline', 'online', 'offline');
    expect(seen).toEqual(['led/0', 'led/0 led/2']);
  });

  it('when it has been offline for five seconds, and not one millisecond sooner', () => {
    const { states, seen, passMs } = createBench();
    states('online', 'online');
    states('offline', 'online');
    passMs(4999);
    states('offline', 'offline');
    expect(seen).toEqual(['']);
    passMs(1);
    expect(seen).toEqual(['', 'led/0']);
    passMs(4999);
    expect(seen.at(-1)).toBe('led/0 led/1');
  });

  it('no longer once it is back, and never for a short absence', () => {
    const { states, seen, passMs } = createBench();
    states('offline', 'online');
    states('offline', 'offline');
    passMs(3000);
    states('online', 'online');
    passMs(6000);
    expect(seen).toEqual(['led/0', '']);
  });

  it('still while a hub that is back has not said how the device is', () => {
    const { states, seen, passMs } = createBench();
    states('offline', 'online');
    states(undefined, undefined);
    passMs(6000);
    states('offline', 'online');
    expect(seen).toEqual(['led/0']);
  });
});
