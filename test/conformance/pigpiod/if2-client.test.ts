import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../../programs.ts';
import { openSession, type Session } from './session.ts';

describeWith(['gcc', 'libpigpiod-if'], 'a program in C, with pigpiod_if2', () => {
  let session: Session;
  let folder: string;

  beforeAll(async () => {
    session = await openSession();
    folder = await mkdtemp(join(tmpdir(), 'pigpiod-if2-'));
    const source = join(import.meta.dirname, 'if2-client.c');
    const libraries = ['-lpigpiod_if2', '-lpthread', '-lrt'];
    await promisify(execFile)('gcc', ['-Wall', '-o', join(folder, 'client'), source, ...libraries]);
  });
  afterAll(async () => {
    await session.close();
    await rm(folder, { recursive: true });
  });

  it('drives pins, sends waves and hears edges, and leaves without a trace', async () => {
    const { board } = session;
    const program = session.run(join(folder, 'client'));
    const head = [];
    while (head.at(-1) !== 'ready') head.push(await program.line());
    expect(head).toEqual(['pwm 250 250', 'refused -41', 'wave 0 5', 'ready']);
    expect(board.waveform(21).dutyPercent).toBe(24.8);
    for (const level of [1, 0] as const) {
      board.wire(23, level);
      expect(await program.line()).toBe(`edge 23 ${level}`);
    }
    program.tell('done');
    expect(await program.done()).toEqual(['stopped']);
    expect(board.monitor.isActive).toBe(false);
  });
});
