import { expect, it } from 'vitest';
import { wordsOf } from '../../../hub/cli/languages/index.ts';
import { describeFailure } from '../../../hub/cli/log.ts';
import { HubError } from '../../../hub/core/error.ts';

const ENGLISH = wordsOf({});

const full = () => new HubError('store/unavailable', '"/data" cannot be used: the disk is full; make room');
const SAID = 'pinhub: "/data" cannot be used: the disk is full; make room (store/unavailable)';

it('a failure that has a name is a line', () => {
  expect(describeFailure(full(), ENGLISH)).toBe(SAID);
  const system = Object.assign(new Error('bind EACCES 0.0.0.0:80'), { code: 'EACCES', syscall: 'bind' });
  expect(describeFailure(system, ENGLISH)).toBe('pinhub: bind EACCES 0.0.0.0:80');
});

it('several failures are a line each, and none is printed twice', () => {
  const other = new HubError('hub/closing', 'too late');
  const nested = new AggregateError([full(), new AggregateError([full(), other])], 'not closed cleanly');
  expect(describeFailure(nested, ENGLISH)).toBe(`${SAID}\npinhub: too late (hub/closing)`);
});

it('a bug is printed with its stack', () => {
  expect(describeFailure(new TypeError('x is not a function'), ENGLISH)).toMatch(
    /^pinhub: TypeError: x is not a function\n +at /,
  );
  expect(describeFailure('thrown', ENGLISH)).toBe('pinhub: thrown');
});
