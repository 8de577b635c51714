import type { Subscription } from 'rxjs';
import type { Level } from '../../devices/pins/pins.ts';
import type { Bus, BusMessage } from '../../hub/core/bus.ts';
import { HubError, quote, toHubError } from '../../hub/core/error.ts';
import type { Board } from './board.ts';
import { MAX_USER_GPIO } from './gpios.ts';

export interface OutsideLevelsOptions {
  /** Prefix of `board/gpio/<n>/level`; unless empty, it ends with a slash. */
  readonly prefix?: string;
  /** Called with the errors of the bus. */
  readonly onError?: (error: HubError) => void;
}

/** The functions of a board that act on a pin from outside. */
type Wire = Pick<Board, 'wire' | 'permits'>;

/**
 * Applies the level published at `board/gpio/<n>/level` to a pin from outside, like a circuit on the pin: `0` is ground, `1` is 3.3 V, `open` is no
 * connection. An output keeps its own level, and sees this one once it is an input. Retained messages are ignored, because an old press must not
 * press anything. Errors are published at `board/gpio/error`. Ends when it is unsubscribed.
 */
export function followOutsideLevels(board: Wire, bus: Bus, options: OutsideLevelsOptions = {}): Subscription {
  return eachRequest(bus, options, ({ gpio, text }) => {
    const level = readLevel(text);
    if (gpio > MAX_USER_GPIO || !board.permits(gpio))
      throw new HubError('pin/invalid', `GPIO ${gpio} cannot be used on this board`);
    board.wire(gpio, level);
  });
}

/** Answers everybody who publishes at `board/gpio/<n>/level` that the pins are real: only a wire can change their levels. */
export function refuseOutsideLevels(bus: Bus, options: OutsideLevelsOptions = {}): Subscription {
  return eachRequest(bus, options, ({ gpio }) => {
    throw new HubError('pin/unsupported', `GPIO ${gpio} is real: only a wire on it can change its level`);
  });
}

interface Request {
  readonly gpio: number;
  readonly text: string;
}

function eachRequest(
  bus: Bus,
  { prefix = '', onError }: OutsideLevelsOptions,
  take: (request: Request) => void,
): Subscription {
  const report = (error: unknown) => onError?.(toHubError(error));
  return bus.messages(`${prefix}board/gpio/+/level`).subscribe({
    next: (message) => {
      if (message.retained || message.text === '') return;
      try {
        take(readRequest(message, prefix));
      } catch (error) {
        const fault = { ...toHubError(error).toJSON(), payload: message.text?.slice(0, PAYLOAD_SHOWN) };
        bus.publish(`${prefix}board/gpio/error`, JSON.stringify(fault)).catch(report);
      }
    },
    error: report,
  });
}

/** The longest part of a rejected payload that is sent back with the error, characters. */
const PAYLOAD_SHOWN = 100;

function readRequest({ topic, text = '' }: BusMessage, prefix: string): Request {
  const [level = ''] = topic.slice(`${prefix}board/gpio/`.length).split('/');
  if (!/^\d{1,2}$/.test(level))
    throw new HubError(
      'pin/invalid',
      `${quote(topic)} does not name a GPIO: it must be a number, as in board/gpio/17/level`,
    );
  return { gpio: Number(level), text };
}

const LEVELS = new Map<string, Level | undefined>([
  ['0', 0],
  ['1', 1],
  ['open', undefined],
]);

/** Throws `payload/invalid`. */
function readLevel(text: string): Level | undefined {
  const word = text.trim();
  if (!LEVELS.has(word))
    throw new HubError('payload/invalid', `${quote(text)} is not a level: allowed are 0, 1 and open`);
  return LEVELS.get(word);
}
