import { connect, type Socket } from 'node:net';
import { HubError } from '../../../hub/core/error.ts';

/** Where a daemon may be, and how long it may take for anything. */
export interface Address {
  /** Tried in turn: `pigpiod -l` listens on ::1 only, where there is IPv6. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** For a connection, and for each answer, milliseconds. */
  readonly timeoutMs: number;
}

const DEFAULT_HOSTS = ['127.0.0.1', '::1'];
const DEFAULT_PORT = 8888;
const DEFAULT_TIMEOUT_MS = 2000;

/** The address that pigpio's own clients would use: PIGPIO_ADDR and PIGPIO_PORT, else this machine's port 8888. */
export function pigpiodAddress(env: Readonly<Record<string, string | undefined>>): Address {
  const { PIGPIO_ADDR: host, PIGPIO_PORT: port } = env;
  return {
    hosts: host ? [host] : DEFAULT_HOSTS,
    port: port ? parsePort(port) : DEFAULT_PORT,
    timeoutMs: DEFAULT_TIMEOUT_MS,
  };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new HubError('option/invalid', `PIGPIO_PORT is ${JSON.stringify(text)}; it must be 1–65535`);
}

/** The address as a person writes it. */
export function describeAddress({ hosts, port }: Address): string {
  const [host = ''] = hosts;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A connection to the daemon. Rejects with `driver/unavailable` where no host takes it. */
export async function dial(address: Address): Promise<Socket> {
  const refusals: unknown[] = [];
  for (const host of address.hosts) {
    try {
      return await dialOne(host, address);
    } catch (error) {
      refusals.push(error);
    }
  }
  throw new HubError(
    'driver/unavailable',
    `no pigpiod answers at ${describeAddress(address)}; "sudo pigpiod" starts one`,
    {
      cause: refusals.length === 1 ? refusals[0] : new AggregateError(refusals),
    },
  );
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
