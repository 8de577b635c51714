import { HubError } from '../../../hub/core/error.ts';

/** What can be asked of pigpio about a pin, by the names that `pigs` and the daemon's socket have for it. */
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

/** A command with its parameters, the first of them the GPIO. */
export type Command<Name extends string = CommandName> = readonly [name: Name, p1?: number, p2?: number];

/** pigpio, wherever it runs: behind the daemon's socket, or in this process. */
export interface Commander {
  /**
   * Has commands carried out in order, and resolves to their results; a negative one is pigpio's error.
   * Rejects with `driver/failed` when pigpio is lost.
   */
  ask(...commands: readonly Command[]): Promise<number[]>;
}

/** Level changes, as pigpio reports them. */
export interface Report {
  /** Microseconds, wraps at 2^32. */
  readonly tickUs: number;
  /** The levels of GPIO 0–31, a bit each. */
  readonly levels: number;
}

/** The result for a GPIO that may not be changed. */
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
 * The results of commands, none of which may be an error. Throws `driver/failed`, naming the first that is:
 * the command, and what pigpio calls the error.
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

/** Has commands carried out, none of which may fail. Rejects with `driver/failed`. */
export async function must(commander: Commander, ...commands: readonly Command[]): Promise<number[]> {
  return assertDone(commands, await commander.ask(...commands));
}
