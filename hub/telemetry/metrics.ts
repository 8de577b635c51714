import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Meter } from '../../devices/index.ts';
import type { Reading, Value } from './readings.ts';

/** From half a millisecond to five seconds: a throttle's interval and a screen's lie in the middle. */
const BUCKETS_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** One hub's metrics, in a registry of its own, as a process may have several hubs. No histogram is on the path of a message. */
export class Metrics {
  /** Collects the durations of devices in the hub's process. */
  readonly deviceMeter: Meter;
  readonly #registry = new Registry();
  readonly #delays = new DelayWindow();
  readonly #roundTrips = this.#createHistogram(
    'pinhub_round_trip_seconds',
    'From the hub to a Socket.IO client and back, measured by a ping every 25 s.',
  );

  constructor() {
    const writes = this.#createHistogram(
      'pinhub_pin_write_seconds',
      'How long drivers took to write to a pin; the count is that of the writes.',
      ['outcome'],
    );
    const waits = this.#createHistogram(
      'pinhub_pipeline_wait_seconds',
      'How long a value was queued before it was written to its pin.',
    );
    for (const outcome of ['done', 'failed']) writes.zero({ outcome });
    this.deviceMeter = {
      waited: (ms) => waits.observe(ms / 1000),
      wrote: (ms, outcome) => writes.observe({ outcome }, ms / 1000),
    };
    this.add(processReadings(this.#delays));
  }

  /** The media type of `text`. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Records how long a client took to answer a ping, milliseconds. */
  roundTrip(ms: number): void {
    this.#roundTrips.observe(ms / 1000);
  }

  /** Adds the readings that have a name. */
  add(readings: readonly Reading[]): void {
    for (const reading of readings) if (reading.name !== undefined) this.#add(reading.name, reading);
  }

  /** All current metrics, in Prometheus's text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  close(): void {
    this.#delays.close();
  }

  #add(name: string, { help = '', label, read }: Reading): void {
    const Metric = name.endsWith('_total') ? Counter : Gauge;
    new Metric({
      name,
      help,
      registers: [this.#registry],
      labelNames: label === undefined ? [] : [label],
      collect() {
        this.reset();
        for (const [labels, value] of samplesOf(read(), label)) this.inc(labels, value);
      },
    });
  }

  #createHistogram(name: string, help: string, labelNames: readonly string[] = []): Histogram {
    return new Histogram({ name, help, labelNames, registers: [this.#registry], buckets: BUCKETS_SECONDS });
  }
}

function samplesOf(value: Value, label = ''): [labels: Record<string, string>, value: number][] {
  if (typeof value !== 'object') return [[{}, Number(value)]];
  return Object.entries(value).map(([name, one]) => [{ [label]: name }, one]);
}

/** Adds metrics of the process by their usual names: https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics. */
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

/** How long a delay is remembered at least, and how often one is measured, milliseconds. */
const WINDOW_MS = 60_000;
const RESOLUTION_MS = 20;

/** Node's histogram of delays since the last reset, nanoseconds. */
interface DelayHistogram {
  readonly count: number;
  percentile(percent: number): number;
  reset(): void;
  disable(): void;
}

/** How late timers ran in the last one or two minutes. Two histograms take turns, as each request would reset prom-client's own. */
export class DelayWindow {
  readonly #swap: NodeJS.Timeout;
  #older: DelayHistogram;
  #younger: DelayHistogram;

  /** `begin` starts a histogram. */
  constructor(begin: () => DelayHistogram = beginHistogram) {
    this.#older = begin();
    this.#younger = begin();
    this.#swap = setInterval(() => {
      [this.#older, this.#younger] = [this.#younger, this.#older];
      this.#younger.reset();
    }, WINDOW_MS).unref();
  }

  /** The delays that these percentages of all delays did not exceed, seconds. */
  percentiles(percents: readonly number[]): number[] {
    const { count } = this.#older;
    // Node measures from one timer to the next, including their interval.
    const delayMs = (percent: number) => this.#older.percentile(percent) / 1e6 - RESOLUTION_MS;
    return percents.map((percent) => (count === 0 ? 0 : Math.max(0, delayMs(percent)) / 1000));
  }

  close(): void {
    clearInterval(this.#swap);
    this.#older.disable();
    this.#younger.disable();
  }
}

function beginHistogram(): DelayHistogram {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return histogram;
}
