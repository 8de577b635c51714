import { HubError } from '../../../hub/core/error.ts';
import { errnoOf } from '../errno.ts';
import { HEADER_GPIOS } from '../header-gpios.ts';
import { JOIN_GROUP } from '../permission.ts';
import { readCells, readPinGroups, readTexts } from './device-tree.ts';
import { listIfThere, type SysfsFiles } from './sysfs-files.ts';

/** The source of the pulses: a PWM block of the chip, the RP1's programmable I/O, or a kernel timer. */
export type ChannelKind = 'hardware' | 'pio' | 'timer';

/** A PWM channel whose output the device tree routes to a GPIO. */
export interface PwmChannel {
  readonly gpio: number;
  readonly kind: ChannelKind;
  /** The chip's directory. Its number depends on the kernel and the load order, so it does not identify the chip. */
  readonly chip: string;
  /** The channel's number within the chip. */
  readonly number: number;
  /** The shortest difference between two pulses, ns. */
  readonly resolutionNs: number;
  readonly minPeriodNs: number;
  readonly maxPeriodNs: number;
}

const PWM_CLASS = '/sys/class/pwm';

/** The PWM channel that each GPIO is wired to inside the chip. */
type Wiring = Readonly<Record<number, number>>;

/** Sources: BCM2835 and RP1 peripherals, tables of alternative functions. */
const WIRINGS: ReadonlyMap<string, Wiring> = new Map([
  ['brcm,bcm2835-pwm', { 12: 0, 18: 0, 13: 1, 19: 1 }],
  ['raspberrypi,rp1-pwm', { 12: 0, 13: 1, 14: 2, 15: 3, 18: 2, 19: 3 }],
]);

/** The default clock of a PWM block if the device tree gives no rate, Hz: mainline's. Raspberry Pi's kernels set 50 MHz. */
const DEFAULT_CLOCK_HZ = 10e6;

/** The minimum number of steps from dark to bright; fewer are useless. */
const MIN_STEPS = 25;

/** The longest period: longer than anybody blinks with PWM, and below 2^32 ns or clock cycles. */
const LONGEST_NS = 4e9;

/**
 * The state machines count 15 ns ticks. Until late 2025 (raspberrypi/linux#7131) the driver refused pulses within
 * one tick of 0 or of the period; steps of two ticks never are.
 */
const PIO_RESOLUTION_NS = 30;

/** A kernel timer is late by about this much; above 10 kHz its interrupts would saturate a core. */
const TIMER_RESOLUTION_NS = 1000;
const TIMER_MIN_PERIOD_NS = 100_000;

/** The channels that the kernel exposes. */
export interface FoundChannels {
  /** Sorted by GPIO, ascending. */
  readonly channels: readonly PwmChannel[];
  /** Why there may be more channels: this user lacks permission to look. */
  readonly hidden?: string;
}

/** Finds all channels routed to the header, from the device tree alone. Rejects with `driver/unavailable` if that cannot be read. */
export async function findPwmChannels(files: SysfsFiles): Promise<FoundChannels> {
  const hidden: string[] = [];
  /** A user outside the group gpio may lack permission. Then this kind of channel is not available, but others may be. */
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
  // A rate of 0 leaves the clock unchanged.
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
