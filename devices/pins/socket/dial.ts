import { connect, type Socket } from 'node:net';
import { HubError } from '../../../hub/core/error.ts';

/** A daemon's address, and the timeout for it. */
export interface Address {
  /** Hosts to try in order: `pigpiod -l` and `rgpiod -l` listen only on ::1 if there is IPv6. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** The timeout for the connection, and for each answer, milliseconds. */
  readonly timeoutMs: number;
}

/** The address settings from the environment. */
interface AddressSettings {
  /** An empty text means this machine. */
  readonly host: string | undefined;
  /** An empty text means the default port. */
  readonly port: string | undefined;
  readonly defaultPort: number;
  /** The name of the port's environment variable, for messages. */
  readonly portName: string;
}

/** The loopback addresses of this machine. */
export const LOOPBACK: readonly string[] = ['127.0.0.1', '::1'];

const DEFAULT_TIMEOUT_MS = 2000;

/** Parses the address of a daemon. Throws `option/invalid` for an invalid port. */
export function parseAddress({ host, port, defaultPort, portName }: AddressSettings): Address {
  return {
    hosts: host ? [host] : LOOPBACK,
    port: port ? parsePort(port, portName) : defaultPort,
    timeoutMs: DEFAULT_TIMEOUT_MS,
  };
}

function parsePort(text: string, name: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new HubError('option/invalid', `${name} is ${JSON.stringify(text)}; it must be 1–65535`);
}

/** Formats the address for people. */
export function describeAddress({ hosts, port }: Address): string {
  const [host = ''] = hosts;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Describes the daemon being dialed, for messages. */
export interface Daemon {
  /** `pigpiod` */
  readonly name: string;
  /** Advice on how to start it. */
  readonly remedy: string;
}

/** Connects to the daemon. Rejects with `driver/unavailable` if no host accepts. */
export async function dial(address: Address, { name, remedy }: Daemon): Promise<Socket> {
  const refusals: unknown[] = [];
  for (const host of address.hosts) {
    try {
      return await dialOne(host, address);
    } catch (error) {
      refusals.push(error);
    }
  }
  throw new HubError('driver/unavailable', `no ${name} answers at ${describeAddress(address)}; ${remedy}`, {
    cause: refusals.length === 1 ? refusals[0] : new AggregateError(refusals),
  });
}

function dialOne(host: string, { port, timeoutMs }: Address): Promise<Socket> {
  return new Promise((resolve, reject) => {
    // Disables Nagle's algorithm: requests are small and each waits for its answer, so none may be delayed.
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 });
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.removeListener('error', reject);
      resolve(socket);
    });
  });
}
