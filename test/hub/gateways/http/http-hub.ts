import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { VirtualTimeScheduler } from 'rxjs';
import { type Access, openToAll } from '../../../../hub/access/access.ts';
import { Hub } from '../../../../hub/core/hub.ts';
import type { Journal } from '../../../../hub/core/ports.ts';
import type { RetainedLimits } from '../../../../hub/core/retained-room.ts';
import { createHttpApp } from '../../../../hub/gateways/http/app.ts';
import { EventStreams } from '../../../../hub/gateways/http/events.ts';
import { Exposure, type ExposureOptions } from '../../../../hub/gateways/http/exposure.ts';
import { HttpCounters } from '../../../../hub/gateways/http/requests.ts';
import { Sessions } from '../../../../hub/session/sessions.ts';

const PAGES = {
  'index.html': '<title>Dashboard</title>',
  'simulator/index.html': '<title>Simulator</title>',
  'login/index.html': '<title>Login</title>',
  'assets/main-1234.js': 'export {};',
  '../secret.txt': 'not for anyone',
};

/** A hub with HTTP as its only entrance. */
export interface HttpHub {
  readonly hub: Hub;
  readonly clock: { now: number };
  /** Times event streams. */
  readonly scheduler: VirtualTimeScheduler;
  readonly sessions: Sessions;
  readonly eventStreams: EventStreams;
  readonly readiness: { reason: string | undefined };
  readonly url: string;
  readonly port: number;
  /** Sends a request unchanged, even one that no correct client would send; resolves to the whole response, after which the hub closes. */
  raw(lines: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

export async function openHttpHub(
  limits: Partial<RetainedLimits> = {},
  access: Access = openToAll,
  journal?: Journal,
  options: ExposureOptions = {},
): Promise<HttpHub> {
  const clock = { now: 0 };
  const hub = new Hub({ now: () => clock.now, limits, ...(journal && { journal }) });
  const folder = mkdtempSync(join(tmpdir(), 'pinhub-http-'));
  const pagesFolder = join(folder, 'pages');
  for (const [path, content] of Object.entries(PAGES)) {
    mkdirSync(dirname(join(pagesFolder, path)), { recursive: true });
    writeFileSync(join(pagesFolder, path), content);
  }
  const exposure = new Exposure({ ...options, isLoopbackOnly: true });
  const log = pino({ level: 'silent' });
  const readiness = { reason: undefined };
  const metrics = { contentType: 'text/plain', text: async () => 'all is well' };
  const scheduler = new VirtualTimeScheduler();
  const sessions = new Sessions({ hub, scheduler });
  const counters = new HttpCounters();
  const streamLimits = { topicLevels: 8, filtersAtOnce: 4, bufferedBytes: 100_000, stuckSeconds: 20 };
  const eventStreams = new EventStreams({
    sessions,
    access,
    exposure,
    counters,
    scheduler,
    limits: streamLimits,
    now: hub.now,
  });
  const parts = { hub, readiness, metrics, exposure, log, access, counters, eventStreams, version: '1.2.3' };
  const server = createServer(createHttpApp({ ...parts, payloadBytes: 1_000, topicLevels: 8, pagesFolder }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    hub,
    scheduler,
    sessions,
    eventStreams,
    clock,
    readiness,
    port,
    url: `http://127.0.0.1:${port}`,
    raw(lines) {
      const socket = connect(port, '127.0.0.1');
      socket.write(`${lines.join('\r\n')}\r\n\r\n`);
      return text(socket);
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}
