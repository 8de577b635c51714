import { connect, type Socket } from 'node:net';
import { HubError } from '../../../hub/core/error.ts';

/** Where a daemon may be, and how long it may take for anything. */
export interface Address {
  /** Tried in turn: `pigpiod -l` and `rgpiod -l` listen on ::1 only, where there is IPv6. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** For a connection, and for each answer, milliseconds. */
  readonly timeoutMs: number;
}

/** The settings of an address, as the environment has them. */
interface AddressSettings {
  /** This machine if empty. */
  readonly host: string | undefined;
  /** The default if empty. */
  readonly port: string | undefined;
  readonly defaultPort: number;
  /** The variable that holds the port, for messages. */
  readonly portName: string;
}

/** This machine's addresses. */
export const LOOPBACK: readonly string[] = ['127.0.0.1', '::1'];

const DEFAULT_TIMEOUT_MS = 2000;

/** The address of a daemon. Throws `option/invalid` for a port that is none. */
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

/** The address as a person writes it. */
export function describeAddress({ hosts, port }: Address): string {
  const [host = ''] = hosts;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Which daemon is dialled, for messages. */
export interface Daemon {
  /** `pigpiod` */
  readonly name: string;
  /** How somebody gets one to answer. */
  readonly remedy: string;
}

/** A connection to the daemon. Rejects with `driver/unavailable` if no host takes it. */
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
    // Requests are small and each waits for its answer, so none may wait for another (Nagle).
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
