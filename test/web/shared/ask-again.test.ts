import { defer, NEVER, of, Subject, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Bus, HubError } from '../../../hub/core/index.ts';
import { askAgain } from '../../../web/shared/ask-again.ts';
import { createDeviceFeed } from '../../../web/shared/device-feed.ts';
import { findDevices } from '../../../web/shared/devices.ts';

const REFUSAL = new HubError('auth/denied', 'you may not read that');
const told = (code: string) => ({ code });

/** A source that refuses until the test allows it. */
function createSource() {
  const state = { isAllowed: false, asked: 0 };
  const source$ = defer(() => {
    state.asked++;
    return state.isAllowed ? of('value') : throwError(() => REFUSAL);
  });
  return { state, source$ };
}

describe('a subscription that the hub refuses', () => {
  it('is tried again each time that the hub is back, and each refusal is reported', () => {
    const { state, source$ } = createSource();
    const back$ = new Subject<void>();
    const seen: unknown[] = [];
    source$
      .pipe(askAgain(back$, ({ code }) => seen.push(told(code))))
      .subscribe({ next: (value) => seen.push(value), error: (error) => seen.push(error) });
    back$.next();
    expect([state.asked, seen]).toEqual([2, [told('auth/denied'), told('auth/denied')]]);
    state.isAllowed = true;
    back$.next();
    expect([state.asked, seen.at(-1)]).toEqual([3, 'value']);
    back$.next();
    expect(state.asked, 'and no more once it is given').toBe(3);
  });

  it('stays silent if the hub does not come back', () => {
    const { source$ } = createSource();
    const back$ = new Subject<void>();
    const ends: string[] = [];
    source$
      .pipe(askAgain(back$, () => {}))
      .subscribe({ complete: () => ends.push('complete'), error: () => ends.push('error') });
    back$.complete();
    expect(ends).toEqual([]);
  });

  it('to devices is reported, and leaves the list as it was', () => {
    const bus: Bus = { publish: async () => {}, messages: () => throwError(() => REFUSAL) };
    const seen: unknown[] = [];
    findDevices(bus, { onDenied: ({ code }) => seen.push(told(code)) }).subscribe((devices) =>
      seen.push(devices),
    );
    expect(seen).toEqual([told('auth/denied'), []]);
  });
});

it('what one may set of a device is asked for by its topic', () => {
  const asked: string[] = [];
  const mayPublish$ = (topic: string) => {
    asked.push(topic);
    return of(false);
  };
  const bus: Bus = { publish: async () => {}, messages: () => NEVER };
  const seen: boolean[] = [];
  createDeviceFeed(bus, 'ana/led/21', { mayPublish$ })
    .mayPublish$('duty')
    .subscribe((isAllowed) => seen.push(isAllowed));
  expect([asked, seen]).toEqual([['ana/led/21/duty'], [false]]);
});
