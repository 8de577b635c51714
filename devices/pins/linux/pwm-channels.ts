import { HubError } from '../../../hub/core/error.ts';
import { errnoOf } from '../errno.ts';
import { HEADER_GPIOS } from '../header-gpios.ts';
import { JOIN_GROUP } from '../permission.ts';
import { readCells, readPinGroups, readTexts } from './device-tree.ts';
import { listIfThere, type SysfsFiles } from './sysfs-files.ts';

/** What makes the pulses: a PWM block of the chip, the RP1's programmable I/O, or a timer of the kernel. */
export type ChannelKind = 'hardware' | 'pio' | 'timer';

/** A PWM channel whose output the device tree leads to a GPIO. */
export interface PwmChannel {
  readonly gpio: number;
  readonly kind: ChannelKind;
  /** The chip's folder. Its number depends on the kernel and on the order of loading, and identifies nothing. */
  readonly chip: string;
  /** The channel's number within the chip. */
  readonly number: number;
  /** The shortest difference between two pulses, ns. */
  readonly resolutionNs: number;
  readonly minPeriodNs: number;
  readonly maxPeriodNs: number;
}

const PWM_CLASS = '/sys/class/pwm';

/** Which channel of the block each GPIO is wired to inside the chip. */
type Wiring = Readonly<Record<number, number>>;

/** Sources: BCM2835 and RP1 peripherals, tables of alternative functions. */
const WIRINGS: ReadonlyMap<string, Wiring> = new Map([
  ['brcm,bcm2835-pwm', { 12: 0, 18: 0, 13: 1, 19: 1 }],
  ['raspberrypi,rp1-pwm', { 12: 0, 13: 1, 14: 2, 15: 3, 18: 2, 19: 3 }],
]);

/** The clock of a PWM block whose rate the device tree does not tell, Hz: mainline's; Raspberry Pi's kernels set 50 MHz. */
const DEFAULT_CLOCK_HZ = 10e6;

/** Fewer steps than these between dark and bright are of no use. */
const MIN_STEPS = 25;

/** Longer than anybody blinks with PWM, and shorter than 2^32 ns or clocks. */
const LONGEST_NS = 4e9;

/**
 * The state machines count 15 ns ticks. Until late 2025 (raspberrypi/linux#7131) the driver refused pulses that came
 * within one tick of 0 or of the period; steps of two ticks never do.
 */
const PIO_RESOLUTION_NS = 30;

/** A timer of the kernel is late by about this; above 10 kHz its interrupts would fill a core. */
const TIMER_RESOLUTION_NS = 1000;
const TIMER_MIN_PERIOD_NS = 100_000;

/** The channels that the kernel shows. */
export interface FoundChannels {
  /** Ascending by GPIO. */
  readonly channels: readonly PwmChannel[];
  /** Why there may be more: this user may not look. */
  readonly hidden?: string;
}

/** All channels that lead to the header, found by the device tree alone. Rejects with `driver/unavailable` if that cannot be read. */
export async function findPwmChannels(files: SysfsFiles): Promise<FoundChannels> {
  const hidden: string[] = [];
  /** A user outside the group gpio may not look: this way is not there then, and others may be. */
  const unlessDenied = async <T>(path: string, look: () => Promise<readonly T[]>): Promise<readonly T[]> => {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof HubError && errnoOf(error.cause) === 'EACCES')) throw error;
      hidden.push(`this user may not read ${path}; ${JOIN_GROUP}`);
      return [];
    }
  };
  const chips = await unlessDenied(PWM_CLASS, async () => (await listIfThere(files, PWM_CLASS)) ?? []);
  const found: PwmChannel[] = [];
  for (const { name } of chips) {
    const chip = `${PWM_CLASS}/${name}`;
    found.push(...(await unlessDenied(chip, () => channelsOf(files, chip))));
  }
  const onHeader = found.filter(({ gpio }) => HEADER_GPIOS.includes(gpio));
  const channels = onHeader.sort((one, other) => one.gpio - other.gpio);
  const [reason] = hidden;
  return { channels, ...(reason !== undefined && { hidden: reason }) };
}

async function channelsOf(files: SysfsFiles, chip: string): Promise<PwmChannel[]> {
  const compatible = await readTexts(files, `${chip}/device/of_node/compatible`);
  if (compatible.includes('pwm-gpio')) return singleChannel(files, chip, 'timer');
  if (compatible.includes('raspberrypi,pwm-pio-rp1')) return singleChannel(files, chip, 'pio');
  const wiring = compatible.map((name) => WIRINGS.get(name)).find(Boolean);
  return wiring ? blockChannels(files, chip, wiring) : [];
}

/** `gpios` is the controller's phandle, the pin, and flags. */
async function singleChannel(files: SysfsFiles, chip: string, kind: 'timer' | 'pio'): Promise<PwmChannel[]> {
  const [, gpio] = await readCells(files, `${chip}/device/of_node/gpios`);
  if (gpio === undefined) return [];
  const limits =
    kind === 'timer'
      ? { resolutionNs: TIMER_RESOLUTION_NS, minPeriodNs: TIMER_MIN_PERIOD_NS }
      : { resolutionNs: PIO_RESOLUTION_NS, minPeriodNs: PIO_RESOLUTION_NS * MIN_STEPS };
  return [{ gpio, kind, chip, number: 0, maxPeriodNs: LONGEST_NS, ...limits }];
}

async function blockChannels(files: SysfsFiles, chip: string, wiring: Wiring): Promise<PwmChannel[]> {
  const node = `${chip}/device/of_node`;
  const phandles = await readCells(files, `${node}/pinctrl-0`);
  if (phandles.length === 0) return [];
  // A rate of 0 leaves the clock as it is.
  const [clockHz = 0] = await readCells(files, `${node}/assigned-clock-rates`);
  const resolutionNs = 1e9 / (clockHz || DEFAULT_CLOCK_HZ);
  const limits = { resolutionNs, minPeriodNs: Math.ceil(resolutionNs * MIN_STEPS), maxPeriodNs: LONGEST_NS };
  const groups = await readPinGroups(files);
  const gpios = phandles.flatMap((phandle) => groups.get(phandle) ?? []);
  return gpios.flatMap((gpio): PwmChannel[] => {
    const number = wiring[gpio];
    return number === undefined ? [] : [{ gpio, kind: 'hardware', chip, number, ...limits }];
  });
}
