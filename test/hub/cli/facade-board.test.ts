import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { openFacade } from '../../../hub/cli/facade.ts';
import { Closers } from '../../../hub/cli/run-until-stopped.ts';
import { Board } from '../../../simulator/board/board.ts';
import { createVirtualPins } from '../../../simulator/board/virtual-pins.ts';
import { createMemorySysfs } from '../../devices/pins/linux/memory-sysfs.ts';

const closers = new Closers();
afterEach(() => closers.close());

it('programs are told that this is a Pi 4 if the revision cannot be read, and the log says why', async () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const masked = async () => {
    throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
  };
  const files = { ...createMemorySysfs({ chips: [] }), read: masked };
  const { board } = await openFacade(createVirtualPins(new Board()), { log, closers }, files);
  expect(board.chip).toEqual(new Board().chip);
  expect(lines.join()).toContain(
    'linux,revision cannot be read: EACCES; programs for pigpio are told that this is a Pi 4',
  );
});
