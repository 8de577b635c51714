import { Histogram, type Registry } from 'prom-client';
import type { Meter } from '../../devices/index.ts';

/** From half a millisecond to five seconds: a throttle's interval and a screen's lie in the middle. */
const BUCKETS_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** What takes time. None of it is on the way of a message: a pin is written to once in its interval, and a client is pinged every 25 s. */
export interface Durations {
  readonly deviceMeter: Meter;
  /** A client's answer to a ping has come so late, milliseconds. */
  roundTrip(ms: number): void;
}

export function addDurations(registry: Registry): Durations {
  const shared = { registers: [registry], buckets: BUCKETS_SECONDS };
  const writes = new Histogram({
    ...shared,
    name: 'pinhub_pin_write_seconds',
    help: 'How long drivers took to write to a pin; the count is that of the writes.',
    labelNames: ['outcome'],
  });
  const waits = new Histogram({
    ...shared,
    name: 'pinhub_pipeline_wait_seconds',
    help: 'How long a value waited for its turn before it was written to its pin.',
  });
  const roundTrips = new Histogram({
    ...shared,
    name: 'pinhub_round_trip_seconds',
    help: 'From the hub to a Socket.IO client and back, measured by a ping every 25 s.',
  });
  for (const outcome of ['done', 'failed']) writes.zero({ outcome });
  return {
    deviceMeter: {
      waited: (ms) => waits.observe(ms / 1000),
      wrote: (ms, outcome) => writes.observe({ outcome }, ms / 1000),
    },
    roundTrip: (ms) => roundTrips.observe(ms / 1000),
  };
}
