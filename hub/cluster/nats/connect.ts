import { readFileSync } from 'node:fs';
import {
  type Authenticator,
  type ConnectionOptions,
  connect as connectNats,
  credsAuthenticator,
  type NatsConnection,
  type Server,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node';
import { HubError, quote, toHubError } from '../../core/error.ts';
import { unlessAborted } from '../unless-aborted.ts';

export interface NatsOptions {
  /** Addresses of servers, as in `nats://a:4222`; `tls://` requires encryption. */
  readonly servers: readonly string[];
  /** A file with the credentials for the servers: a `.creds` file, `user:password`, or a token. */
  readonly credentials?: string | undefined;
  /** The authorities that signed the servers' certificates, and this client's certificate with its key (PEM). */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** The name under which the servers list this connection. */
  readonly name: string;
  /** Also accepts servers older than `LEAST_VERSION`. */
  readonly acceptsAnyVersion?: boolean | undefined;
  /** False for an account that only receives events. Default true. */
  readonly needsJetStream?: boolean;
  /** Ends the wait for a server that does not answer. */
  readonly signal?: AbortSignal | undefined;
}

/** Older servers lose or diverge in known ways: a follower of 2.9 and 2.10 may silently refuse what its leader accepted. */
const LEAST_VERSION = [2, 12] as const;

/** How long one attempt to connect may take, and how long to wait before the next, milliseconds. */
const CONNECT_MS = 5_000;
const RECONNECT_MS = 100;

/**
 * How often a server is pinged, milliseconds. A server that misses two pings counts as gone after three times that: soon enough to switch to another
 * server before the hub ends itself.
 */
const PING_MS = 400;
const PINGS = 2;

/** Connects to the first server that answers. Rejects with `store/unavailable`, with `option/invalid` for files that cannot be used, and with the signal's reason. */
export async function connect(options: NatsOptions): Promise<NatsConnection> {
  const connection = await open(options);
  const problem = findProblem(connection, options);
  if (problem === undefined) return connection;
  await connection.close();
  throw new HubError('store/unavailable', `${connection.getServer()}: ${problem}`);
}

async function open(options: NatsOptions): Promise<NatsConnection> {
  const { signal } = options;
  const connecting = connectNats(toConnectionOptions(options));
  try {
    return await unlessAborted(connecting, signal);
  } catch (cause) {
    if (signal?.aborted) {
      void connecting.then((connection) => connection.close()).catch(() => undefined); // Nobody waits for it any more.
      throw signal.reason;
    }
    const servers = options.servers.join(', ');
    const reason = toHubError(cause).message;
    throw new HubError('store/unavailable', `no NATS server of ${servers} can be used: ${reason}`, { cause });
  }
}

function toConnectionOptions(options: NatsOptions): ConnectionOptions {
  const { servers, credentials, name } = options;
  const tls = toTls(options);
  return {
    servers: [...servers],
    name,
    timeout: CONNECT_MS,
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true, // Credentials may be renewed; a wrong first connection is refused nevertheless.
    reconnectTimeWait: RECONNECT_MS,
    reconnectToServer: (pool, info) => (info ? leastRecent(pool) : null),
    pingInterval: PING_MS,
    maxPingOut: PINGS,
    noAsyncTraces: true, // A stack for each request would cost a hub several percent of its time.
    ...(tls && { tls }),
    ...(credentials !== undefined && { authenticator: readCredentials(credentials) }),
  };
}

/** By default the client first tries the server that it has just lost. If that server is silent, the attempt takes longer than the hub may wait. */
function leastRecent(pool: readonly Server[]): Server | null {
  return [...pool].sort((one, other) => one.lastConnect - other.lastConnect)[0] ?? null;
}

function toTls({ servers, ca, cert, key }: NatsOptions): NonNullable<ConnectionOptions['tls']> | undefined {
  const files = {
    ...(ca !== undefined && { ca: read(ca) }),
    ...(cert !== undefined && { cert: read(cert) }),
    ...(key !== undefined && { key: read(key) }),
  };
  const isWanted = servers.some((server) => server.startsWith('tls://')) || Object.keys(files).length > 0;
  return isWanted ? files : undefined;
}

function readCredentials(path: string): Authenticator {
  const text = read(path).trim();
  // NATS's own parser requires the end of the last line.
  if (text.includes('BEGIN NATS USER JWT')) return credsAuthenticator(new TextEncoder().encode(`${text}\n`));
  if (text === '' || /\s/.test(text))
    throw new HubError('option/invalid', `${quote(path)} must hold user:password, a token, or a .creds file`);
  const [user = '', ...password] = text.split(':');
  return password.length === 0
    ? tokenAuthenticator(text)
    : usernamePasswordAuthenticator(user, password.join(':'));
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = toHubError(cause).message;
    throw new HubError('option/invalid', `the file for the cluster cannot be read: ${reason}`, { cause });
  }
}

/** The reason why a server cannot be used; `undefined` if it can be used. */
function findProblem(
  { info }: NatsConnection,
  { acceptsAnyVersion = false, needsJetStream = true }: NatsOptions,
): string | undefined {
  const version = info?.version ?? 'unknown';
  if (!acceptsAnyVersion && !isRecent(version))
    return `nats-server ${version} is too old: a cluster needs ${LEAST_VERSION.join('.')} or newer, as older ones can lose what they have acknowledged (--cluster-any-version tries it all the same)`;
  if (needsJetStream && info?.jetstream !== true)
    return 'JetStream is off; the cluster keeps its state there';
  return undefined;
}

function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_VERSION;
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
