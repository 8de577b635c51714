import { HubError } from '../../hub/core/error.ts';

/** What the kernel tells of a GPIO line. */
export interface LineInfo {
  /** Whether a program or a driver of the kernel has it. */
  readonly isUsed: boolean;
  readonly isOutput: boolean;
  /** The name that whoever has it goes by: `gpioset`, `lg` for rgpiod and lgpio, … Empty if it gave none. */
  readonly user: string;
}

/** What somebody is told whose pin another program has. */
export function inUse(gpio: number, { user }: LineInfo, cause?: unknown): HubError {
  const holder = user === '' ? 'another program, which gave no name' : `the program or driver "${user}"`;
  return new HubError('pin/in-use', `GPIO ${gpio} is in use by ${holder}`, { cause });
}
