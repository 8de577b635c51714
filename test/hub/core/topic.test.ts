import { describe, expect, it } from 'vitest';
import { HubError } from '../../../hub/core/error.ts';
import { isTopicName, parseTopicName } from '../../../hub/core/topic.ts';
import { NO_NAMES, ODD_NAMES } from './names.ts';

const WILDCARDS: readonly [string, string][] = [
  ['+ alone', '+'],
  ['# alone', '#'],
  ['+ as a level', 'a/+/b'],
  ['# as the last level', 'a/#'],
  ['+ within a level', 'a+b'],
  ['# within a level', 'a#'],
];

describe('A topic name', () => {
  it.each([...NO_NAMES, ...WILDCARDS])('may not be %s', (_title, value) => {
    expect(isTopicName(value)).toBe(false);
    const error = thrownBy(() => parseTopicName(value));
    expect(error).toBeInstanceOf(HubError);
    expect(error).toMatchObject({ code: 'topic/invalid' });
    expect((error as HubError).message.length).toBeLessThan(200);
  });

  it.each(ODD_NAMES)('may be %s', (_title, name) => {
    expect(isTopicName(name)).toBe(true);
    expect(parseTopicName(name)).toBe(name);
  });

  it('says in its error what is wrong with which name', () => {
    expect(() => parseTopicName('led/+/duty')).toThrow('"led/+/duty" has the wildcard "+"');
    expect(() => parseTopicName(42)).toThrow('must be text, not "42"');
    expect(() => parseTopicName('a/b/c', 2)).toThrow('more than 2 levels');
  });

  it('may have as many levels as it is given', () => {
    expect(isTopicName('a/b/c', 3)).toBe(true);
    expect(isTopicName('a/b/c/', 3)).toBe(false);
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
