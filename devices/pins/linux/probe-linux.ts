import { HubError } from '../../../hub/core/error.ts';
import { listOf } from '../ownership.ts';
import { type Backend, type Backends, isFound, withBackends } from './backends.ts';
import { type Board, readBoard } from './board.ts';
import type { LinuxOptions } from './create-linux-pins.ts';
import { adviceFor, headerGpiosOf } from './pi.ts';
import type { ChannelKind } from './pwm-channels.ts';
import { REAL_FILES } from './sysfs-files.ts';

/** The pin of the first LED in every tutorial, and its replacement on a 26-pin header. */
const COURSE_GPIO = 21;
const SHORT_HEADER_GPIO = 18;

const KINDS: Readonly<Record<ChannelKind, string>> = {
  hardware: 'hardware',
  pio: "the RP1's PIO",
  timer: 'a timer',
};

/**
 * Finds the ways to reach the pins of this Raspberry Pi, without changing anything. Resolves to a description of them; rejects with
 * `driver/unavailable` and the reason if no pin has PWM.
 */
export async function probeLinux(options: LinuxOptions = {}): Promise<string> {
  const board = await readBoard(options.files ?? REAL_FILES);
  return withBackends(options, async (backends) => describeBackends(board, backends));
}

function describeBackends(board: Board, { rgpiod, lines }: Backends): string {
  const { pi, channels, hidden } = board;
  if (channels.length === 0 && !isFound(rgpiod)) {
    const denied = `the kernel shows no PWM channel: ${hidden}, and ${rgpiod.reason}`;
    if (hidden) throw new HubError('driver/unavailable', denied);
    const what = `the kernel has no PWM channel on this ${pi.model}, and ${rgpiod.reason}`;
    const gpio = pi.hasShortHeader ? SHORT_HEADER_GPIO : COURSE_GPIO;
    const advice = `for GPIO ${gpio}, ${adviceFor(gpio, pi)}`;
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

function describeRest({ pi, channels }: Board, rgpiod: Backend): string {
  const rest = headerGpiosOf(pi).filter((gpio) => !channels.some((channel) => channel.gpio === gpio));
  const others = listOf(rest);
  return isFound(rgpiod) ? `${rgpiod.phrase} on GPIO ${others}` : `none on GPIO ${others} (${rgpiod.reason})`;
}

/** Says how pins can be inputs, or why they cannot. */
export function describeInputs(lines: Backend): string {
  return isFound(lines) ? `Inputs ${lines.phrase}` : `No inputs: ${lines.reason}`;
}
