import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createRefusalLog } from '../../../hub/access/guarded-access.ts';
import { HubError } from '../../../hub/core/error.ts';

it('says one refusal a second, and how many more there were', () => {
  const lines: string[] = [];
  let now = 0;
  const logRefusal = createRefusalLog(
    pino({ base: null, timestamp: false }, { write: (line) => lines.push(line) }),
    () => now,
  );
  for (; now < 2_000; now += 250) {
    logRefusal(
      'password',
      { address: '10.0.0.9' },
      new HubError('auth/denied', 'user name or password is wrong'),
    );
  }
  const said = { level: 30, how: 'password', address: '10.0.0.9' };
  const msg = 'refused: user name or password is wrong';
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { ...said, msg },
    { ...said, msg: `${msg}, and 3 more since the last such line` },
  ]);
});
