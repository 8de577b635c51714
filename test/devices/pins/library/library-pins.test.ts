import { afterEach, expect, test, vi } from 'vitest';
import { loadPigpioLibrary, refusePi5 } from '../../../../devices/pins/library/library.ts';
import { createPigpioPins } from '../../../../devices/pins/library/library-pins.ts';
import { Board } from '../../../../simulator/board/board.ts';
import { createBoardLibrary } from './board-library.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test('closing leaves its lights low and the other pins as they are, and hands the library back', async () => {
  const board = new Board();
  board.write(20, 1);
  const library = createBoardLibrary(board);
  const pins = await createPigpioPins({ load: async () => library });
  const pin = await pins.pwm(21, 'led/21');
  await pin.setDuty(80);
  await pins.close();
  expect(board.level(21)).toBe(0);
  expect(board.waveform(21).dutyPercent).toBe(0);
  expect(board.level(20)).toBe(1);
  expect(library.isTerminated).toBe(true);
});

test('a pin that cannot be made low is reported, and the other pins still go low and the library still closes', async () => {
  const board = new Board();
  const library = createBoardLibrary(board);
  const pins = await createPigpioPins({ load: async () => library });
  for (const gpio of [20, 21]) await (await pins.pwm(gpio, `led/${gpio}`)).setDuty(80);
  const digitalWrite = vi.spyOn(library.Gpio.prototype, 'digitalWrite');
  digitalWrite.mockImplementationOnce(() => {
    throw new Error('pigpio error -41 in gpioWrite');
  });
  await expect(pins.close()).rejects.toMatchObject({
    code: 'driver/failed',
    message: expect.stringContaining('pigpio error -41'),
  });
  expect(board.level(21)).toBe(0);
  expect(board.waveform(21).dutyPercent).toBe(0);
  expect(library.isTerminated).toBe(true);
});

test('if the C library is missing, the reason is one sentence and nothing is printed', async () => {
  const printed = vi.spyOn(console, 'warn');
  await expect(loadPigpioLibrary()).rejects.toMatchObject({
    code: 'driver/unavailable',
    message: expect.stringMatching(/^npm pigpio (is not installed|has no binding|did not initialize)/),
  });
  expect(printed).not.toHaveBeenCalled();
});

test('a Pi 5 is refused before the library is loaded, and a Pi 4 is not', () => {
  expect(() => refusePi5('raspberrypi,5-model-b\0brcm,bcm2712\0')).toThrow('cannot drive a Raspberry Pi 5');
  expect(() => refusePi5('raspberrypi,4-model-b\0brcm,bcm2711\0')).not.toThrow();
});
