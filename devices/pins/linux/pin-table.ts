import { HEADER_PINS } from '../../facts/header.ts';
import { HEADER_GPIOS } from '../header-gpios.ts';
import type { PwmState } from '../pins.ts';
import { readBoard } from './board.ts';
import type { LinuxOptions } from './create-linux-pins.ts';
import { overlayFor } from './pi.ts';
import type { PwmChannel } from './pwm-channels.ts';
import { stateOf } from './pwm-timing.ts';
import { REAL_FILES, type SysfsFiles } from './sysfs-files.ts';

/** What a pin of the header can do by the kernel's PWM. */
export interface PinRow {
  /** BCM number. */
  readonly gpio: number;
  /** Number on the header, 1–40. */
  readonly physical: number;
  /** Absent on a pin without a channel. */
  readonly channel?: PwmChannel;
  /** What the channel does now; absent if no program has exported it. */
  readonly state?: PwmState;
  /** The line for config.txt that gives the pin a channel; absent if it has one. */
  readonly line?: string;
}

export interface PinTable {
  readonly model: string;
  /** Ascending by GPIO. */
  readonly rows: readonly PinRow[];
}

/** What every pin of this Raspberry Pi can do, found out without a change. Rejects with `driver/unavailable` elsewhere. */
export async function readPinTable({ files = REAL_FILES }: LinuxOptions = {}): Promise<PinTable> {
  const { pi, channels } = await readBoard(files);
  const rows = HEADER_GPIOS.map(async (gpio): Promise<PinRow> => {
    const physical = HEADER_PINS.findIndex((pin) => pin.gpio === gpio) + 1;
    const channel = channels.find((each) => each.gpio === gpio);
    if (!channel) return { gpio, physical, line: overlayFor(gpio, pi) };
    const state = await readState(files, channel);
    return state ? { gpio, physical, channel, state } : { gpio, physical, channel };
  });
  return { model: pi.model, rows: await Promise.all(rows) };
}

async function readState(files: SysfsFiles, channel: PwmChannel): Promise<PwmState | undefined> {
  const read = async (name: string) =>
    Number(new TextDecoder().decode(await files.read(`${channel.chip}/pwm${channel.number}/${name}`)));
  try {
    const [periodNs, dutyNs, enable] = [await read('period'), await read('duty_cycle'), await read('enable')];
    return stateOf({ periodNs, dutyNs, isEnabled: enable === 1 }, channel, 0);
  } catch {
    return undefined;
  }
}
