/** The virtual Raspberry Pi: its board, the driver for its pins, the mirror to real pins, and pigpiod's protocol (which needs Node). */
export { DEFAULT_PIGPIOD_PORT } from '../devices/facts/pigpiod-port.ts';
export { Board, type BoardOptions } from './board/board.ts';
export { type Cancel, type Clock, createSystemClock, type Timers } from './board/clock.ts';
export { VirtualClock } from './board/virtual-clock.ts';
export { createVirtualPins } from './board/virtual-pins.ts';
export { Mirror, type MirrorOptions } from './mirror/mirror.ts';
export { createMirrorPins } from './mirror/mirror-pins.ts';
export {
  createPigpiodServer,
  type PigpiodLimits,
  type PigpiodOptions,
  type PigpiodServer,
} from './pigpiod/server.ts';
