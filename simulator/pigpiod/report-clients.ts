import { asyncScheduler, distinctUntilChanged, type Observable, throttleTime } from 'rxjs';
import type { Bus } from '../../hub/core/bus.ts';
import { type HubError, toHubError } from '../../hub/core/error.ts';

/** The shortest interval between publications of the connection count: `pigs` connects once per command. */
const INTERVAL_MS = 200;

export interface ClientReportOptions {
  /** Prefix of `board/pigpiod`; unless empty, it ends with a slash. */
  readonly prefix?: string;
  readonly port: number;
  /** The number of connections, at once and at every change. */
  readonly connections$: Observable<number>;
  /** Called with the errors of the bus. */
  readonly onError?: (error: HubError) => void;
}

export interface ClientReport {
  /** Stops publishing. Retained messages are removed, unless the bus is closed already. */
  close(): Promise<void>;
}

/**
 * Publishes the port of a board's pigpiod and the number of connections to it, as retained `board/pigpiod/port/actual` and
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
