import { type SchedulerLike, Subscription as Timer } from 'rxjs';
import type { Hub } from '../core/hub.ts';
import { Message } from '../core/message.ts';
import { type Reading, SUM, type Value } from './readings.ts';

/** The hub's own topics. A bare `#` does not match them. [MQTT-4.7.2-1] */
const ROOT = '$SYS/broker';

const LIVELY_INTERVAL_MS = 1_000;

interface SystemTopicsOptions {
  readonly hub: Hub;
  readonly scheduler: SchedulerLike;
  readonly readings: readonly Reading[];
  /** Default 10 s, as in mosquitto. */
  readonly intervalMs?: number;
}

/** Publishes the readings that have topics, retained: first all, and then the changed ones at each interval, or at once. */
export class SystemTopics {
  readonly #hub: Hub;
  readonly #published = new Map<string, string>();
  readonly #timers = new Timer();

  constructor({ hub, scheduler, readings, intervalMs = 10_000 }: SystemTopicsOptions) {
    this.#hub = hub;
    const lively = readings.filter(({ isLively }) => isLively);
    this.#publish(readings);
    this.#timers.add(every(intervalMs, scheduler, () => this.#publish(readings)));
    this.#timers.add(every(LIVELY_INTERVAL_MS, scheduler, () => this.#publish(lively)));
    for (const reading of readings)
      this.#timers.add(reading.changed$?.subscribe(() => this.#publish([reading])));
  }

  close(): void {
    this.#timers.unsubscribe();
  }

  #publish(readings: readonly Reading[]): void {
    for (const { topics, read } of readings) {
      if (!topics) continue;
      const value = read();
      for (const [name, label] of Object.entries(topics)) this.#publishOne(name, textOf(value, label));
    }
  }

  /** Never throws: no limit applies to reserved topics. */
  #publishOne(name: string, text: string): void {
    if (this.#published.get(name) === text) return;
    this.#published.set(name, text);
    const topic = name.startsWith('$') ? name : `${ROOT}/${name}`;
    this.#hub.publish(new Message(topic, text, { retain: true }));
  }
}

function textOf(value: Value, label: string): string {
  if (typeof value !== 'object') return String(value);
  const sum = Object.values(value).reduce((one, other) => one + other, 0);
  return String(label === SUM ? sum : (value[label] ?? 0));
}

function every(intervalMs: number, scheduler: SchedulerLike, work: () => void): Timer {
  return scheduler.schedule(function () {
    work();
    this.schedule(undefined, intervalMs);
  }, intervalMs);
}
