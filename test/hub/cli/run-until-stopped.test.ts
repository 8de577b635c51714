import { expect, it } from 'vitest';
import { runUntilStopped } from '../../../hub/cli/run-until-stopped.ts';

it('a program ends if something that it has opened fails while the rest still opens, and closes it', async () => {
  const failure = new Error('lost');
  let isClosed = false;
  const program = runUntilStopped({ logLevel: 'silent' }, ({ failed$, closers }) => {
    closers.add(() => {
      isClosed = true;
    });
    failed$.error(failure);
    return new Promise(() => undefined);
  });
  await expect(program).rejects.toBe(failure);
  expect(isClosed).toBe(true);
});
