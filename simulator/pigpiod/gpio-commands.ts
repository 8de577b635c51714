import type { Level, Pull } from '../../devices/pins/pins.ts';
import { HARDWARE_RANGE } from '../board/channel.ts';
import { MODES } from '../board/mode.ts';
import { clockPeripheral, pwmPeripheral } from '../board/peripheral.ts';
import type { Command, Request } from './command.ts';
import type { Daemon } from './daemon.ts';
import { Failure } from './failure.ts';

const PULLS: readonly Pull[] = ['none', 'down', 'up'];

/** Tells HC that the client really means clock 1, which Ethernet needs on some boards. */
const CLOCK_PASSWORD = 0x5a;

/** The pin commands, by number. */
export const GPIO_COMMANDS: ReadonlyMap<number, Command> = new Map<number, Command>([
  [
    0,
    {
      name: 'MODES',
      isGated: true,
      gpio: 'any',
      p2: { least: 0, most: 7, failure: Failure.BAD_MODE },
      run: done(({ p1, p2 }, { board }) => board.setMode(p1, MODES[p2] ?? 'input')),
    },
  ],
  [1, { name: 'MODEG', gpio: 'any', run: ({ p1 }, { board }) => MODES.indexOf(board.mode(p1)) }],
  [
    2,
    {
      name: 'PUD',
      isGated: true,
      gpio: 'any',
      p2: { least: 0, most: 2, failure: Failure.BAD_PUD },
      run: done(({ p1, p2 }, { board }) => board.setPull(p1, PULLS[p2] ?? 'none')),
    },
  ],
  [3, { name: 'READ', gpio: 'any', run: ({ p1 }, { board }) => board.level(p1) }],
  [
    4,
    {
      name: 'WRITE',
      isGated: true,
      gpio: 'any',
      p2: { least: 0, most: 1, failure: Failure.BAD_LEVEL },
      run: done(({ p1, p2 }, { board }) => board.write(p1, levelOf(p2))),
    },
  ],
  [5, { name: 'PWM', isGated: true, gpio: 'user', refuse: refuseDutycycle, run: setDutycycle }],
  [
    6,
    {
      name: 'PRS',
      isGated: true,
      gpio: 'user',
      p2: { least: 25, most: 40_000, failure: Failure.BAD_DUTY_RANGE },
      run: ({ p1, p2 }, { board }) => board.setRange(p1, p2),
    },
  ],
  [
    7,
    { name: 'PFS', isGated: true, gpio: 'user', run: ({ p1, p2 }, { board }) => board.setFrequency(p1, p2) },
  ],
  [
    8,
    {
      name: 'SERVO',
      isGated: true,
      gpio: 'user',
      refuse: refusePulse,
      run: setPulse,
    },
  ],
  [
    9,
    {
      name: 'WDOG',
      gpio: 'user',
      p2: { least: 0, most: 60_000, failure: Failure.BAD_WATCHDOG_TIMEOUT },
      run: done(({ p1, p2 }, { board }) => board.monitor.setWatchdog(p1, p2 * 1000)),
    },
  ],
  [10, { name: 'BR1', run: (_, { board }) => board.levels(0) }],
  [11, { name: 'BR2', run: (_, { board }) => board.levels(1) }],
  [12, { name: 'BC1', run: writeBits(0, 0) }],
  [13, { name: 'BC2', run: writeBits(1, 0) }],
  [14, { name: 'BS1', run: writeBits(0, 1) }],
  [15, { name: 'BS2', run: writeBits(1, 1) }],
  [22, { name: 'PRG', gpio: 'user', run: ({ p1 }, { board }) => board.range(p1) }],
  [23, { name: 'PFG', gpio: 'user', run: ({ p1 }, { board }) => board.frequency(p1) }],
  [24, { name: 'PRRG', gpio: 'user', run: ({ p1 }, { board }) => board.realRange(p1) }],
  [37, { name: 'TRIG', extensionBytes: 4, isGated: true, gpio: 'user', run: trigger }],
  [
    83,
    { name: 'GDC', gpio: 'user', run: ({ p1 }, { board }) => board.dutycycle(p1) ?? Failure.NOT_PWM_GPIO },
  ],
  [84, { name: 'GPW', gpio: 'user', run: ({ p1 }, { board }) => board.pulse(p1) ?? Failure.NOT_SERVO_GPIO }],
  [85, { name: 'HC', run: setHardwareClock }],
  [
    86,
    {
      name: 'HP',
      extensionBytes: 4,
      isGated: true,
      gpio: 'any',
      refuse: refuseHardwarePwm,
      run: setHardwarePwm,
    },
  ],
  [
    97,
    {
      name: 'FG',
      gpio: 'user',
      p2: { least: 0, most: 300_000, failure: Failure.BAD_FILTER },
      run: done(({ p1, p2 }, { board }) => board.monitor.setFilters(p1, { glitchSteadyUs: p2 })),
    },
  ],
  [
    98,
    {
      name: 'FN',
      extensionBytes: 4,
      gpio: 'user',
      p2: { least: 0, most: 300_000, failure: Failure.BAD_FILTER },
      run: setNoiseFilter,
    },
  ],
  [102, { name: 'PADS', run: setPad }],
  [103, { name: 'PADG', run: ({ p1 }, { padsMa }) => padsMa[p1] ?? Failure.BAD_PAD }],
]);

function refuseDutycycle({ p1, p2 }: Request, { board }: Daemon): number {
  return p2 > board.ownRange(p1) ? Failure.BAD_DUTYCYCLE : 0;
}

function setDutycycle(request: Request, daemon: Daemon): number {
  const failure = refuseDutycycle(request, daemon);
  if (failure === 0) daemon.board.setDutycycle(request.p1, request.p2);
  return failure;
}

function refusePulse({ p2 }: Request): number {
  return p2 !== 0 && !within(500, 2500)(p2) ? Failure.BAD_PULSEWIDTH : 0;
}

function setPulse(request: Request, { board }: Daemon): number {
  const failure = refusePulse(request);
  if (failure === 0) board.setPulse(request.p1, request.p2);
  return failure;
}

/** Skips the GPIO that the mask forbids and reports that. */
function writeBits(bank: 0 | 1, level: Level): Command['run'] {
  return ({ p1 }, { board, masks }) => {
    board.writeBits(bank, p1 & masks[bank], level);
    return (p1 & ~masks[bank]) === 0 ? 0 : Failure.SOME_PERMITTED;
  };
}

function trigger(request: Request, { board }: Daemon, caller: { block(us: number): void }): number {
  const { p1, p2: pulseUs } = request;
  const level = request.extension.getUint32(0, true);
  if (level > 1) return Failure.BAD_LEVEL;
  if (!within(1, 100)(pulseUs)) return Failure.BAD_PULSE_LENGTH;
  board.trigger(p1, pulseUs, levelOf(level));
  caller.block(pulseUs);
  return 0;
}

function refuseHardwarePwm({ p1, p2: frequencyHz, extension }: Request, { board }: Daemon): number {
  if (!pwmPeripheral(p1)) return Failure.NOT_HARDWARE_PWM_GPIO;
  if (extension.getUint32(0, true) > HARDWARE_RANGE) return Failure.BAD_HARDWARE_PWM_DUTY;
  return frequencyHz > board.chip.maxPwmHz ? Failure.BAD_HARDWARE_PWM_FREQUENCY : 0;
}

function setHardwarePwm(request: Request, daemon: Daemon): number {
  const failure = refuseHardwarePwm(request, daemon);
  const { p1, p2: frequencyHz, extension } = request;
  if (failure === 0) daemon.board.setHardwarePwm(p1, frequencyHz, extension.getUint32(0, true));
  return failure;
}

function setHardwareClock({ p1, p2: frequencyHz }: Request, { board }: Daemon): number {
  const gpio = p1 & 0xffffff;
  const peripheral = clockPeripheral(gpio);
  if (gpio <= 53 && !board.permits(gpio)) return Failure.NOT_PERMITTED;
  if (gpio > 53) return Failure.BAD_GPIO;
  if (!peripheral) return Failure.NOT_HARDWARE_CLOCK_GPIO;
  if (frequencyHz !== 0 && !within(...board.chip.clockHz)(frequencyHz)) {
    return Failure.BAD_HARDWARE_CLOCK_FREQUENCY;
  }
  if (peripheral.channel === 1 && p1 >>> 24 !== CLOCK_PASSWORD) return Failure.BAD_HARDWARE_CLOCK_PASSWORD;
  board.setHardwareClock(gpio, frequencyHz);
  return 0;
}

function setNoiseFilter({ p1, p2: noiseSteadyUs, extension }: Request, { board }: Daemon): number {
  const noiseActiveUs = extension.getUint32(0, true);
  if (noiseActiveUs > 1_000_000) return Failure.BAD_FILTER;
  board.monitor.setFilters(p1, { noiseSteadyUs, noiseActiveUs });
  return 0;
}

/** The chip has eight strengths: 2, 4 … 16 mA. */
function setPad({ p1, p2: strengthMa }: Request, { padsMa }: Daemon): number {
  if (p1 >= padsMa.length) return Failure.BAD_PAD;
  if (!within(1, 16)(strengthMa)) return Failure.BAD_STRENGTH;
  padsMa[p1] = Math.floor((strengthMa + 1) / 2) * 2;
  return 0;
}

function levelOf(value: number): Level {
  return value === 0 ? 0 : 1;
}

function within(least: number, most: number): (value: number) => boolean {
  return (value) => value >= least && value <= most;
}

/** Wraps a command that cannot fail; it returns 0. */
function done(run: (request: Request, daemon: Daemon) => void): Command['run'] {
  return (request, daemon) => {
    run(request, daemon);
    return 0;
  };
}
