import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { StartOptions } from '../../../hub/cli/options.ts';
import { Closers } from '../../../hub/cli/run-until-stopped.ts';
import { openKept } from '../../../hub/cli/store.ts';

it('where nothing is to be kept, it is said what of the other options holds', async () => {
  const say = async (options: Partial<StartOptions>) => {
    const all = { ephemeral: true, data: '/data', durability: 'process', ...options } as StartOptions;
    return (await openKept(all, pino({ level: 'silent' }), new Closers())).text;
  };
  expect(await say({})).toBe('not kept (--ephemeral); users and tokens are, in /data');
  expect(await say({ durability: 'power' })).toBe(
    'not kept (--ephemeral), so --durability power is of no effect; users and tokens are, in /data',
  );
});
