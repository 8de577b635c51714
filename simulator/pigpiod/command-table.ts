import type { Mirror } from '../mirror/mirror.ts';
import { ABSENT_COMMANDS } from './absent-commands.ts';
import { type CheckedCommand, type Command, toChecked } from './command.ts';
import { DAEMON_COMMANDS } from './daemon-commands.ts';
import { GPIO_COMMANDS } from './gpio-commands.ts';
import { realPinCommands } from './real-pin-commands.ts';
import { WAVE_COMMANDS } from './wave-commands.ts';

/** The commands that a daemon knows, indexed by command number (pigpio.h, `PI_CMD_…`). */
export type CommandTable = readonly (CheckedCommand | undefined)[];

/** All commands of a virtual Pi, by number. */
const VIRTUAL: ReadonlyMap<number, Command> = new Map([
  ...GPIO_COMMANDS,
  ...WAVE_COMMANDS,
  ...DAEMON_COMMANDS,
  ...ABSENT_COMMANDS,
]);

/** The commands of a virtual Pi. */
export const VIRTUAL_TABLE = tableOf(VIRTUAL);

/** The commands of a daemon in front of real pins. */
export function realPinTable(mirror: Mirror): CommandTable {
  return tableOf(new Map([...VIRTUAL, ...realPinCommands(mirror, VIRTUAL)]));
}

function tableOf(commands: ReadonlyMap<number, Command>): CommandTable {
  return Array.from({ length: Math.max(...commands.keys()) + 1 }, (_, number) => {
    const command = commands.get(number);
    return command && toChecked(command);
  });
}
