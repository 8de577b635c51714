import { HubError } from '../core/error.ts';
import type { HubServer } from '../server.ts';
import { DEFAULT_MQTT_PORT, DEFAULT_MQTTS_PORT, type StartOptions } from './options.ts';

/**
 * Opens MQTT's port. Resolves to what to tell the user: where it is, or why it is not there. Rejects with `port/in-use` where the port
 * was asked for.
 */
export async function openMqtt({ mqtt, mqttPort, cert }: StartOptions, server: HubServer): Promise<string> {
  if (!mqtt) return 'off (--no-mqtt)';
  const [s, defaultPort] = cert === undefined ? ['', DEFAULT_MQTT_PORT] : ['s', DEFAULT_MQTTS_PORT];
  const webSocket = `ws${s}://localhost:${server.port}/mqtt`;
  try {
    const port = await server.listenMqtt(mqttPort ?? defaultPort);
    return `mqtt${s}://localhost:${port}  ${webSocket}`;
  } catch (error) {
    const isOptional = mqttPort === undefined && error instanceof HubError && error.code === 'port/in-use';
    if (!isOptional) throw error;
    return `${webSocket}   (no TCP: ${error.message} with --mqtt-port)`;
  }
}
