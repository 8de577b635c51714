import type { Hub } from './core/hub.ts';
import { createLocalBus, type LocalBus } from './core/local-bus.ts';

/** Counts the clients within the hub's own process, and their messages. */
export class LocalClients {
  /** Messages that they have published since the start. */
  received = 0;
  readonly #hub: Hub;
  readonly #open = new Set<LocalBus>();

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  /** How many are connected. */
  get count(): number {
    return this.#open.size;
  }

  connect(): LocalBus {
    const bus = createLocalBus(this.#hub);
    this.#open.add(bus);
    return {
      messages: (filter, options) => bus.messages(filter, options),
      publish: (topic, payload, options) => {
        this.received++;
        return bus.publish(topic, payload, options);
      },
      close: () => {
        this.#open.delete(bus);
        bus.close();
      },
    };
  }
}
