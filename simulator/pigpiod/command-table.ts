import { ABSENT_COMMANDS } from './absent-commands.ts';
import { type CheckedCommand, toChecked } from './command.ts';
import { DAEMON_COMMANDS } from './daemon-commands.ts';
import { GPIO_COMMANDS } from './gpio-commands.ts';
import { WAVE_COMMANDS } from './wave-commands.ts';

const groups = [GPIO_COMMANDS, WAVE_COMMANDS, DAEMON_COMMANDS, ABSENT_COMMANDS];
const highest = Math.max(...groups.flatMap((group) => [...group.keys()]));

/** Every command that the daemon answers with anything but "unknown", at its number (pigpio.h, `PI_CMD_…`). */
export const COMMANDS: readonly (CheckedCommand | undefined)[] = Array.from(
  { length: highest + 1 },
  (_, number) => {
    const command = groups.map((group) => group.get(number)).find((found) => found !== undefined);
    return command && toChecked(command);
  },
);
