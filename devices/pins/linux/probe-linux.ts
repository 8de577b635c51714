import { HubError } from '../../../hub/core/error.ts';
import { HEADER_GPIOS } from '../header-gpios.ts';
import { listOf } from '../ownership.ts';
import { type Board, readBoard } from './board.ts';
import type { LinuxOptions } from './create-linux-pins.ts';
import { adviceFor } from './pi.ts';
import type { ChannelKind } from './pwm-channels.ts';
import { REAL_FILES } from './sysfs-files.ts';
import { isFound, type Way, type Ways, withWays } from './ways.ts';

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
  return withWays(options, async (ways) => describeWays(board, ways));
}

function describeWays(board: Board, { rgpiod, lines }: Ways): string {
  const { pi, channels } = board;
  if (channels.length === 0 && !isFound(rgpiod)) {
    const what = `the kernel has no PWM channel on this ${pi.model}, and ${rgpiod.reason}`;
    const advice = `for GPIO ${COURSE_GPIO}, ${adviceFor(COURSE_GPIO, pi)}`;
    throw new HubError('driver/unavailable', `${what}; ${advice}`);
  }
  const pwm = [...describeChannels(board), describeRest(board, rgpiod)].join('; ');
  return `${pi.model}: PWM ${pwm}. ${describeInputs(lines)}.`;
}

function describeChannels({ channels }: Board): string[] {
  const kinds = [...new Set(channels.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const gpios = channels.filter((channel) => channel.kind === kind).map(({ gpio }) => gpio);
    return `by the kernel on GPIO ${listOf(gpios)} (${KINDS[kind]})`;
  });
}

function describeRest({ channels }: Board, rgpiod: Way): string {
  const others = listOf(HEADER_GPIOS.filter((gpio) => !channels.some((channel) => channel.gpio === gpio)));
  return isFound(rgpiod) ? `${rgpiod.phrase} on GPIO ${others}` : `none on GPIO ${others} (${rgpiod.reason})`;
}

/** How pins are inputs, or why they are none. */
export function describeInputs(lines: Way): string {
  return isFound(lines) ? `Inputs ${lines.phrase}` : `No inputs: ${lines.reason}`;
}
