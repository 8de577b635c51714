import { HubError } from '../../../hub/core/error.ts';
import { type Pi, readPi } from './pi.ts';
import { type FoundChannels, findPwmChannels } from './pwm-channels.ts';
import type { SysfsFiles } from './sysfs-files.ts';

/** A Raspberry Pi, and the PWM channels that its kernel provides for header pins. */
export interface Board extends FoundChannels {
  readonly pi: Pi;
}

/** Rejects with `driver/unavailable` on a computer that is not a Raspberry Pi. */
export async function readBoard(files: SysfsFiles): Promise<Board> {
  const pi = await readPi(files);
  if (!pi) throw new HubError('driver/unavailable', 'this computer is not a Raspberry Pi');
  return { pi, ...(await findPwmChannels(files)) };
}
