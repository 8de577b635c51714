import { describe, expect, it } from 'vitest';
import { WorkQueue } from '../../../hub/access/work-queue.ts';

describe('a work queue', () => {
  it('runs a few at a time, in order, and turns away what it has no room for', async () => {
    const queue = new WorkQueue({ concurrency: 2, waiting: 2 });
    const started: number[] = [];
    const finish: (() => void)[] = [];
    const run = (id: number) =>
      queue.run(() => {
        started.push(id);
        return new Promise<number>((resolve) => finish.push(() => resolve(id)));
      });
    const results = [run(1), run(2), run(3), run(4)];
    await expect(run(5)).rejects.toMatchObject({ code: 'limit/exceeded' });
    await Promise.resolve();
    expect(started).toEqual([1, 2]);
    finish[0]?.();
    expect(await results[0]).toBe(1);
    await Promise.resolve();
    expect(started).toEqual([1, 2, 3]);
    for (let index = 1; index < 4; index++) {
      finish[index]?.();
      await results[index];
      await Promise.resolve();
    }
    expect(started).toEqual([1, 2, 3, 4]);
  });

  it('goes on after work that failed', async () => {
    const queue = new WorkQueue({ concurrency: 1, waiting: 1 });
    await expect(queue.run(async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await queue.run(async () => 7)).toBe(7);
  });
});
