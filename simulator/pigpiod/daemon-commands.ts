import { VIRTUAL_MARK } from '../../devices/pins/virtual-mark.ts';
import type { Command } from './command.ts';
import { Failure } from './failure.ts';

/** The pigpio version that the daemon reports. */
const PIGPIO_VERSION = 79;

const MAX_MICS = 1_000_000;
const MAX_MILS = 60_000;
const MAX_EVENT = 31;

/** The commands for notifications, time and the daemon itself, by number. */
export const DAEMON_COMMANDS: ReadonlyMap<number, Command> = new Map<number, Command>([
  [16, { name: 'TICK', run: (_, { board }) => board.tick() }],
  [17, { name: 'HWVER', run: (_, { board }) => board.chip.revision }],
  // The handle would be for a pipe on the Pi itself, and there is no Pi to read it on.
  [18, { name: 'NO', run: () => Failure.NO_HANDLE }],
  [19, { name: 'NB', run: ({ p1, p2 }, { notifier }) => notifier.begin(p1, p2) }],
  [20, { name: 'NP', run: ({ p1 }, { notifier }) => notifier.pause(p1) }],
  [21, { name: 'NC', run: ({ p1 }, { notifier }) => notifier.close(p1) }],
  // Clients print their own help; the daemon only acknowledges, like pigpiod.
  [25, { name: 'HELP', run: () => 0 }],
  [26, { name: 'PIGPV', run: () => PIGPIO_VERSION }],
  [
    46,
    {
      name: 'MICS',
      run: ({ p1 }, _, caller) => {
        if (p1 > MAX_MICS) return Failure.BAD_MICS_DELAY;
        caller.block(p1);
        return 0;
      },
    },
  ],
  [
    47,
    {
      name: 'MILS',
      run: ({ p1 }, _, caller) => {
        if (p1 > MAX_MILS) return Failure.BAD_MILS_DELAY;
        caller.block(p1 * 1000);
        return 0;
      },
    },
  ],
  // pigpio leaves custom functions to the person who builds it.
  [87, { name: 'CF1', run: () => VIRTUAL_MARK }],
  // pigpiod's internal settings are for debugging. The virtual Pi has none, and answers 0.
  [95, { name: 'CGI', run: () => 0 }],
  [96, { name: 'CSI', run: ({ p1 }) => (p1 === 0 ? 0 : Failure.BAD_CFG_INTERNAL) }],
  [99, { name: 'NOIB', run: (_, { notifier }, caller) => notifier.open(caller) }],
  [115, { name: 'EVM', run: ({ p1, p2 }, { notifier }) => notifier.watchEvents(p1, p2) }],
  [
    116,
    {
      name: 'EVT',
      run: ({ p1 }, { notifier }) => {
        if (p1 > MAX_EVENT) return Failure.BAD_EVENT_ID;
        notifier.trigger(p1);
        return 0;
      },
    },
  ],
]);
