import type { SchedulerLike } from 'rxjs';
import { parseTopicFilter, type TopicFilter } from '../core/filter.ts';
import type { Hub } from '../core/hub.ts';
import type { Message } from '../core/message.ts';
import { historyName, statusTopicOf, UPTIME_TOPIC } from '../core/ports.ts';
import type { Subscriber, Subscription } from '../core/subscription.ts';
import { type HistoryChoice, numberOfField } from './choice.ts';
import type { History } from './history.ts';

/** The reports of devices: `led/21/duty/actual`, with up to four levels in front. */
const REPORTS: readonly string[] = [2, 3, 4, 5, 6, 7].map((levels) => `${'+/'.repeat(levels)}actual`);

const ACTUAL = '/actual';

/** The time between two flushes, milliseconds: an SD card survives one write a minute. */
const FLUSH_MS = 60_000;

interface RecorderOptions {
  readonly hub: Hub;
  readonly history: History;
  readonly scheduler: SchedulerLike;
  /** The values to record besides the reports of devices. Default: none. */
  readonly choices?: readonly HistoryChoice[] | undefined;
}

/** Records the reports of devices, their desired values, and the times at which the hub is up. The returned function stops, and flushes. */
export function recordHistory({
  hub,
  history,
  scheduler,
  choices = [],
}: RecorderOptions): () => Promise<void> {
  const startedMs = scheduler.now();
  const beat = () => history.record(UPTIME_TOPIC, Math.round((scheduler.now() - startedMs) / 1000));
  const recorder = new Recorder(hub, history);
  for (const choice of choices) recorder.recordAll(choice);
  const flushing = scheduler.schedule(function () {
    beat();
    void history.flush().then(() => this.schedule(undefined, FLUSH_MS));
  }, FLUSH_MS);
  beat();
  return () => {
    recorder.stop();
    flushing.unsubscribe();
    beat();
    return history.flush();
  };
}

class Recorder {
  readonly #hub: Hub;
  readonly #history: History;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #reports: Subscriber = { deliver: (message) => this.#report(message) };
  readonly #related: Subscriber = { deliver: (message) => this.#record(message) };

  constructor(hub: Hub, history: History) {
    this.#hub = hub;
    this.#history = history;
    for (const filter of REPORTS) this.#subscribe(filter, this.#reports);
  }

  /** Records everything that a choice matches, including values that are retained now. */
  recordAll({ filter, field }: HistoryChoice): void {
    const record = (message: Message) => {
      if (field.length === 0) return this.#record(message);
      const value = numberOfField(message.text, field);
      if (value !== undefined) this.#history.record(historyName(message.topic, field.join('.')), value);
      return true;
    };
    const key = `${filter.filter}?${field.join('.')}`;
    this.#subscriptions.set(key, this.#hub.subscribe({ deliver: record }, filter));
    for (const message of this.#hub.retained.match(filter.path)) record(message);
  }

  stop(): void {
    for (const subscription of this.#subscriptions.values()) this.#hub.unsubscribe(subscription);
    this.#subscriptions.clear();
  }

  #report(message: Message): boolean {
    this.#record(message);
    if (this.#history.has(message.topic)) this.#follow(message.topic.slice(0, -ACTUAL.length));
    return true;
  }

  /** Listens only to the topics of a report, so that other messages cost nothing. */
  #follow(property: string): void {
    for (const topic of [property, statusTopicOf(property)]) {
      if (this.#subscriptions.has(topic)) continue;
      const filter = this.#subscribe(topic, this.#related);
      for (const message of this.#hub.retained.match(filter.path)) this.#record(message);
    }
  }

  #subscribe(text: string, subscriber: Subscriber): TopicFilter {
    const filter = parseTopicFilter(text);
    this.#subscriptions.set(text, this.#hub.subscribe(subscriber, filter));
    return filter;
  }

  #record({ topic, text }: Message): boolean {
    const value = readStatus(text) ?? parseNumber(text);
    if (value !== undefined) this.#history.record(topic, value);
    return true;
  }
}

/** A status is recorded as a number: 1 is online, 0 is offline. */
function readStatus(text: string | undefined): number | undefined {
  return text === 'online' ? 1 : text === 'offline' ? 0 : undefined;
}

function parseNumber(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
