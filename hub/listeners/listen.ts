import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { HubError } from '../core/error.ts';

/** All addresses of this machine, IPv6 and IPv4; `ANY_IPV4` on a machine without IPv6. */
const ANY = '::';
const ANY_IPV4 = '0.0.0.0';

const MAX_PORT = 65_535;

/** System errors for an address that the machine does not have. */
const NO_SUCH_ADDRESS = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);
/** System errors for a host name that cannot be resolved. */
const UNKNOWN_HOST = new Set(['EAI_AGAIN', 'ENOTFOUND']);

/** Both loopback addresses: "localhost" means either, depending on the system. */
export const LOOPBACK: readonly string[] = ['127.0.0.1', '::1'];

export interface ListenOptions {
  /** The addresses to listen on. Those after the first are optional. */
  readonly hosts: readonly string[];
  /** The port; 0 lets the system choose. */
  readonly port: number;
  /** How many further ports may be tried if the port is taken. Default none. */
  readonly alternatives?: number;
  /** Called if a connection cannot be accepted (EMFILE, ENOBUFS, EPERM); the server continues. Default: does nothing. */
  readonly onFault?: (error: Error) => void;
}

export interface Listening {
  readonly port: number;
  /** Accepts no new connections. */
  close(): void;
}

/** Listens on several addresses at one port. Rejects with `port/in-use` or `option/invalid`. */
export async function listen(server: Server, options: ListenOptions): Promise<Listening> {
  const { hosts, port, alternatives = 0 } = options;
  const servers = hosts.map((_, index) => (index === 0 ? server : createFeeder(server)));
  const last = Math.min(port + alternatives, MAX_PORT);
  for (let tried = port; ; tried++) {
    try {
      return await listenOnAll(servers, { ...options, port: tried });
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE' || tried >= last) throw toListenError(cause, hosts, tried);
    }
  }
}

/** How a server treats its connections. Node keeps these options as properties. */
interface AcceptOptions {
  readonly allowHalfOpen?: boolean;
  readonly noDelay?: boolean;
}

/** A server for a further address, which passes its connections on to `server` and treats them as it does. */
function createFeeder(server: Server): Server {
  const { allowHalfOpen = false, noDelay = false }: AcceptOptions = Object(server);
  return createServer({ allowHalfOpen, noDelay }, (socket: Socket) => server.emit('connection', socket));
}

/** Listens on each address with the server at the same index. If one fails, none of them listens. */
async function listenOnAll(servers: readonly Server[], options: ListenOptions): Promise<Listening> {
  const { hosts, port, onFault = () => undefined } = options;
  const opened: Server[] = [];
  const close = () => opened.forEach((one) => void one.close());
  try {
    let found = port;
    for (const [index, one] of servers.entries()) {
      if (!(await open(one, hosts[index] ?? ANY, found, index > 0))) continue;
      one.on('error', onFault);
      opened.push(one);
      if (index === 0) found = (one.address() as AddressInfo).port;
    }
    return { port: found, close };
  } catch (cause) {
    close();
    for (const one of opened) one.off('error', onFault);
    throw cause;
  }
}

/** Whether an error says that another program uses the port. */
export function isPortTaken(error: unknown): error is HubError {
  return error instanceof HubError && error.code === 'port/in-use';
}

/** Returns whether the server is listening now; a missing optional address is not an error. */
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

async function attempt(server: Server, host: string, port: number): Promise<void> {
  server.listen({ host, port });
  await once(server, 'listening');
}

function toListenError(cause: unknown, hosts: readonly string[], port: number): HubError {
  const { code } = cause as NodeJS.ErrnoException;
  const where = hosts.join(' and ');
  if (code === 'EADDRINUSE')
    return new HubError('port/in-use', `port ${port} is taken by another program; choose another`, { cause });
  if (code === 'EACCES')
    return new HubError('port/in-use', `port ${port} is not allowed for this user; choose one from 1024`, {
      cause,
    });
  if (code !== undefined && (NO_SUCH_ADDRESS.has(code) || UNKNOWN_HOST.has(code)))
    return new HubError('option/invalid', `${where} is not an address of this machine`, { cause });
  return new HubError('internal', `cannot listen on ${where}, port ${port}: ${code}`, { cause });
}
