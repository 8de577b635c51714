import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { fateOf, markProcess } from '../../../hub/files/process-mark.ts';

const own = markProcess();
const deadPid = Number(execFileSync(process.execPath, ['-p', 'process.pid']).toString());

describe.runIf(process.platform === 'linux')('the fate of a process', () => {
  it.each([
    ['this one', {}, 'running'],
    ['one that has ended', { pid: deadPid }, 'gone'],
    ['one that has ended, of which little is known', { pid: deadPid, incarnation: undefined }, 'gone'],
    ['one that runs, of which little is known', { incarnation: undefined }, 'running'],
    ['one whose number another has now', { incarnation: own.incarnation?.replace(/\d+$/, '1') }, 'gone'],
    ['one of before the machine was started', { incarnation: 'another-boot 1' }, 'gone'],
    ['one of another machine', { host: 'elsewhere', pid: deadPid }, 'unknown'],
    ['one of another container', { namespace: 'pid:[1]', pid: deadPid }, 'unknown'],
  ])('%s', (_which, changes, fate) => {
    expect(fateOf({ ...own, ...changes })).toBe(fate);
  });

  it('one that has ended, and whose parent has not asked how', async () => {
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [line] = await once(parent.stdout, 'data');
      const mark = { ...own, pid: Number(line), incarnation: undefined };
      await vi.waitUntil(() => fateOf(mark) === 'gone', { timeout: 20_000 });
      expect(readFileSync(`/proc/${mark.pid}/stat`, 'utf8')).toContain(') Z ');
    } finally {
      parent.kill('SIGKILL');
    }
  });
});
