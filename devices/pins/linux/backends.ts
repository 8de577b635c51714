import { HubError, toHubError } from '../../../hub/core/error.ts';
import { loadDeviceCalls } from '../chardev/device-calls.ts';
import { HeaderChip } from '../chardev/header-chip.ts';
import type { LineInfo } from '../line-info.ts';
import { localOf } from '../rgpiod/address.ts';
import { RgpiodSession } from '../rgpiod/session.ts';
import { describeAddress } from '../socket/dial.ts';
import type { LinuxOptions } from './create-linux-pins.ts';

/** A way to reach all header pins, other than the kernel's PWM. */
interface FoundBackend {
  /** `by rgpiod at 127.0.0.1:8889` */
  readonly phrase: string;
  /** Rejects with `driver/failed`. */
  lineInfo(gpio: number): Promise<LineInfo>;
  close(): void;
}

/** A way to reach the pins, or the reason why there is none. */
export type Backend = FoundBackend | { readonly reason: string };

/** The ways other than sysfs. The kernel's character device is only tried if there is no rgpiod. */
export interface Backends {
  readonly rgpiod: Backend;
  /** The way for inputs and for looking up which program uses a line. */
  readonly lines: Backend;
}

export function isFound(backend: Backend): backend is FoundBackend {
  return 'phrase' in backend;
}

/** Finds the available ways, and passes them to `use`. */
export async function withBackends<T>(
  options: LinuxOptions,
  use: (backends: Backends) => Promise<T>,
): Promise<T> {
  const rgpiod = await findBackend(() => openRgpiod(options));
  const lines = isFound(rgpiod) ? rgpiod : await findBackend(() => openChip(options));
  try {
    return await use({ rgpiod, lines });
  } finally {
    if (isFound(lines)) lines.close();
  }
}

async function findBackend(open: () => Promise<FoundBackend>): Promise<Backend> {
  try {
    return await open();
  } catch (error) {
    return { reason: toHubError(error).message };
  }
}

async function openRgpiod({ rgpiod }: LinuxOptions): Promise<FoundBackend> {
  if (!rgpiod) throw new HubError('driver/unavailable', 'rgpiod was not looked for');
  const address = localOf(rgpiod);
  const session = await RgpiodSession.open(address, () => {});
  return {
    phrase: `by rgpiod at ${describeAddress(address)}`,
    lineInfo: (gpio) => session.lineInfo(gpio),
    close: () => session.close('it was only looked for'),
  };
}

async function openChip({ loadCalls = loadDeviceCalls }: LinuxOptions): Promise<FoundBackend> {
  const chip = HeaderChip.open(loadCalls());
  return {
    phrase: 'by the GPIO character device',
    lineInfo: async (gpio) => chip.lineInfo(gpio),
    close: () => chip.close(),
  };
}
