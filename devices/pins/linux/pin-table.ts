import { HEADER_PINS } from '../../facts/header.ts';
import type { LineInfo } from '../line-info.ts';
import type { PwmState } from '../pins.ts';
import { type Board, readBoard } from './board.ts';
import type { LinuxOptions } from './create-linux-pins.ts';
import { headerGpiosOf, overlayFor } from './pi.ts';
import { describeInputs } from './probe-linux.ts';
import type { PwmChannel } from './pwm-channels.ts';
import { parseNs, stateOf } from './pwm-timing.ts';
import { REAL_FILES, readIfThere, type SysfsFiles } from './sysfs-files.ts';
import { isFound, type Ways, withWays } from './ways.ts';

/** What a pin of the header can do, and who has it. */
export interface PinRow {
  /** BCM number. */
  readonly gpio: number;
  /** Number on the header, 1–40. */
  readonly physical: number;
  /** What gives it PWM: the kernel, by `channel`, or rgpiod. Absent if nothing does. */
  readonly pwm?: 'kernel' | 'rgpiod';
  /** Absent on a pin without a channel. */
  readonly channel?: PwmChannel;
  /** What the channel does now; absent if no program has exported it. */
  readonly state?: PwmState;
  /** What the kernel tells of the GPIO line; absent if it cannot be asked. */
  readonly info?: LineInfo;
  /** The line for config.txt that gives the pin a channel; absent if it has one. */
  readonly line?: string;
}

export interface PinTable {
  readonly model: string;
  /** Where the lines go. */
  readonly configFile: string;
  /** Why there may be channels that are not shown. */
  readonly hidden?: string;
  /** Ascending by GPIO. */
  readonly rows: readonly PinRow[];
  /** A sentence: how pins are inputs, or why they are none. */
  readonly inputs: string;
}

/** What every pin of this Raspberry Pi can do, found out without a change. Rejects with `driver/unavailable` elsewhere. */
export async function readPinTable(options: LinuxOptions = {}): Promise<PinTable> {
  const { files = REAL_FILES } = options;
  const board = await readBoard(files);
  return withWays(options, async (ways) => ({
    model: board.pi.model,
    configFile: board.pi.configFile,
    ...(board.hidden !== undefined && { hidden: board.hidden }),
    rows: await Promise.all(headerGpiosOf(board.pi).map((gpio) => readRow(gpio, { files, board, ways }))),
    inputs: `${describeInputs(ways.lines)}.`,
  }));
}

interface Surroundings {
  readonly files: SysfsFiles;
  readonly board: Board;
  readonly ways: Ways;
}

async function readRow(gpio: number, { files, board, ways }: Surroundings): Promise<PinRow> {
  const physical = HEADER_PINS.findIndex((pin) => pin.gpio === gpio) + 1;
  const channel = board.channels.find((each) => each.gpio === gpio);
  const state = channel && (await readState(files, channel));
  const info = isFound(ways.lines) ? await ways.lines.lineInfo(gpio) : undefined;
  return {
    gpio,
    physical,
    ...(channel ? { pwm: 'kernel', channel } : { line: overlayFor(gpio, board.pi) }),
    ...(!channel && isFound(ways.rgpiod) && { pwm: 'rgpiod' }),
    ...(state && { state }),
    ...(info && { info }),
  };
}

async function readState(files: SysfsFiles, channel: PwmChannel): Promise<PwmState | undefined> {
  const read = (name: string) => readIfThere(files, `${channel.chip}/pwm${channel.number}/${name}`);
  const [period, duty, enable] = [await read('period'), await read('duty_cycle'), await read('enable')];
  if (!period || !duty || !enable) return undefined;
  const number = (bytes: Uint8Array) => parseNs(new TextDecoder().decode(bytes).trim());
  const timing = { periodNs: number(period), dutyNs: number(duty), isEnabled: number(enable) === 1 };
  return stateOf(timing, channel, 0);
}
