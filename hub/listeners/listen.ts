import { type AddressInfo, createServer, type Server } from 'node:net';
import { HubError } from '../core/error.ts';

/** Every address of this machine, IPv6 and IPv4; `ANY_IPV4` on a machine without IPv6. */
const ANY = '::';
const ANY_IPV4 = '0.0.0.0';

const MAX_PORT = 65_535;

/** System errors for an address that the machine does not have. */
const NO_SUCH_ADDRESS = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** Both loopback addresses: "localhost" means either, depending on the system. */
export const LOOPBACK: readonly string[] = ['127.0.0.1', '::1'];

export interface ListenOptions {
  /** The addresses to listen on. Those after the first are optional. */
  readonly hosts: readonly string[];
  /** 0 lets the system choose. */
  readonly port: number;
  /** How many further ports may be tried if the port is taken. Default none. */
  readonly alternatives?: number;
}

export interface Listening {
  readonly port: number;
  /** Takes no more connections. */
  close(): void;
}

/** Listens on several addresses at one port. Rejects with `port/in-use` or `option/invalid`. */
export async function listen(
  server: Server,
  { hosts, port, alternatives = 0 }: ListenOptions,
): Promise<Listening> {
  const opened: Server[] = [];
  const close = () => opened.forEach((one) => void one.close());
  try {
    let found = port;
    for (const [index, host] of hosts.entries()) {
      const one = index === 0 ? server : feeder(server);
      if (await open(one, host, found, index > 0)) opened.push(one);
      found = (server.address() as AddressInfo).port;
    }
    return { port: found, close };
  } catch (cause) {
    close();
    const code = (cause as NodeJS.ErrnoException).code;
    if (code !== 'EADDRINUSE' || alternatives === 0 || port >= MAX_PORT) {
      throw describe(hosts, port, code, cause);
    }
    return listen(server, { hosts, port: port + 1, alternatives: alternatives - 1 });
  }
}

/** A server that hands its connections to another, with the same limit. */
function feeder(server: Server): Server {
  const one = createServer((socket) => void server.emit('connection', socket));
  one.maxConnections = server.maxConnections;
  return one;
}

/** Whether the server listens now; a missing optional address is not an error. */
async function open(server: Server, host: string, port: number, isOptional: boolean): Promise<boolean> {
  try {
    await attempt(server, host, port);
    return true;
  } catch (error) {
    if (!NO_SUCH_ADDRESS.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    if (host === ANY) return open(server, ANY_IPV4, port, isOptional);
    if (isOptional) return false;
    throw error;
  }
}

function attempt(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error) => {
      server.off('error', settle);
      server.off('listening', settle);
      if (error) reject(error);
      else resolve();
    };
    server.on('error', settle);
    server.on('listening', settle);
    server.listen({ host, port });
  });
}

function describe(
  hosts: readonly string[],
  port: number,
  code: string | undefined,
  cause: unknown,
): HubError {
  const where = hosts.join(' and ');
  switch (code) {
    case 'EADDRINUSE':
      return new HubError('port/in-use', `port ${port} is taken by another program; choose another`, {
        cause,
      });
    case 'EACCES':
      return new HubError('port/in-use', `port ${port} is not for this user; choose one from 1024`, {
        cause,
      });
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EAI_AGAIN':
    case 'ENOTFOUND':
      return new HubError('option/invalid', `${where} is no address of this machine`, { cause });
    default:
      return new HubError('internal', `cannot listen on ${where}, port ${port}: ${code}`, { cause });
  }
}
