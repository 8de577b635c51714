import type { IncomingMessage, ServerResponse } from 'node:http';
import { DEFAULT_LIMITS } from '../limits/hub-limits.ts';
import { LOOPBACK, listen } from '../listeners/listen.ts';
import { createPagesServer, type Tls } from '../listeners/servers.ts';

interface WaitingRoomOptions {
  readonly host?: string | undefined;
  readonly port: number;
  readonly alternatives: number;
  readonly basePath: string;
  readonly tls?: Tls | undefined;
}

export interface WaitingRoom {
  readonly port: number;
  /** Frees the port. */
  close(): void;
}

/** Nobody has business here but whoever watches the process. */
const MAX_CONNECTIONS = 64;

/** After how long a client may ask again, seconds. */
const RETRY_SECONDS = 2;

/**
 * Answers on the port of the pages while another process serves: `/healthz` says that this one runs, `/readyz` and all else that it stands by. Rejects with
 * `port/in-use` or `option/invalid`.
 */
export async function openWaitingRoom(options: WaitingRoomOptions): Promise<WaitingRoom> {
  const { host, port, alternatives, basePath, tls } = options;
  const server = createPagesServer((request, response) => answer(request, response, basePath), {
    tls,
    limits: DEFAULT_LIMITS,
  });
  server.maxConnections = MAX_CONNECTIONS;
  const hosts = host === undefined ? LOOPBACK : [host];
  const listening = await listen(server, { hosts, port, alternatives });
  return {
    port: listening.port,
    close: () => {
      listening.close();
      server.closeAllConnections();
    },
  };
}

function answer({ url = '' }: IncomingMessage, response: ServerResponse, basePath: string): void {
  const isHealthy = url.split('?')[0] === `${basePath}/healthz`;
  response.writeHead(isHealthy ? 200 : 503, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    ...(!isHealthy && { 'Retry-After': RETRY_SECONDS }),
  });
  response.end(JSON.stringify(isHealthy ? { ok: true } : { ok: false, reason: 'standby' }));
}
