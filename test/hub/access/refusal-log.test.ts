import { pino } from 'pino';
import { expect, it } from 'vitest';
import { RefusalLog } from '../../../hub/access/refusal-log.ts';
import { HubError } from '../../../hub/core/error.ts';

it('says one refusal a second, and how many went unsaid', () => {
  const lines: string[] = [];
  let now = 0;
  const log = new RefusalLog(
    pino({ base: null, timestamp: false }, { write: (line) => lines.push(line) }),
    () => now,
  );
  for (; now < 2_000; now += 250) {
    log.add(
      'password',
      { address: '10.0.0.9' },
      new HubError('auth/denied', 'user name or password is wrong'),
    );
  }
  const said = { level: 30, how: 'password', address: '10.0.0.9', reason: 'user name or password is wrong' };
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { ...said, msg: 'not let in' },
    { ...said, unsaid: 3, msg: 'not let in' },
  ]);
});
