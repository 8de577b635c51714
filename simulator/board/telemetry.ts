import { type Observable, Subscription } from 'rxjs';
import type { Bus } from '../../hub/core/bus.ts';
import { type HubError, toHubError } from '../../hub/core/error.ts';
import type { Board } from './board.ts';
import type { Cancel } from './clock.ts';
import { MAX_GPIO } from './gpios.ts';

export interface TelemetryOptions {
  /** Prefix of `board/gpio/<n>`; unless empty, it ends with a slash. */
  readonly prefix?: string;
  /** Emits each time the bus has reconnected: it may have lost its retained messages. */
  readonly busBack$?: Observable<unknown>;
  /** Called with the errors of the bus. */
  readonly onError?: (error: HubError) => void;
}

export interface Telemetry {
  /** Stops publishing. Retained messages are removed, unless the bus is closed already. */
  close(): Promise<void>;
}

/** The shortest interval between two publications for the same pin, microseconds. */
const INTERVAL_US = 50_000;

/**
 * Publishes the state of each pin that has been used, as retained JSON at `board/gpio/<n>`: at most 20 times per second
 * each, and always the last state. States that an earlier run left retained on the bus are removed.
 */
export function createTelemetry(board: Board, bus: Bus, options: TelemetryOptions = {}): Telemetry {
  const topic = (gpio: number | '+') => `${options.prefix ?? ''}board/gpio/${gpio}`;
  const report = (error: unknown) => options.onError?.(toHubError(error));
  const published = new Map<number, string>();
  const timers = new Map<number, Cancel>();
  const subscription = new Subscription();

  const publish = (gpio: number) => {
    const text = describe(board, gpio);
    if (published.get(gpio) === text) return;
    published.set(gpio, text);
    bus.publish(topic(gpio), text, { retain: true }).catch(report);
  };

  /** Publishes now, and at the end of the interval if the state has changed by then. */
  const publishPin = (gpio: number) => {
    if (timers.has(gpio)) return;
    publish(gpio);
    const look = () => {
      timers.delete(gpio);
      // The level of a pin in a wave changes without an announcement.
      const isNews = published.get(gpio) !== describe(board, gpio);
      if (isNews || board.state(gpio).function === 'wave') publishPin(gpio);
    };
    timers.set(gpio, board.clock.schedule(INTERVAL_US, look));
  };

  const publishAll = () => {
    const gpios = [...published.keys()];
    published.clear();
    gpios.forEach(publish);
  };

  const forget = (stale: string) => bus.publish(stale, '', { retain: true }).catch(report);

  for (let gpio = 0; gpio <= MAX_GPIO; gpio++) if (board.isUsed(gpio)) publishPin(gpio);
  subscription.add(board.changes$.subscribe(publishPin));
  subscription.add(options.busBack$?.subscribe(publishAll));
  subscription.add(
    bus.messages(topic('+')).subscribe({
      next: ({ topic: stale, text, retained }) => {
        const isOurs = published.has(Number(stale.slice(topic('+').length - 1)));
        if (retained && text !== '' && !isOurs) void forget(stale);
      },
      error: report,
    }),
  );

  return {
    async close() {
      subscription.unsubscribe();
      for (const cancel of timers.values()) cancel();
      timers.clear();
      await Promise.all([...published.keys()].map((gpio) => forget(topic(gpio))));
    },
  };
}

/** A pin that alternates counts as high: its level at one instant would mean nothing. */
function describe(board: Board, gpio: number): string {
  const { mode, pull, function: use, frequencyHz, level, pulseUs } = board.state(gpio);
  const { dutyPercent, periodUs } = board.waveform(gpio);
  return JSON.stringify({
    mode,
    function: use,
    dutyPercent: Math.round(dutyPercent * 1e4) / 1e4,
    frequencyHz,
    level: periodUs > 0 ? 1 : level,
    pulseUs,
    // An output ignores its pull.
    pull: mode === 'input' ? pull : undefined,
  });
}
