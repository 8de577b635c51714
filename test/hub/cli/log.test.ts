import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '../../../hub/cli/log.ts';
import { HubError } from '../../../hub/core/error.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pinhub-log-'));
  path = join(folder, 'log');
});
afterEach(() => rm(folder, { recursive: true }));

/** The content of the log once its last line is there. */
function written(last: string): Promise<string> {
  return vi.waitUntil(
    async () => {
      const text = await readFile(path, 'utf8');
      return text.includes(last) && text.endsWith('\n') ? text : undefined;
    },
    { timeout: 20_000 },
  );
}

it('is a line of JSON for each event if a program reads it', async () => {
  const log = createLog('info', { isTerminal: false, destination: path });
  log.debug('not that');
  log.info({ device: 'led/21' }, 'online');
  log.error({ err: new HubError('driver/failed', 'the wire is loose') }, 'over');
  const lines = (await written('over')).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 30, device: 'led/21', msg: 'online' },
    { level: 50, err: { code: 'driver/failed', message: 'the wire is loose' }, msg: 'over' },
  ]);
});

it('is easy to read on a terminal: time of day, level, message, and the rest below', async () => {
  const log = createLog('info', { isTerminal: true, destination: path });
  log.debug('not that');
  log.warn({ device: 'led/21' }, 'the wire is loose');
  const text = await written('led/21');
  expect(text).toContain('\u001b[');
  expect(stripVTControlCharacters(text)).toMatch(
    /^\[\d\d:\d\d:\d\d\] WARN: the wire is loose\n {4}device: "led\/21"\n$/,
  );
});

describe('an error that has a name', () => {
  const failure = new HubError('store/unavailable', 'the disk is full; make room');
  const system = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', syscall: 'write' });

  it('is one line on a terminal, printed once', async () => {
    const log = createLog('info', { isTerminal: true, destination: path });
    log.error({ err: failure }, `${failure.message}; nothing is acknowledged`);
    log.error({ err: system }, 'history cannot be kept now');
    log.warn({ err: failure });
    log.info('over');
    const lines = stripVTControlCharacters(await written('over'))
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => line.replace(/^\[[^\]]*\] /, ''))).toEqual([
      'ERROR: the disk is full; make room; nothing is acknowledged',
      'ERROR: history cannot be kept now: ENOSPC: no space left',
      'WARN: the disk is full; make room',
      'INFO: over',
    ]);
  });

  it('has its stack if details are asked for, and if a program reads; a bug has it anywhere', async () => {
    createLog('debug', { isTerminal: true, destination: path }).error({ err: failure }, 'one');
    createLog('info', { isTerminal: false, destination: path }).error({ err: failure }, 'two');
    createLog('info', { isTerminal: true, destination: path }).error({ err: new TypeError('x') }, 'three');
    const text = await written('TypeError: x');
    expect(text.match(/\bat .*log\.test\.ts/g)?.length).toBeGreaterThanOrEqual(3);
  });
});
