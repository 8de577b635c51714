import { Registry } from 'prom-client';
import { DelayWindow } from './delay-window.ts';
import { addDurations, type Durations } from './durations.ts';
import { addHubMetrics, type HubSources } from './hub-metrics.ts';
import { addProcessMetrics } from './process-metrics.ts';

/** One hub's numbers, for Prometheus. */
export interface Metrics extends Durations {
  readonly contentType: string;
  /** Takes up a hub's own numbers. Called once. */
  follow(sources: HubSources): void;
  /** All of them as they are now, in Prometheus's text format. */
  text(): Promise<string>;
  /** Stops what is measured by the clock. */
  close(): void;
}

/** The registry is this hub's own: there may be several in a process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const delays = new DelayWindow();
  addProcessMetrics(registry, delays);
  return {
    ...addDurations(registry),
    contentType: registry.contentType,
    follow: (sources) => addHubMetrics(registry, sources),
    text: () => registry.metrics(),
    close: () => delays.close(),
  };
}
