import { expect, it } from 'vitest';
import { presenceOf } from '../../../../web/dashboard/model/presence.ts';
import { stateOf } from './states.ts';

it('the presence of devices counts devices whose adapters say that they are there', () => {
  const states = [
    stateOf('led/1'),
    stateOf('led/2', { status: 'offline' }),
    { ...stateOf('led/3'), status: undefined },
  ];
  expect(presenceOf(states)).toEqual({ online: 1, all: 3 });
  expect(presenceOf([])).toEqual({ online: 0, all: 0 });
});
