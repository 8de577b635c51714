import mqtt, { type MqttClient } from 'mqtt';
import { HubError } from '../../../hub/core/error.ts';
import { BadLink, LossySocket } from './lossy-socket.ts';

export type Qos = 0 | 1 | 2;

interface SendOptions {
  /** `ws:` or `wss:`. */
  readonly address: string;
  readonly topic: string;
  readonly qos: Qos;
  /** How many numbers to send, from 1 on. */
  readonly count: number;
  readonly isLinkBad: boolean;
  readonly clientId: string;
  readonly onSent: (number: number) => void;
}

/** The interval between numbers. The link breaks and recovers while they are being sent. */
const EVERY_MS = 100;
const RECONNECT_MS = 250;

/**
 * Sends numbers over MQTT with mqtt.js, like a user's own program. Resolves to the number of breaks of the link, once each number is settled: sent,
 * for QoS 0, or acknowledged. Rejects if the hub does not let the client in, or refuses a number, as in a class that is paused.
 */
export async function sendNumbers(options: SendOptions, signal: AbortSignal): Promise<number> {
  const link = new BadLink();
  const client = await connect(options, link);
  try {
    const settled: Promise<unknown>[] = [];
    for (let number = 1; number <= options.count && !signal.aborted; number++) {
      settled.push(publish(client, options, number));
      options.onSent(number);
      // A number that is refused ends the sending at once.
      await Promise.race([pause(EVERY_MS), Promise.all(settled).then(() => pause(EVERY_MS))]);
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
    // The other variants run in a worker, which the pages' content security policy forbids.
    timerVariant: 'native',
    // A QoS 0 number that finds no connection is lost, as on a small device without memory for it.
    queueQoSZero: false,
    createWebsocket: (url, protocols) =>
      isLinkBad ? new LossySocket(link, url, protocols) : new WebSocket(url, protocols),
  });
}

/**
 * Publishes a number until it is acknowledged. For QoS 0 nobody learns whether it arrived. With the others, mqtt.js gives up messages that it has not sent yet if the link
 * breaks while it sends earlier ones again: these are published again.
 */
async function publish(client: MqttClient, { topic, qos }: SendOptions, number: number): Promise<void> {
  const isSettled = () =>
    client.publishAsync(topic, String(number), { qos }).then(
      () => true,
      (error) => {
        if (isRefusal(error)) throw new HubError('auth/denied', error.message, { cause: error });
        return qos === 0 || client.disconnecting;
      },
    );
  while (!(await isSettled()));
}

/** The first reason code of MQTT 5 with which a hub refuses. */
const LEAST_REFUSAL = 0x80;

/** Whether the hub itself has refused: it would refuse the same again. */
function isRefusal(error: unknown): error is Error {
  const { code }: { readonly code?: unknown } = Object(error);
  return error instanceof Error && typeof code === 'number' && code >= LEAST_REFUSAL;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
