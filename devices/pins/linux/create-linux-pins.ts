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
  /** The sysfs files. Default: the real ones. */
  readonly files?: SysfsFiles;
}

export interface LinuxOptions extends SysfsOptions, ChardevOptions, RetryOptions {
  /** The address of an rgpiod: only its port is used, on this machine. Default: do not look for one. */
  readonly rgpiod?: Address;
}

/**
 * The pins of this Raspberry Pi, each reached in the best available way. An output uses a PWM channel of the kernel, else rgpiod; an
 * input uses rgpiod if it has answered, else the GPIO character device, which also drives high/low outputs. If rgpiod did not answer,
 * the driver looks for it again when a pin has no other way, and from then on until it answers. The same holds for a channel. Rejects with
 * `driver/unavailable` on any other computer.
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
    // The other ways reach every pin, but the character device has no PWM.
    explain: (_, gpio) => `${noChannel(gpio, board)}, or run rgpiod, for PWM by software`,
    lookAgain: () => rgpiod.lookOn(),
  });
}

/** The outputs of this Raspberry Pi with a PWM channel of the kernel. Rejects with `driver/unavailable` on any other computer. */
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
  return `GPIO ${gpio} cannot be an input: PWM by sysfs has no inputs; use the driver linux`;
}
