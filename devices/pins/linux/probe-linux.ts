import { HubError, toHubError } from '../../../hub/core/error.ts';
import { loadDeviceCalls } from '../chardev/device-calls.ts';
import { HeaderChip } from '../chardev/header-chip.ts';
import { HEADER_GPIOS } from '../header-gpios.ts';
import { listOf } from '../ownership.ts';
import { probeRgpiod } from '../rgpiod/create-rgpiod-pins.ts';
import { describeAddress } from '../socket/dial.ts';
import { type Board, readBoard } from './board.ts';
import type { LinuxOptions } from './create-linux-pins.ts';
import { adviceFor } from './pi.ts';
import type { ChannelKind } from './pwm-channels.ts';
import { REAL_FILES } from './sysfs-files.ts';

/** The pin of the first LED that everybody wires. */
const COURSE_GPIO = 21;

const KINDS: Readonly<Record<ChannelKind, string>> = {
  hardware: 'hardware',
  pio: "the RP1's PIO",
  timer: 'a timer',
};

/**
 * Looks in which ways the pins of this Raspberry Pi can be reached, and changes nothing. Resolves to what was found for each pin; rejects with
 * `driver/unavailable` and the reason if no pin has PWM.
 */
export async function probeLinux(options: LinuxOptions = {}): Promise<string> {
  const board = await readBoard(options.files ?? REAL_FILES);
  const { pi, channels } = board;
  const rgpiod = await findRgpiod(options);
  if (channels.length === 0 && !rgpiod.isThere) {
    const advice = `for GPIO ${COURSE_GPIO}, ${adviceFor(COURSE_GPIO, pi)}`;
    throw new HubError(
      'driver/unavailable',
      `the kernel has no PWM channel on this ${pi.model}, and ${rgpiod.reason}; ${advice}`,
    );
  }
  const pwm = [...describeChannels(board), describeRest(board, rgpiod)].join('; ');
  return `${pi.model}: PWM ${pwm}. ${describeInputs(options, rgpiod)}.`;
}

/** Whether there is one, and the sentence about it. */
interface Finding {
  readonly isThere: boolean;
  readonly reason: string;
}

async function findRgpiod({ rgpiod }: LinuxOptions): Promise<Finding> {
  if (!rgpiod) return { isThere: false, reason: 'rgpiod was not looked for' };
  try {
    await probeRgpiod(rgpiod);
    return { isThere: true, reason: `by rgpiod at ${describeAddress(rgpiod)}` };
  } catch (error) {
    return { isThere: false, reason: toHubError(error).message };
  }
}

function describeChannels({ channels }: Board): string[] {
  const kinds = [...new Set(channels.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const gpios = channels.filter((channel) => channel.kind === kind).map(({ gpio }) => gpio);
    return `by the kernel on GPIO ${listOf(gpios)} (${KINDS[kind]})`;
  });
}

function describeRest({ channels }: Board, { isThere, reason }: Finding): string {
  const others = HEADER_GPIOS.filter((gpio) => !channels.some((channel) => channel.gpio === gpio));
  return isThere ? `${reason} on GPIO ${listOf(others)}` : `none on GPIO ${listOf(others)} (${reason})`;
}

function describeInputs({ loadCalls = loadDeviceCalls }: LinuxOptions, rgpiod: Finding): string {
  if (rgpiod.isThere) return `Inputs ${rgpiod.reason}`;
  try {
    HeaderChip.open(loadCalls()).close();
    return 'Inputs by the GPIO character device';
  } catch (error) {
    return `No inputs: ${toHubError(error).message}`;
  }
}
