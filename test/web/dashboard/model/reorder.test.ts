import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reorder } from '../../../../web/dashboard/model/reorder.ts';
import { sectionsOf } from '../../../../web/dashboard/model/sections.ts';
import type { DeviceState } from '../../../../web/shared/devices.ts';
import { stateOf } from './states.ts';

const listed = (states: readonly DeviceState[]) =>
  sectionsOf(states, { away: new Set(), kinds: ['led'] }).flatMap((section) => section.states);

const topicsOf = (states: readonly DeviceState[]) => states.map(({ device }) => device.topic);

/** The list on the page once the hub has the new places. */
function listedAfter(states: readonly DeviceState[], from: number, to: number): readonly DeviceState[] {
  const orders = new Map(reorder(states, from, to).map(({ state, order }) => [state, order]));
  const now = states.map((state) => ({
    ...state,
    label: { ...state.label, order: orders.get(state) ?? state.label.order },
  }));
  return listed(now.toSorted((one, other) => one.device.topic.localeCompare(other.device.topic)));
}

const anyOrder = fc.option(
  fc.oneof(fc.integer({ min: -3, max: 9 }), fc.double({ min: -2, max: 5, noNaN: true })),
  {
    nil: undefined,
  },
);

describe('moving a device', () => {
  it('puts it at its new place, and leaves the order of the others as it was', () => {
    fc.assert(
      fc.property(fc.array(anyOrder, { minLength: 1, maxLength: 9 }), fc.nat(), fc.nat(), (orders, a, b) => {
        const states = listed(orders.map((order, index) => stateOf(`led/${index}`, { order })));
        const [from, to] = [a % states.length, b % states.length];
        const topics = topicsOf(states);
        const [moved = ''] = topics.splice(from, 1);
        topics.splice(to, 0, moved);
        expect(topicsOf(listedAfter(states, from, to))).toEqual(topics);
      }),
    );
  });

  it('gives no place to the devices behind it', () => {
    const states = ['led/1', 'led/2', 'led/3', 'led/4'].map((topic) => stateOf(topic));
    const placings = reorder(states, 1, 0);
    expect(placings.map(({ state, order }) => [state.device.topic, order])).toEqual([
      ['led/2', 1],
      ['led/1', 2],
    ]);
    expect(reorder(states, 2, 2)).toEqual([]);
  });
});
