import type { Hub } from '../core/hub.ts';
import type { MqttCounters } from '../gateways/mqtt/counters.ts';
import type { Sessions } from '../session/sessions.ts';
import type { SystemValues } from './system-topics.ts';

export interface BrokerSources {
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
