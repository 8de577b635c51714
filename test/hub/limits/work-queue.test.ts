import { beforeEach, describe, expect, it } from 'vitest';
import { type WorkOwner, WorkQueue } from '../../../hub/limits/work-queue.ts';

let queue: WorkQueue;
/** The work that has begun, in order. */
let begun: string[];
let finishers: (() => void)[];
beforeEach(() => {
  queue = new WorkQueue({ concurrency: 2, waiting: 4 });
  begun = [];
  finishers = [];
});

const owner = (key: string): WorkOwner => ({ key, isKnown: false });
const known = (key: string): WorkOwner => ({ key, isKnown: true });

/** Work that lasts until `finish` ends it. */
function run(id: string, of: WorkOwner): Promise<string> {
  return queue.run(of, () => {
    begun.push(id);
    return new Promise((resolve) => finishers.push(() => resolve(id)));
  });
}

/** Ends the work that began first, and lets the next begin. */
async function finish(): Promise<void> {
  finishers.shift()?.();
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

async function finishAll(): Promise<void> {
  while (finishers.length > 0) await finish();
}

describe('a work queue', () => {
  it('runs a few tasks at a time, and the tasks of one owner in order', async () => {
    const all = ['a1', 'a2', 'a3', 'a4'].map((id) => run(id, owner('a')));
    await finish();
    expect(begun).toEqual(['a1', 'a2', 'a3']);
    await finishAll();
    expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'a4']);
    expect(begun).toEqual(['a1', 'a2', 'a3', 'a4']);
  });

  it('lets the owners take turns, known owners first', async () => {
    const owners = [owner('a'), owner('a'), owner('a'), owner('a'), owner('b'), known('k')];
    const all = owners.map((one, index) => run(one.key + index, one));
    await finishAll();
    await Promise.all(all);
    expect(begun).toEqual(['a0', 'a1', 'k5', 'a2', 'b4', 'a3']);
  });

  it('refuses the last of the longest queue if too many wait', async () => {
    const all = ['a', 'a', 'a', 'a', 'a', 'b', 'c'].map((key, index) => run(key + index, owner(key)));
    const outcomes = Promise.allSettled(all);
    await finishAll();
    const refused = (await outcomes).flatMap(({ status }, index) => (status === 'rejected' ? index : []));
    expect(refused, 'no room for the fifth that waits: that is the last of a').toEqual([4]);
    await expect(all[4]).rejects.toMatchObject({ code: 'limit/exceeded' });
    expect(begun).toEqual(['a0', 'a1', 'a2', 'b5', 'c6', 'a3']);
  });

  it('refuses an unknown owner for a known one, and a newcomer if no queue is longer', async () => {
    const keys = ['r', 'r', 'a', 'b', 'c', 'd'];
    const strangers = keys.map((key) => run(key, owner(key)));
    const late = run('e', owner('e'));
    await expect(late).rejects.toMatchObject({ code: 'limit/exceeded' });
    const user = run('owner', known('k'));
    await expect(strangers[5]).rejects.toMatchObject({ code: 'limit/exceeded' });
    await finishAll();
    expect(await user).toBe('owner');
    expect(begun).toEqual(['r', 'r', 'owner', 'a', 'b', 'c']);
  });

  it('continues after a task that failed', async () => {
    const failed = queue.run(owner('a'), async () => Promise.reject(new Error('no')));
    await expect(failed).rejects.toThrow('no');
    expect(await queue.run(owner('a'), async () => 7)).toBe(7);
  });
});
