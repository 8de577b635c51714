import { HubError } from '../../../hub/core/error.ts';

/** The pigpio commands for a pin, by their names in `pigs` and on the daemon's socket. */
export type CommandName =
  | 'MODES'
  | 'MODEG'
  | 'PUD'
  | 'READ'
  | 'WRITE'
  | 'PWM'
  | 'PRS'
  | 'PFS'
  | 'TICK'
  | 'PRG'
  | 'PFG'
  | 'PRRG'
  | 'GDC'
  | 'GPW'
  | 'FG';

/** A command and its parameters; the first is the GPIO. */
export type Command<Name extends string = CommandName> = readonly [name: Name, p1?: number, p2?: number];

/** pigpio, wherever it runs: behind the daemon's socket, or in this process. */
export interface Commander {
  /**
   * Runs commands in order, and resolves to their results; a negative result is pigpio's error.
   * Rejects with `driver/failed` if pigpio is lost.
   */
  ask(...commands: readonly Command[]): Promise<number[]>;
}

/** A level report from pigpio. */
export interface Report {
  /** Microseconds, wraps at 2^32. */
  readonly tickUs: number;
  /** The levels of GPIO 0–31, one bit each. */
  readonly levels: number;
}

/** pigpio's error for a GPIO that may not be changed. */
export const NOT_PERMITTED = -41;

const ERRORS = new Map([
  [-2, 'GPIO not 0–31'],
  [-3, 'GPIO not 0–53'],
  [-8, 'duty cycle outside range'],
  [-21, 'range not 25–40000'],
  [-24, 'no notification handle left'],
  [-25, 'unknown notification handle'],
  [NOT_PERMITTED, 'not permitted to change that GPIO'],
  [-88, 'unknown command'],
  [-125, 'glitch filter not 0–300000'],
]);

/**
 * Checks that no command has failed. Throws `driver/failed` for the first that has, naming
 * the command, and pigpio's name for the error.
 */
export function assertDone(commands: readonly Command<string>[], results: readonly number[]): number[] {
  for (const [index, command] of commands.entries()) {
    const result = results[index] ?? 0;
    if (result >= 0) continue;
    const reason = ERRORS.get(result) ?? 'see pigpio.h';
    throw new HubError('driver/failed', `pigpio refused ${command.join(' ')} with ${result}: ${reason}`);
  }
  return [...results];
}

/** Runs commands, none of which may fail. Rejects with `driver/failed`. */
export async function runAll(commander: Commander, ...commands: readonly Command[]): Promise<number[]> {
  return assertDone(commands, await commander.ask(...commands));
}
