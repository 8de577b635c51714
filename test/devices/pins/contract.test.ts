import * as vitest from 'vitest';
import { createPigpioPins } from '../../../devices/pins/library/library-pins.ts';
import { createPigpiodPins } from '../../../devices/pins/pigpiod/pigpiod-pins.ts';
import type { Pins } from '../../../devices/pins/pins.ts';
import { Board } from '../../../simulator/board/board.ts';
import { createVirtualPins } from '../../../simulator/board/virtual-pins.ts';
import { createPigpiodServer } from '../../../simulator/pigpiod/server.ts';
import { type PinsUnderTest, pinsContract } from '../../contracts/pins.ts';
import { createBoardLibrary } from './library/board-library.ts';

/** How often the drivers that must ask look for what others did, milliseconds. */
const POLL_MS = 20;

pinsContract(vitest, 'virtual', async () => {
  const board = new Board();
  return underTest(board, createVirtualPins(board));
});

pinsContract(vitest, 'pigpiod, against the virtual daemon', async () => {
  const board = new Board();
  const daemon = createPigpiodServer({ board, port: 0 });
  const { port } = await daemon.listen();
  const address = { hosts: ['127.0.0.1'], port, timeoutMs: 2000 };
  const pins = await createPigpiodPins({ address, pollMs: POLL_MS });
  return underTest(board, pins, () => daemon.close());
});

pinsContract(vitest, 'pigpio, with a library that has a virtual board', async () => {
  const board = new Board();
  const load = async () => createBoardLibrary(board);
  return underTest(board, await createPigpioPins({ load, pollMs: POLL_MS }));
});

function underTest(board: Board, pins: Pins, dispose = async () => {}): PinsUnderTest {
  return {
    pins,
    setFromElsewhere(gpio, frequencyHz, steps) {
      board.setFrequency(gpio, frequencyHz);
      board.setRange(gpio, board.realRange(gpio));
      board.setDutycycle(gpio, steps);
    },
    wire: (gpio, level) => board.wire(gpio, level),
    async dispose() {
      await pins.close();
      await dispose();
    },
  };
}
