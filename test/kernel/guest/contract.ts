import { afterEach, beforeEach, describe, it } from 'node:test';
import { createLinuxPins } from '../../../devices/drivers.ts';
import { type DeviceCalls, loadDeviceCalls } from '../../../devices/pins/chardev/device-calls.ts';
import { REAL_FILES } from '../../../devices/pins/linux/sysfs-files.ts';
import type { Level } from '../../../devices/pins/pins.ts';
import { type PinsUnderTest, pinsContract } from '../../contracts/pins.ts';
import type { Runner } from '../../contracts/suite.ts';
import { type Block, chipOf, reset, SECOND_BLOCK, TIMER_OF_17, TIMER_OF_21 } from './blocks.ts';
import { hasSimulator, SimulatedChip } from './simulated-chip.ts';

const BLOCKS: ReadonlyMap<number, Block> = new Map([
  [17, TIMER_OF_17],
  [18, SECOND_BLOCK],
  [21, TIMER_OF_21],
]);

/** The simulated chip. Older kernels of Debian have no simulator, and so no inputs. */
const chip = hasSimulator ? await SimulatedChip.create() : undefined;

/** The system's calls, which see only the simulated chip: the edges of the Pi's own never arrive. */
function loadCalls(): DeviceCalls {
  return { ...loadDeviceCalls(), list: () => (chip ? [chip.device] : []) };
}

/** How often the driver checks for changes by others, milliseconds. */
const POLL_MS = 100;

async function createPins(): Promise<PinsUnderTest> {
  for (const block of BLOCKS.values()) await reset(block);
  const pins = await createLinuxPins({ pollMs: POLL_MS, loadCalls });
  const wire = (gpio: number, level: Level | undefined) => chip?.wire(gpio, level);
  return { pins, setFromElsewhere, wire, dispose: () => pins.close() };
}

/** Another program gives a pin of a timer a duty cycle, in steps of a microsecond. Other pins have finer steps. */
async function setFromElsewhere(gpio: number, frequencyHz: number, steps: number): Promise<void> {
  const block = BLOCKS.get(gpio);
  if (!block) throw new Error(`GPIO ${gpio} has no block`);
  const channel = `${await chipOf(block)}/pwm0`;
  const periodNs = Math.round(1e9 / frequencyHz);
  await REAL_FILES.write(`${channel}/period`, String(periodNs));
  await REAL_FILES.write(`${channel}/duty_cycle`, String(Math.min(periodNs, steps * 1000)));
  await REAL_FILES.write(`${channel}/enable`, '1');
}

const runner: Runner = {
  describe,
  it: (title, body) =>
    it(title, async () => {
      await body();
    }),
  beforeEach,
  afterEach,
};
pinsContract(runner, 'linux', createPins, { hasInputs: hasSimulator, limitsHz: [0.25, 10_000] });
