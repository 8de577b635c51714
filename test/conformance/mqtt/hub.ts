import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { firstValueFrom, map, type Observable, take, toArray } from 'rxjs';
import { type BusMessage, createHubClient, type HubClient } from '../../../hub/client/index.ts';
import { type HubServer, type HubServerOptions, openHubServer } from '../../../hub/server.ts';

/** A whole hub on free ports, with a browser's client beside it. */
export interface RealHub {
  readonly server: HubServer;
  /** The ports of MQTT over TCP, and over WebSocket at `/mqtt`. */
  readonly tcpPort: number;
  readonly wsPort: number;
  /** Where MQTT is, by transport. */
  readonly urls: { readonly tcp: string; readonly ws: string };
  /** Speaks Socket.IO. */
  readonly browser: HubClient;
  close(): Promise<void>;
}

/** Whose servers accept the connections: the hub's own, or an embedder's, which hand them to the broker. */
export const SERVERS = ['own', 'embedder'] as const;

export async function openRealHub(
  options: Partial<HubServerOptions> = {},
  whose: (typeof SERVERS)[number] = 'own',
): Promise<RealHub> {
  const log = pino({ level: 'silent' });
  const server = await openHubServer({ port: 0, pagesFolder: import.meta.dirname, log, ...options });
  const { tcpPort, wsPort, close } = await (whose === 'own' ? listenOn(server) : embed(server));
  const browser = createHubClient(`http://127.0.0.1:${server.port}`);
  return {
    server,
    tcpPort,
    wsPort,
    urls: { tcp: `mqtt://127.0.0.1:${tcpPort}`, ws: `ws://127.0.0.1:${wsPort}/mqtt` },
    browser,
    async close() {
      await browser.close();
      await server.close();
      close();
    },
  };
}

interface Ports {
  readonly tcpPort: number;
  readonly wsPort: number;
  close(): void;
}

async function listenOn(server: HubServer): Promise<Ports> {
  return { tcpPort: await server.listen('mqtt', 0), wsPort: server.port, close: () => undefined };
}

/** An embedder's servers in front of the same broker. */
async function embed({ broker }: HubServer): Promise<Ports> {
  const tcp = createServer((socket) => broker.handle(socket));
  const http = createHttpServer();
  broker.attach(http);
  const [tcpPort, wsPort] = [await portOf(tcp), await portOf(http)];
  const close = () => {
    tcp.close();
    http.close();
  };
  return { tcpPort, wsPort, close };
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** What a browser sees of a filter: so many messages, as `topic payload`, with an `R` behind those that were retained. */
export function seen(messages$: Observable<BusMessage>, count: number): Promise<string[]> {
  const line$ = messages$.pipe(map(({ topic, text, retained }) => `${topic} ${text}${retained ? ' R' : ''}`));
  return firstValueFrom(line$.pipe(take(count), toArray()));
}

/** A program that runs beside the test. */
export class Program {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #errors: string[] = [];

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args);
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#child.stderr.on('data', (chunk) => this.#errors.push(String(chunk)));
  }

  /** The next line that it prints. Rejects with what it says on standard error where it ends instead. */
  async line(): Promise<string> {
    const { done, value } = await this.#lines.next();
    if (done) throw new Error(`the program has ended: ${this.#errors.join('')}`);
    return value;
  }

  /** So many lines. */
  async lines(count: number): Promise<string[]> {
    const lines: string[] = [];
    while (lines.length < count) lines.push(await this.line());
    return lines;
  }

  /** All that it still prints, once it has ended. */
  async rest(): Promise<string[]> {
    const lines: string[] = [];
    for (let next = await this.#lines.next(); !next.done; next = await this.#lines.next())
      lines.push(next.value);
    const { exitCode } = this.#child;
    if (exitCode !== null && exitCode !== 0)
      throw new Error(`exit code ${exitCode}: ${this.#errors.join('')}`);
    return lines;
  }

  /** Its exit code, once it has ended, and what it said on standard error. */
  async ended(): Promise<{ code: number | null; errors: string }> {
    const code = await new Promise<number | null>((resolve) => {
      if (this.#child.exitCode !== null) resolve(this.#child.exitCode);
      else this.#child.once('exit', resolve);
    });
    return { code, errors: this.#errors.join('') };
  }

  /** Ends it without a goodbye. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
