import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
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
});
