import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Section, sectionsOf } from '../../../../web/dashboard/model/sections.ts';
import { stateOf } from './states.ts';

const kinds = ['led', 'button'];

const written = (sections: readonly Section[]) =>
  sections.map(({ kind, name, states }) => [kind, name, states.map(({ device }) => device.topic).join(' ')]);

describe('the sections of the page', () => {
  it('are favorites, devices in no group, the groups, devices that are away, hidden devices', () => {
    const states = [
      stateOf('ana/led/21'),
      stateOf('bruno/led/21', { group: 'Kitchen' }),
      stateOf('led/1', { isHidden: true, isFavorite: true }),
      stateOf('led/2', { isFavorite: true, group: 'Kitchen' }),
      stateOf('led/3'),
      stateOf('led/4', { isFavorite: true }),
      stateOf('led/5', { group: 'Kitchen' }),
    ];
    expect(written(sectionsOf(states, { away: new Set(['led/4', 'led/1']), kinds }))).toEqual([
      ['favorites', '', 'led/2'],
      ['group', '', 'led/3'],
      ['group', 'ana', 'ana/led/21'],
      ['group', 'Kitchen', 'led/5 bruno/led/21'],
      ['away', '', 'led/4'],
      ['hidden', '', 'led/1'],
    ]);
  });

  it('list devices by the place that people gave them, then by kind, then as they come', () => {
    const states = [
      stateOf('button/1'),
      stateOf('button/2', { order: 1 }),
      stateOf('led/1'),
      stateOf('led/2', { order: 2 }),
      stateOf('lock/1'),
    ];
    expect(written(sectionsOf(states, { away: new Set(), kinds }))).toEqual([
      ['group', '', 'button/2 led/2 led/1 button/1 lock/1'],
    ]);
  });

  it('hold every device once', () => {
    const anyState = fc
      .record({
        topic: fc.constantFrom('led/', 'ana/led/', 'button/'),
        group: fc.option(fc.constantFrom('A', 'B', 'ana'), { nil: undefined }),
        isFavorite: fc.boolean(),
        isHidden: fc.boolean(),
        isAway: fc.boolean(),
      })
      .map((parts) => parts);
    fc.assert(
      fc.property(fc.array(anyState), (parts) => {
        const states = parts.map(({ topic, isAway: _, ...label }, index) =>
          stateOf(`${topic}${index}`, label),
        );
        const away = new Set(
          states.filter((_, index) => parts[index]?.isAway).map(({ device }) => device.topic),
        );
        const listed = sectionsOf(states, { away, kinds }).flatMap((section) => section.states);
        expect(new Set(listed)).toEqual(new Set(states));
        expect(listed).toHaveLength(states.length);
      }),
    );
  });
});
