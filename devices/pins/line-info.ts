import { HubError } from '../../hub/core/error.ts';

/** The kernel's information about a GPIO line. */
export interface LineInfo {
  /** Whether a program or a kernel driver is using it. */
  readonly isUsed: boolean;
  readonly isOutput: boolean;
  /** The name of its user: `gpioset`, `lg` for rgpiod and lgpio, … Empty if the user gave none. */
  readonly user: string;
}

/** The error for a pin that another program is using. */
export function inUse(gpio: number, { user }: LineInfo, cause?: unknown): HubError {
  const holder = user === '' ? 'another program, which gave no name' : `the program or driver "${user}"`;
  return new HubError('pin/in-use', `GPIO ${gpio} is in use by ${holder}`, { cause });
}
