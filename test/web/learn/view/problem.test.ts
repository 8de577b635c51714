import { expect, it } from 'vitest';
import { HubError, toHubError } from '../../../../hub/core/error.ts';
import { problemText } from '../../../../web/learn/view/problem.ts';
import { words } from '../../../../web/learn/words.ts';

const pt = words['pt-BR'];

it('is in the language of the reader, and not in that of the hub', () => {
  const paused = new HubError('class/paused', 'the teacher has paused the class');
  expect(problemText(pt, paused)).toBe(pt.faults['class/paused']);
  expect(problemText(pt, undefined)).toBe('');
});

it('keeps the message of what nobody foresaw', () => {
  expect(problemText(pt, toHubError(new TypeError('Failed to fetch')))).toBe(
    `${pt.faults.internal} (Failed to fetch)`,
  );
});
