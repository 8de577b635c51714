import { BehaviorSubject, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { HubError } from '../../../../hub/core/index.ts';
import { createHouse, type HouseView, isOpen } from '../../../../web/dashboard/model/house.ts';
import type { DeviceState } from '../../../../web/shared/devices.ts';
import { stateOf } from './states.ts';

const leds = (count: number) => Array.from({ length: count }, (_, index) => stateOf(`led/${index}`));

function createBench(first: readonly DeviceState[]) {
  const states$ = new BehaviorSubject(first);
  const isHeld$ = new BehaviorSubject(false);
  const house = createHouse({ states$, identity$: of(undefined), isHeld$, kinds: ['led'] });
  const views: HouseView[] = [];
  house.view$.subscribe((view) => views.push(view));
  const view = () => views.at(-1) ?? expect.unreachable('the list is there at once');
  const topics = () => view().sections.flatMap(({ states }) => states.map(({ device }) => device.topic));
  return { states$, isHeld$, house, view, topics };
}

describe('the list of devices', () => {
  it('has all of a few open, and many closed until one is opened', () => {
    const { states$, house, view } = createBench(leds(4));
    expect(view().isSmall && isOpen(view(), 'led/0')).toBe(true);
    house.open('led/1', true);
    states$.next(leds(5));
    expect(view().isSmall).toBe(false);
    expect(['led/0', 'led/1'].map((topic) => isOpen(view(), topic))).toEqual([false, true]);
    house.open('led/1', false);
    expect(isOpen(view(), 'led/1')).toBe(false);
  });

  it('does not count hidden devices', () => {
    const { view } = createBench([...leds(4), stateOf('led/9', { isHidden: true })]);
    expect(view().isSmall).toBe(true);
  });

  it('stays as it is while a hand is on the page', () => {
    const { states$, isHeld$, topics } = createBench(leds(2));
    isHeld$.next(true);
    states$.next(leds(3));
    expect(topics()).toEqual(['led/0', 'led/1']);
    isHeld$.next(false);
    expect(topics()).toEqual(['led/0', 'led/1', 'led/2']);
  });

  it('publishes what differs in a label, and says what the hub refused', async () => {
    const published: string[] = [];
    const refusal = new HubError('auth/denied', 'not you');
    const publish = async (property: string, payload: string) => {
      if (property === 'meta/group') throw refusal;
      published.push(`${property}=${payload}`);
    };
    const state = stateOf('led/1', { publish, isFavorite: true });
    const { house, view } = createBench([state]);
    const label = { ...state.label, name: 'Lamp', isFavorite: false };
    expect(await house.setLabel(state, label)).toBe(true);
    expect(published).toEqual(['meta/name=Lamp', 'meta/favorite=']);
    expect(await house.setLabel(state, { ...label, group: 'Desk' })).toBe(false);
    expect(view().failure).toBe(refusal);
    house.edit('led/1');
    expect(view()).toMatchObject({ failure: undefined, edited: state });
  });

  it('forgets every device that it can', async () => {
    const forgotten: string[] = [];
    const forget = (topic: string) => async () => void forgotten.push(topic);
    const refusal = new HubError('auth/denied', 'not you');
    const states = [
      stateOf('led/1', { forget: () => Promise.reject(refusal) }),
      stateOf('led/2', { forget: forget('led/2') }),
    ];
    const { house, view } = createBench(states);
    expect(await house.forget(states)).toBe(false);
    expect(forgotten).toEqual(['led/2']);
    expect(view().failure).toBe(refusal);
  });
});
