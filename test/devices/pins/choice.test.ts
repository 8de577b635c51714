import { afterEach, describe, expect, test } from 'vitest';
import { type Choice, choosePins, type PinSources, parseDriver } from '../../../devices/pins/choice.ts';
import { createPigpioPins } from '../../../devices/pins/library/library-pins.ts';
import { HubError } from '../../../hub/core/error.ts';
import { Board } from '../../../simulator/board/board.ts';
import { createMemoryPins } from '../memory-pins.ts';
import { createBoardLibrary } from './library/board-library.ts';
import { type ScriptedDaemon, startScriptedDaemon } from './pigpiod/scripted-daemon.ts';

let daemon: ScriptedDaemon | undefined;
let choice: Choice | undefined;

afterEach(async () => {
  await choice?.pins.close();
  await daemon?.kill();
  choice = daemon = undefined;
});

const laptop: PinSources = {
  virtual: () => createMemoryPins(),
  // Nothing listens on port 1, which is reserved.
  pigpiod: { hosts: ['127.0.0.1'], port: 1, timeoutMs: 500 },
  pigpio: async () => {
    throw new HubError('driver/unavailable', 'npm pigpio has no binding here');
  },
};

const library = () => createPigpioPins({ load: async () => createBoardLibrary(new Board()) });

describe('auto', () => {
  test('takes a pigpiod that answers', async () => {
    daemon = await startScriptedDaemon();
    choice = await choosePins('auto', { ...laptop, pigpio: library, pigpiod: daemon.address });
    expect(choice.pins.driver).toBe('pigpiod');
    expect(choice.reasons).toEqual([`a pigpiod answers at 127.0.0.1:${daemon.address.port}.`]);
  });

  test('else npm pigpio, if it initialises', async () => {
    choice = await choosePins('auto', { ...laptop, pigpio: library });
    expect(choice.pins.driver).toBe('pigpio');
    expect(choice.reasons).toEqual([
      'no pigpiod answers at 127.0.0.1:1; "sudo pigpiod" starts one.',
      'npm pigpio has initialised.',
    ]);
  });

  test('else a virtual Pi, and says why none of the others', async () => {
    choice = await choosePins('auto', laptop);
    expect(choice.pins.driver).toBe('memory');
    expect(choice.reasons).toEqual([
      'no pigpiod answers at 127.0.0.1:1; "sudo pigpiod" starts one.',
      'npm pigpio has no binding here.',
      'So the pins are those of a virtual Pi.',
    ]);
  });

  test('does not take what answers but is no pigpiod', async () => {
    daemon = await startScriptedDaemon(() => 0);
    choice = await choosePins('auto', { ...laptop, pigpiod: daemon.address });
    expect(choice.pins.driver).toBe('memory');
  });
});

describe('asked for by name', () => {
  test('a pigpiod that does not answer yet is waited for', async () => {
    choice = await choosePins('pigpiod', laptop);
    expect(choice.pins.driver).toBe('pigpiod');
  });

  test('npm pigpio that does not initialise is an error', async () => {
    await expect(choosePins('pigpio', laptop)).rejects.toMatchObject({ code: 'driver/unavailable' });
  });

  test('a driver that there is not is an error that says which there are', () => {
    expect(() => parseDriver('gpiod')).toThrow(
      'no driver is called "gpiod"; there are auto, virtual, pigpiod, pigpio',
    );
    expect(parseDriver('auto')).toBe('auto');
  });
});
