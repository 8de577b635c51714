import { asyncScheduler, distinctUntilChanged, type Observable, throttleTime } from 'rxjs';
import type { Bus } from '../../hub/core/bus.ts';
import { type HubError, toHubError } from '../../hub/core/error.ts';

/** How often the number of connections is published, at most: `pigs` makes one for each command. */
const INTERVAL_MS = 200;

export interface ClientReportOptions {
  /** Goes before `board/pigpiod`; with a slash at its end where it is not empty. */
  readonly prefix?: string;
  readonly port: number;
  /** The number of connections, at once and at every change. */
  readonly connections$: Observable<number>;
  /** Hears what the bus refuses. */
  readonly onError?: (error: HubError) => void;
}

export interface ClientReport {
  /** Publishes no more. What is retained goes, unless the bus is closed already. */
  close(): Promise<void>;
}

/**
 * Publishes on which port a board's pigpiod listens, and how many connections programs have to it, as retained `board/pigpiod/port/actual` and
 * `board/pigpiod/connections/actual`.
 */
export function reportClients(bus: Bus, options: ClientReportOptions): ClientReport {
  const { prefix = '', port, connections$, onError = () => {} } = options;
  const publish = (property: string, value: string) =>
    bus
      .publish(`${prefix}board/pigpiod/${property}/actual`, value, { retain: true })
      .catch((error: unknown) => onError(toHubError(error)));
  void publish('port', `${port}`);
  const counting = connections$
    .pipe(
      throttleTime(INTERVAL_MS, asyncScheduler, { leading: true, trailing: true }),
      distinctUntilChanged(),
    )
    .subscribe((count) => void publish('connections', `${count}`));
  return {
    async close() {
      counting.unsubscribe();
      await Promise.all([publish('port', ''), publish('connections', '')]);
    },
  };
}
