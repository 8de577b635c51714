import type { SchedulerLike } from 'rxjs';
import { parseTopicFilter } from '../core/filter.ts';
import type { Hub } from '../core/hub.ts';
import type { Subscriber } from '../core/subscription.ts';
import type { History } from './history.ts';

/** The reports of devices: `led/21/duty/actual`, with up to four levels in front. */
const DEFAULT_HISTORY_FILTERS: readonly string[] = [2, 3, 4, 5, 6, 7].map(
  (levels) => `${'+/'.repeat(levels)}actual`,
);

/** The time between two flushes, milliseconds: an SD card survives one write a minute. */
const FLUSH_MS = 60_000;

interface RecorderOptions {
  readonly hub: Hub;
  readonly history: History;
  readonly scheduler: SchedulerLike;
  readonly filters?: readonly string[];
}

/** Records the numbers that are published to some topics. The returned function stops, and resolves when everything is kept. */
export function recordHistory({
  hub,
  history,
  scheduler,
  filters = DEFAULT_HISTORY_FILTERS,
}: RecorderOptions): () => Promise<void> {
  const recorder: Subscriber = {
    deliver: ({ topic, text }) => {
      const value = parseNumber(text);
      if (value !== undefined) history.record(topic, value);
      return true;
    },
  };
  const subscriptions = filters.map((filter) => hub.subscribe(recorder, parseTopicFilter(filter)));
  const flushing = scheduler.schedule(function () {
    void history.flush().then(() => this.schedule(undefined, FLUSH_MS));
  }, FLUSH_MS);
  return () => {
    for (const subscription of subscriptions) hub.unsubscribe(subscription);
    flushing.unsubscribe();
    return history.flush();
  };
}

function parseNumber(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
