import type { StartOptions } from './options.ts';
import { basesOf } from './sharing.ts';

interface Served {
  /** The port of the pages, and that of MQTT if it is served over TCP. */
  readonly port: number;
  readonly mqttPort: number | undefined;
}

/**
 * How clients of other hubs reach a hub: by the first name that it was given, or else by its first address in the network. A proxy in front of it serves no MQTT
 * over TCP; and a hub that only this machine can reach is there for clients on this machine.
 */
export function clientAddresses(
  options: Pick<StartOptions, 'host' | 'name' | 'basePath' | 'cert'>,
  { port, mqttPort }: Served,
): string[] {
  const [scheme, mqtt] =
    options.cert === undefined ? (['http', 'mqtt'] as const) : (['https', 'mqtts'] as const);
  const [base] = basesOf(options, { scheme, port });
  const isBehindProxy = base !== undefined && options.host === undefined;
  const own = base ?? `${scheme}://localhost:${port}${options.basePath ?? ''}/`;
  if (mqttPort === undefined || isBehindProxy) return [own];
  return [`${mqtt}://${new URL(own).hostname}:${mqttPort}`, own];
}
