import mqtt, { type MqttClient } from 'mqtt';
import { BadLink, LossySocket } from './lossy-socket.ts';

export type Qos = 0 | 1 | 2;

interface SendOptions {
  /** `ws:` or `wss:`. */
  readonly address: string;
  readonly topic: string;
  readonly qos: Qos;
  /** How many numbers, from 1 on. */
  readonly count: number;
  readonly isLinkBad: boolean;
  readonly clientId: string;
  readonly onSent: (number: number) => void;
}

/** The pace of the numbers: the link breaks, and is back, in their midst. */
const EVERY_MS = 100;
const RECONNECT_MS = 250;

/**
 * Sends numbers over MQTT with mqtt.js, as a program of one's own would. Resolves once each is settled: sent, for QoS 0, or acknowledged.
 * Rejects if the hub does not let the client in. Resolves to how often the link broke.
 */
export async function sendNumbers(options: SendOptions, signal: AbortSignal): Promise<number> {
  const link = new BadLink();
  const client = await connect(options, link);
  try {
    const settled: Promise<unknown>[] = [];
    for (let number = 1; number <= options.count && !signal.aborted; number++) {
      settled.push(publish(client, options, number));
      options.onSent(number);
      await pause(EVERY_MS);
    }
    await Promise.race([Promise.all(settled), aborted(signal)]);
    return link.breaks;
  } finally {
    client.end(true);
  }
}

function connect({ address, clientId, isLinkBad }: SendOptions, link: BadLink): Promise<MqttClient> {
  return mqtt.connectAsync(address, {
    clientId,
    clean: false,
    protocolVersion: 5,
    properties: { sessionExpiryInterval: 60 },
    reconnectPeriod: RECONNECT_MS,
    // The others run in a worker, which the pages' content security policy does not allow.
    timerVariant: 'native',
    // A number of QoS 0 that has no connection is lost, as on a small device without memory for it.
    queueQoSZero: false,
    createWebsocket: (url, protocols) =>
      isLinkBad ? new LossySocket(link, url, protocols) : new WebSocket(url, protocols),
  });
}

/** Of a message of QoS 0 nobody learns whether it came. */
function publish(client: MqttClient, { topic, qos }: SendOptions, number: number): Promise<unknown> {
  return client.publishAsync(topic, String(number), { qos }).catch(() => undefined);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
