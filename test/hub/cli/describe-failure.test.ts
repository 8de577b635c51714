import { expect, it } from 'vitest';
import { wordsOf } from '../../../hub/cli/languages/index.ts';
import { describeFailure } from '../../../hub/cli/log.ts';
import { HubError, toHubError } from '../../../hub/core/error.ts';

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

it('a bug is printed with its stack, and with the place to report it, in the language', () => {
  const bug = new TypeError('x is not a function');
  const inPortuguese = wordsOf({ lang: 'pt-BR' });
  expect(describeFailure(bug, ENGLISH)).toMatch(
    /^pinhub: TypeError: x is not a function\n +at [\s\S]*\nThis is a fault of Pinhub\. .* https:/,
  );
  expect(describeFailure(toHubError(bug), inPortuguese)).toMatch(
    /\n +at [\s\S]*\nIsto é uma falha do Pinhub\. /,
  );
  expect(describeFailure('thrown', ENGLISH)).toMatch(/^pinhub: thrown\n/);
});

it('a bug of a hub elsewhere is a line, as its stack is there', () => {
  const error = new HubError('internal', 'x is not a function');
  expect(describeFailure(error, ENGLISH)).toBe('pinhub: x is not a function (internal)');
  expect(describeFailure(error, wordsOf({ lang: 'pt-BR' }))).toBe(
    'pinhub: Algo deu errado dentro do Pinhub. Em inglês: x is not a function (internal)',
  );
});
