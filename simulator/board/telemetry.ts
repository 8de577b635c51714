import { type Observable, Subscription } from 'rxjs';
import type { Bus } from '../../hub/core/bus.ts';
import { type HubError, toHubError } from '../../hub/core/error.ts';
import type { Board } from './board.ts';
import type { Cancel } from './clock.ts';
import { MAX_GPIO } from './gpios.ts';

export interface TelemetryOptions {
  /** Goes before `board/gpio/<n>`; with a slash at its end where it is not empty. */
  readonly prefix?: string;
  /** Each time that the bus is back after it was away: it may have forgotten what it retained. */
  readonly busBack$?: Observable<unknown>;
  /** Hears what the bus refuses. */
  readonly onError?: (error: HubError) => void;
}

export interface Telemetry {
  /** Publishes no more. What is retained goes, unless the bus is closed already. */
  close(): Promise<void>;
}

/** No pin is published more often than this, microseconds. */
const INTERVAL_US = 50_000;

/**
 * Publishes what each pin that has been used does, as retained JSON at `board/gpio/<n>`: at most 20 times a second
 * each, the last state always. States of an earlier run that the bus still retains are taken back.
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

  /** Publishes now, then at the end of the interval if there is news by then. */
  const attend = (gpio: number) => {
    if (timers.has(gpio)) return;
    publish(gpio);
    const look = () => {
      timers.delete(gpio);
      // The level of a pin in a wave changes without being announced.
      const isNews = published.get(gpio) !== describe(board, gpio);
      if (isNews || board.state(gpio).function === 'wave') attend(gpio);
    };
    timers.set(gpio, board.clock.schedule(INTERVAL_US, look));
  };

  const publishAll = () => {
    const gpios = [...published.keys()];
    published.clear();
    gpios.forEach(publish);
  };

  const forget = (stale: string) => bus.publish(stale, '', { retain: true }).catch(report);

  for (let gpio = 0; gpio <= MAX_GPIO; gpio++) if (board.isUsed(gpio)) attend(gpio);
  subscription.add(board.changes$.subscribe(attend));
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

/** A pin that alternates counts as high: its level at one instant would say nothing. */
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
    // An output does not care.
    pull: mode === 'input' ? pull : undefined,
  });
}
