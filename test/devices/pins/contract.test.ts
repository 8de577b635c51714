import * as vitest from 'vitest';
import { createPigpioPins } from '../../../devices/pins/library/library-pins.ts';
import { createLinuxPins } from '../../../devices/pins/linux/create-linux-pins.ts';
import { createPigpiodPins } from '../../../devices/pins/pigpiod/pigpiod-pins.ts';
import type { Pins } from '../../../devices/pins/pins.ts';
import { createRgpiodPins } from '../../../devices/pins/rgpiod/create-rgpiod-pins.ts';
import type { Address } from '../../../devices/pins/socket/dial.ts';
import { Board } from '../../../simulator/board/board.ts';
import { createVirtualPins } from '../../../simulator/board/virtual-pins.ts';
import { createPigpiodServer } from '../../../simulator/pigpiod/server.ts';
import { type ContractGpios, type PinsUnderTest, pinsContract } from '../../contracts/pins.ts';
import { createMemoryGpio } from './chardev/memory-gpiochip.ts';
import { createBoardLibrary } from './library/board-library.ts';
import { createMemorySysfs } from './linux/memory-sysfs.ts';
import { PI_4, PI_5, timerChip } from './linux/pi-trees.ts';
import { startStandInRgpiod } from './rgpiod/stand-in-rgpiod.ts';

/** How often polling drivers check for changes by others, milliseconds. */
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

for (const generation of ['6.1', '6.12'] as const) {
  const limitsHz = [0.25, 10_000] as const;
  const create = async (): Promise<PinsUnderTest> => {
    const gpios = [17, 18, 21];
    const chips = gpios.map((gpio, index) => timerChip(gpio, `pwmchip${index}`));
    const files = createMemorySysfs({ ...PI_4, generation, chips });
    const gpio = createMemoryGpio();
    const pins = await createLinuxPins({ files, pollMs: POLL_MS, loadCalls: () => gpio });
    return {
      pins,
      async setFromElsewhere(gpio, frequencyHz, steps) {
        const channel = `/sys/class/pwm/pwmchip${gpios.indexOf(gpio)}/pwm0`;
        const periodNs = Math.round(1e9 / frequencyHz);
        await files.write(`${channel}/period`, String(periodNs));
        await files.write(`${channel}/duty_cycle`, String(Math.min(periodNs, steps * 1000)));
        await files.write(`${channel}/enable`, '1');
      },
      wire: gpio.wire,
      dispose: () => pins.close(),
    };
  };
  const name = `linux, on a sysfs and a GPIO chip in memory, kernel ${generation}`;
  pinsContract(vitest, name, create, { limitsHz });
}

/** The GPIOs that the contract uses. */
const OTHER_GPIOS: ContractGpios = {
  light: 5,
  otherLight: 19,
  relay: 26,
  button: 2,
  otherButton: 27,
  allowed: '2–27',
  freeBesideLight: '2–4, 6–27',
  reserved: [0, 1, 28, 45],
};

/** No other program can have a line that rgpiod has. */
const RGPIOD_TRAITS = { seesOthers: false, limitsHz: [0.1, 10_000] } as const;

pinsContract(
  vitest,
  'rgpiod, against a stand-in',
  () => withStandIn((address) => createRgpiodPins({ address })),
  { ...RGPIOD_TRAITS, gpios: OTHER_GPIOS },
);

pinsContract(
  vitest,
  'linux, by a stand-in for rgpiod where the kernel has no channel',
  () =>
    withStandIn((rgpiod) => createLinuxPins({ files: createMemorySysfs({ ...PI_5, chips: [] }), rgpiod })),
  RGPIOD_TRAITS,
);

async function withStandIn(open: (address: Address) => Promise<Pins>): Promise<PinsUnderTest> {
  const daemon = await startStandInRgpiod();
  const pins = await open(daemon.address);
  return {
    pins,
    wire: (gpio, level) => daemon.board.wire(gpio, level),
    async dispose() {
      await pins.close();
      await daemon.kill();
    },
  };
}

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
