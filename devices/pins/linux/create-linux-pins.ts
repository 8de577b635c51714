import { type ChardevOptions, ChardevSource } from '../chardev/source.ts';
import { HEADER_GPIOS } from '../header-gpios.ts';
import type { RetryOptions } from '../kept-session.ts';
import type { Pins } from '../pins.ts';
import { OptionalRgpiod } from '../rgpiod/optional-rgpiod.ts';
import type { Address } from '../socket/dial.ts';
import { SourcedPins } from '../sourced-pins.ts';
import { type Board, readBoard } from './board.ts';
import { adviceFor } from './pi.ts';
import { REAL_FILES, type SysfsFiles } from './sysfs-files.ts';
import { SysfsSource, type SysfsSourceOptions } from './sysfs-source.ts';

export interface SysfsOptions extends SysfsSourceOptions {
  /** Where sysfs is. Default: the real one. */
  readonly files?: SysfsFiles;
}

export interface LinuxOptions extends SysfsOptions, ChardevOptions, RetryOptions {
  /** Where an rgpiod would be: one at that port of this machine is asked for. Default: none. */
  readonly rgpiod?: Address;
}

/**
 * The pins of this Raspberry Pi, each reached in the best way that there is: as an output by a PWM channel of the kernel, else by rgpiod; as an
 * input by rgpiod if one has answered, else by the GPIO character device; without PWM by that device too. An rgpiod that did not answer is
 * looked for again once a pin has no other way, and from then on until it answers; so is a channel. Rejects with `driver/unavailable`
 * on any other computer.
 */
export async function createLinuxPins(options: LinuxOptions = {}): Promise<Pins> {
  const { files = REAL_FILES } = options;
  const board = await readBoard(files);
  const rgpiod = new OptionalRgpiod(options);
  await rgpiod.look();
  return new SourcedPins({
    driver: 'linux',
    gpios: HEADER_GPIOS,
    sources: [new SysfsSource(files, board.channels, options), rgpiod, new ChardevSource(options)],
    // The other ways lead to every pin, but the character device has no PWM.
    explain: (_, gpio) => `${noChannel(gpio, board)}, or run rgpiod, for PWM by software`,
    lookAgain: () => rgpiod.lookOn(),
  });
}

/** The outputs of this Raspberry Pi that have a PWM channel of the kernel. Rejects with `driver/unavailable` on any other computer. */
export async function createSysfsPins({ files = REAL_FILES, ...options }: SysfsOptions = {}): Promise<Pins> {
  const board = await readBoard(files);
  return new SourcedPins({
    driver: 'sysfs',
    gpios: HEADER_GPIOS,
    sources: [new SysfsSource(files, board.channels, options)],
    explain: (use, gpio) => (use === 'input' ? noInput(gpio) : noChannel(gpio, board)),
  });
}

function noChannel(gpio: number, { pi, hidden }: Board): string {
  const what = `GPIO ${gpio} has no PWM channel on this ${pi.model}`;
  return hidden ? `${what} that could be seen: ${hidden}` : `${what}; ${adviceFor(gpio, pi)}`;
}

function noInput(gpio: number): string {
  return `GPIO ${gpio} cannot be an input: the kernel's PWM has none; the driver linux has`;
}
