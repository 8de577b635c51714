import { type SchedulerLike, Subscription as Timer } from 'rxjs';
import type { Hub } from '../core/hub.ts';
import { Message } from '../core/message.ts';
import type { MqttCounters } from '../gateways/mqtt/limits.ts';
import type { Sessions } from '../session/sessions.ts';

/** Where the hub says how it is. A bare `#` does not match it. [MQTT-4.7.2-1] */
const ROOT = '$SYS/broker';

/** Values of the hub by their topics below `$SYS/broker`; asked for each time. */
type SystemValues = Readonly<Record<string, () => string | number>>;

interface SystemTopicsOptions {
  readonly hub: Hub;
  readonly scheduler: SchedulerLike;
  readonly values: SystemValues;
  /** Default 10 s, as mosquitto's. */
  readonly intervalMs?: number;
  /** Those of the values that are asked for every second, as people watch them. Default: none. */
  readonly lively?: readonly string[];
}

const LIVELY_INTERVAL_MS = 1_000;

/** Publishes what the hub has to say of itself, retained, at once and then every interval: what has changed. */
export class SystemTopics {
  readonly #hub: Hub;
  readonly #values: SystemValues;
  readonly #said = new Map<string, string>();
  readonly #timers = new Timer();

  constructor({ hub, scheduler, values, intervalMs = 10_000, lively = [] }: SystemTopicsOptions) {
    this.#hub = hub;
    this.#values = values;
    const names = Object.keys(values);
    this.#publish(names);
    this.#timers.add(every(intervalMs, scheduler, () => this.#publish(names)));
    this.#timers.add(every(LIVELY_INTERVAL_MS, scheduler, () => this.#publish(lively)));
  }

  close(): void {
    this.#timers.unsubscribe();
  }

  #publish(names: readonly string[]): void {
    for (const name of names) {
      const value = this.#values[name];
      if (value) this.#say(name, String(value()));
    }
  }

  #say(name: string, text: string): void {
    if (this.#said.get(name) === text) return;
    this.#said.set(name, text);
    this.#hub.publish(new Message(`${ROOT}/${name}`, text, { retain: true }));
  }
}

function every(intervalMs: number, scheduler: SchedulerLike, work: () => void): Timer {
  return scheduler.schedule(function () {
    work();
    this.schedule(undefined, intervalMs);
  }, intervalMs);
}

interface BrokerSources {
  readonly hub: Hub;
  readonly sessions: Sessions;
  readonly mqtt: MqttCounters;
  readonly version: string;
}

/**
 * What mosquitto says of itself, by mosquitto's names (mosquitto(8), "Broker status"), so that what watches a mosquitto can watch a
 * hub. Clients, subscriptions and retained messages are those of every way in; packets and bytes are MQTT's.
 */
export function createBrokerValues({ hub, sessions, mqtt, version }: BrokerSources): SystemValues {
  const startedAt = hub.now();
  let maximum = 0;
  const connected = () => {
    const count = sessions.connectedCount;
    maximum = Math.max(maximum, count);
    return count;
  };
  const away = () => sessions.size - sessions.connectedCount;
  const { counters } = sessions;
  return {
    version: () => `Pinhub ${version}`,
    uptime: () => `${Math.floor((hub.now() - startedAt) / 1000)} seconds`,
    'clients/connected': connected,
    'clients/active': connected,
    'clients/disconnected': away,
    'clients/inactive': away,
    'clients/total': () => sessions.size,
    'clients/maximum': () => Math.max(maximum, connected()),
    'messages/received': () => mqtt.packetsReceived,
    'messages/sent': () => mqtt.packetsSent,
    'messages/stored': () => hub.retained.size + counters.queuedMessages,
    'store/messages/count': () => hub.retained.size + counters.queuedMessages,
    'store/messages/bytes': () => hub.retained.bytes + counters.queuedBytes,
    'publish/messages/received': () => mqtt.publishesReceived,
    'publish/messages/sent': () => mqtt.publishesSent,
    'publish/messages/dropped': () => counters.dropped,
    'bytes/received': () => mqtt.bytesReceived,
    'bytes/sent': () => mqtt.bytesSent,
    'retained messages/count': () => hub.retained.size,
    'subscriptions/count': () => hub.subscriptionCount,
  };
}
