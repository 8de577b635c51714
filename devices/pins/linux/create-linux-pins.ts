import { HubError } from '../../../hub/core/error.ts';
import type { Pins } from '../pins.ts';
import { LinuxPins } from './linux-pins.ts';
import { adviceFor, type Pi, readPi } from './pi.ts';
import { type ChannelKind, findPwmChannels, type PwmChannel } from './pwm-channels.ts';
import { REAL_FILES, type SysfsFiles } from './sysfs-files.ts';
import { SysfsSource, type SysfsSourceOptions } from './sysfs-source.ts';

export interface LinuxOptions extends SysfsSourceOptions {
  /** Where sysfs is. Default: the real one. */
  readonly files?: SysfsFiles;
}

/** A Raspberry Pi, and the channels that its kernel gives to pins of the header. */
export interface Board {
  readonly pi: Pi;
  readonly channels: readonly PwmChannel[];
}

/** The pins of this Raspberry Pi, by what its kernel offers. Rejects with `driver/unavailable` on any other computer. */
export async function createLinuxPins({ files = REAL_FILES, ...options }: LinuxOptions = {}): Promise<Pins> {
  const { pi, channels } = await readBoard(files);
  return new LinuxPins(new SysfsSource(files, channels, options), pi);
}

/**
 * Looks whether the kernel can drive any pin, and changes nothing. Resolves to a sentence about what was found; rejects with
 * `driver/unavailable` and the reason if there is nothing.
 */
export async function probeLinux({ files = REAL_FILES }: LinuxOptions = {}): Promise<string> {
  const { pi, channels } = await readBoard(files);
  if (channels.length > 0) return `${pi.model}: the kernel gives PWM on ${describe(channels)}.`;
  const advice = `for GPIO 21, ${adviceFor(COURSE_GPIO, pi)}`;
  throw new HubError('driver/unavailable', `the kernel has no PWM channel on this ${pi.model}; ${advice}`);
}

/** The pin of the first LED that everybody wires. */
const COURSE_GPIO = 21;

/** Rejects with `driver/unavailable` on a computer that is no Raspberry Pi. */
export async function readBoard(files: SysfsFiles): Promise<Board> {
  const pi = await readPi(files);
  if (!pi) throw new HubError('driver/unavailable', 'this computer is no Raspberry Pi');
  return { pi, channels: await findPwmChannels(files) };
}

const KINDS: Readonly<Record<ChannelKind, string>> = {
  hardware: 'hardware',
  pio: "the RP1's PIO",
  timer: 'a timer',
};

function describe(channels: readonly PwmChannel[]): string {
  return channels.map(({ gpio, kind }) => `GPIO ${gpio} (${KINDS[kind]})`).join(', ');
}
