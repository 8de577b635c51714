import { HubError, toHubError } from '../../../hub/core/error.ts';
import { loadDeviceCalls } from '../chardev/device-calls.ts';
import { HeaderChip } from '../chardev/header-chip.ts';
import type { LineInfo } from '../line-info.ts';
import { localOf } from '../rgpiod/address.ts';
import { RgpiodSession } from '../rgpiod/session.ts';
import { describeAddress } from '../socket/dial.ts';
import type { LinuxOptions } from './create-linux-pins.ts';

/** A way to reach all header pins, other than the kernel's PWM. */
interface FoundWay {
  /** `by rgpiod at 127.0.0.1:8889` */
  readonly phrase: string;
  /** Rejects with `driver/failed`. */
  lineInfo(gpio: number): Promise<LineInfo>;
  close(): void;
}

/** A way to reach the pins, or the reason why there is none. */
export type Way = FoundWay | { readonly reason: string };

/** The ways other than sysfs. The kernel's character device is only tried if there is no rgpiod. */
export interface Ways {
  readonly rgpiod: Way;
  /** The way for inputs and for looking up which program uses a line. */
  readonly lines: Way;
}

export function isFound(way: Way): way is FoundWay {
  return 'phrase' in way;
}

/** Finds the available ways, and passes them to `use`. */
export async function withWays<T>(options: LinuxOptions, use: (ways: Ways) => Promise<T>): Promise<T> {
  const rgpiod = await findWay(() => openRgpiod(options));
  const lines = isFound(rgpiod) ? rgpiod : await findWay(() => openChip(options));
  try {
    return await use({ rgpiod, lines });
  } finally {
    if (isFound(lines)) lines.close();
  }
}

async function findWay(open: () => Promise<FoundWay>): Promise<Way> {
  try {
    return await open();
  } catch (error) {
    return { reason: toHubError(error).message };
  }
}

async function openRgpiod({ rgpiod }: LinuxOptions): Promise<FoundWay> {
  if (!rgpiod) throw new HubError('driver/unavailable', 'rgpiod was not looked for');
  const address = localOf(rgpiod);
  const session = await RgpiodSession.open(address, () => {});
  return {
    phrase: `by rgpiod at ${describeAddress(address)}`,
    lineInfo: (gpio) => session.lineInfo(gpio),
    close: () => session.close('it was only looked for'),
  };
}

async function openChip({ loadCalls = loadDeviceCalls }: LinuxOptions): Promise<FoundWay> {
  const chip = HeaderChip.open(loadCalls());
  return {
    phrase: 'by the GPIO character device',
    lineInfo: async (gpio) => chip.lineInfo(gpio),
    close: () => chip.close(),
  };
}
