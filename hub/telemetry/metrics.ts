import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Meter } from '../../devices/index.ts';
import { DelayWindow } from './delay-window.ts';
import type { Reading } from './readings.ts';

/** One hub's numbers, for Prometheus. */
export interface Metrics {
  readonly contentType: string;
  readonly deviceMeter: Meter;
  /** Counts how long a client took to answer a ping, milliseconds. */
  roundTrip(ms: number): void;
  /** All of them as they are now, in Prometheus's text format. */
  text(): Promise<string>;
  /** Stops what is measured by the clock. */
  close(): void;
}

/** `readings` is called with the first request. The registry is this hub's own, as a process may have several. */
export function createMetrics(readings: () => readonly Reading[]): Metrics {
  const registry = new Registry();
  const delays = new DelayWindow();
  let isComplete = false;
  const complete = () => {
    if (isComplete) return;
    isComplete = true;
    for (const reading of [...readings(), ...processReadings(delays)]) addReading(registry, reading);
  };
  return {
    ...addDurations(registry),
    contentType: registry.contentType,
    text: () => {
      complete();
      return registry.metrics();
    },
    close: () => delays.close(),
  };
}

function addReading(registry: Registry, { name, help = '', label, read }: Reading): void {
  if (name === undefined) return;
  const options = { name, help, registers: [registry], labelNames: label === undefined ? [] : [label] };
  const samples = () => samplesOf(read(), label);
  if (name.endsWith('_total')) {
    new Counter({
      ...options,
      collect() {
        this.reset();
        for (const [labels, value] of samples()) this.inc(labels, value);
      },
    });
  } else {
    new Gauge({
      ...options,
      collect() {
        for (const [labels, value] of samples()) this.set(labels, value);
      },
    });
  }
}

function samplesOf(
  value: ReturnType<Reading['read']>,
  label = '',
): [labels: Record<string, string>, value: number][] {
  if (typeof value !== 'object') return [[{}, Number(value)]];
  return Object.entries(value).map(([name, one]) => [{ [label]: name }, one]);
}

/** The process itself, by the usual names: https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics. */
function processReadings(delays: DelayWindow): Reading[] {
  const startedAtSeconds = (Date.now() - performance.now()) / 1000;
  return [
    {
      name: 'pinhub_event_loop_delay_seconds',
      help: 'How late the event loop ran within the last minute or two: half of the time, 99 % of it, at most.',
      label: 'quantile',
      read: () => {
        const [half = 0, most = 0, all = 0] = delays.percentiles([50, 99, 100]);
        return { '0.5': half, '0.99': most, '1': all };
      },
    },
    {
      name: 'process_cpu_seconds_total',
      help: 'Processor time of the process.',
      read: () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      },
    },
    {
      name: 'process_resident_memory_bytes',
      help: 'Resident memory of the process.',
      read: () => process.memoryUsage.rss(),
    },
    {
      name: 'process_start_time_seconds',
      help: 'When the process began, seconds since 1970.',
      read: () => startedAtSeconds,
    },
  ];
}

/** From half a millisecond to five seconds: a throttle's interval and a screen's lie in the middle. */
const BUCKETS_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** None of these is on the way of a message: a pin is written once per interval, and a client is pinged every 25 s. */
function addDurations(registry: Registry): Pick<Metrics, 'deviceMeter' | 'roundTrip'> {
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
