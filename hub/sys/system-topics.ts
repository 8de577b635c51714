import type { SchedulerLike, Subscription as Timer } from 'rxjs';
import type { Hub } from '../core/hub.ts';
import { Message } from '../core/message.ts';

/** Where the hub says how it is. A bare `#` does not match it. [MQTT-4.7.2-1] */
const ROOT = '$SYS/broker';

/** Values of the hub by their topics below `$SYS/broker`; asked for each time. */
export type SystemValues = Readonly<Record<string, () => string | number>>;

export interface SystemTopicsOptions {
  readonly hub: Hub;
  readonly scheduler: SchedulerLike;
  readonly values: SystemValues;
  /** Default 10 s, as mosquitto's. */
  readonly intervalMs?: number;
}

/** Publishes what the hub has to say of itself, retained, at once and then every interval: what has changed. */
export class SystemTopics {
  readonly #hub: Hub;
  readonly #values: SystemValues;
  readonly #intervalMs: number;
  readonly #said = new Map<string, string>();
  readonly #timer: Timer;

  constructor({ hub, scheduler, values, intervalMs = 10_000 }: SystemTopicsOptions) {
    this.#hub = hub;
    this.#values = values;
    this.#intervalMs = intervalMs;
    const publish = () => this.#publish();
    const interval = this.#intervalMs;
    publish();
    this.#timer = scheduler.schedule(function () {
      publish();
      this.schedule(undefined, interval);
    }, interval);
  }

  close(): void {
    this.#timer.unsubscribe();
  }

  #publish(): void {
    for (const [name, value] of Object.entries(this.#values)) this.#say(name, String(value()));
  }

  #say(name: string, text: string): void {
    if (this.#said.get(name) === text) return;
    this.#said.set(name, text);
    this.#hub.publish(new Message(`${ROOT}/${name}`, text, { retain: true }));
  }
}
