import type { Registry } from 'prom-client';
import type { DelayWindow } from './delay-window.ts';
import { addCounter, addGauge } from './metric.ts';

/** What share of all turns a quantile stands for. */
const QUANTILES = [
  ['0.5', 50],
  ['0.99', 99],
  ['1', 100],
] as const;

/** The process itself, by the names that are usual: https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics. */
export function addProcessMetrics(registry: Registry, delays: DelayWindow): void {
  const startedAtSeconds = (Date.now() - performance.now()) / 1000;
  addGauge(registry, {
    name: 'pinhub_event_loop_delay_seconds',
    help: 'How late the event loop ran within the last minute or two: half of the time, 99 % of it, at most.',
    label: 'quantile',
    read: () => {
      const values = delays.percentiles(QUANTILES.map(([, percent]) => percent));
      return Object.fromEntries(QUANTILES.map(([name], index) => [name, values[index] ?? 0]));
    },
  });
  addCounter(registry, {
    name: 'process_cpu_seconds_total',
    help: 'Time of the processor that the process has taken.',
    read: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
  });
  addGauge(registry, {
    name: 'process_resident_memory_bytes',
    help: 'Memory that the process has.',
    read: () => process.memoryUsage.rss(),
  });
  addGauge(registry, {
    name: 'process_start_time_seconds',
    help: 'When the process began, seconds since 1970.',
    read: () => startedAtSeconds,
  });
}
