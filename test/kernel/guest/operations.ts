import { firstValueFrom } from 'rxjs';
import { createLinuxPins } from '../../../devices/drivers.ts';
import type { Level, Pins, PwmPin, PwmState } from '../../../devices/pins/pins.ts';
import { SECOND_BLOCK } from './blocks.ts';
import { observeFiles } from './observed-files.ts';
import type { PhysicalMemory } from './registers.ts';
import type { Step } from './report.ts';

const GPIO = 18;

/** Every operation that the contract of pins has for an output, on GPIO 18. */
export async function operate(memory: PhysicalMemory): Promise<readonly Step[]> {
  const recorder = new Recorder(memory);
  const pins = await createLinuxPins({ files: recorder.files });
  await dim(await recorder.take('claimed', pins.pwm(GPIO, 'led/18')), recorder);
  await toggle(pins, recorder);
  await recorder.take('driver closed', pins.close());
  await takeOver(recorder);
  return recorder.steps;
}

/** Frequencies and duty cycles, growing and shrinking, up to both ends of what the channel can do. */
const CHANGES: Readonly<Record<string, (pin: PwmPin) => Promise<PwmState>>> = {
  '25 %': (pin) => pin.setDuty(25),
  '100 Hz': (pin) => pin.setFrequency(100),
  '0.0002 %': (pin) => pin.setDuty(0.0002),
  '33.3 %': (pin) => pin.setDuty(33.3),
  '25 kHz': (pin) => pin.setFrequency(25_000),
  '3 Hz': (pin) => pin.setFrequency(3),
  dark: (pin) => pin.setDuty(0),
  'still dark at 1 kHz': (pin) => pin.setFrequency(1000),
  '100 %': (pin) => pin.setDuty(100),
  'as fast as possible': (pin) => pin.setFrequency(1e9),
  'as slow as possible': (pin) => pin.setFrequency(0),
  '50 %': (pin) => pin.setDuty(50),
  '50 % again': (pin) => pin.setDuty(50),
};

async function dim(pin: PwmPin, recorder: Recorder): Promise<void> {
  for (const [title, change] of Object.entries(CHANGES)) await recorder.note(title, change(pin));
  await recorder.take('released', pin.release());
}

async function toggle(pins: Pins, recorder: Recorder): Promise<void> {
  const output = await recorder.take('claimed as an output', pins.output(GPIO, 'relay/18'));
  for (const level of [1, 0, 1] as const) await recorder.note(`level ${level}`, output.write(level));
  await recorder.take('output released', output.release());
}

/** A driver that starts later finds the light that the first one has left. */
async function takeOver(recorder: Recorder): Promise<void> {
  const pins = await createLinuxPins({ files: recorder.files });
  const pin = await pins.pwm(GPIO, 'led/18');
  await recorder.note('claimed by the next driver', firstValueFrom(pin.state$));
  await pins.close();
}

class Recorder {
  readonly steps: Step[] = [];
  readonly files = observeFiles(() => this.#look());
  readonly #memory: PhysicalMemory;

  constructor(memory: PhysicalMemory) {
    this.#memory = memory;
  }

  /** Records an operation and its result. */
  async note(title: string, operation: Promise<PwmState | Level>): Promise<void> {
    const result = await operation;
    this.steps.push({ title, result, writes: this.files.takeWrites(), registers: await this.#look() });
  }

  /** Records an operation, and resolves to its result. */
  async take<T>(title: string, operation: Promise<T>): Promise<T> {
    const value = await operation;
    this.steps.push({ title, writes: this.files.takeWrites(), registers: await this.#look() });
    return value;
  }

  #look(): Promise<Step['registers']> {
    return this.#memory.channel(SECOND_BLOCK.address, 0);
  }
}
