import type { Registry } from 'prom-client';
import { addCounter, addGauge } from './metric.ts';

/** What history is asked for its numbers. */
export interface HistorySource {
  readonly topicCount: number;
  readonly refused: number;
}

/** What history has room for, and what not; 0 where the hub has none. */
export function addHistory(registry: Registry, history: HistorySource | undefined): void {
  addGauge(registry, {
    name: 'pinhub_history_topics',
    help: 'Topics of which the hub remembers what they were.',
    read: () => history?.topicCount ?? 0,
  });
  addCounter(registry, {
    name: 'pinhub_history_refused_total',
    help: 'Values that are not remembered, as all places of topics are taken by others that speak.',
    read: () => history?.refused ?? 0,
  });
}
