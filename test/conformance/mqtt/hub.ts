import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { firstValueFrom, map, type Observable, take, toArray } from 'rxjs';
import { type BusMessage, createHubClient, type HubClient } from '../../../hub/client/index.ts';
import { type HubServer, type HubServerOptions, openHubServer } from '../../../hub/server.ts';

/** A whole hub on free ports, with a browser's client beside it. */
export interface RealHub {
  readonly server: HubServer;
  /** The port of MQTT over TCP. */
  readonly tcpPort: number;
  /** Where MQTT is, by transport. */
  readonly urls: { readonly tcp: string; readonly ws: string };
  /** Speaks Socket.IO. */
  readonly browser: HubClient;
  close(): Promise<void>;
}

export async function openRealHub(options: Partial<HubServerOptions> = {}): Promise<RealHub> {
  const log = pino({ level: 'silent' });
  const server = await openHubServer({ port: 0, pagesFolder: import.meta.dirname, log, ...options });
  const tcpPort = await server.listen('mqtt', 0);
  const browser = createHubClient(`http://127.0.0.1:${server.port}`);
  return {
    server,
    tcpPort,
    urls: { tcp: `mqtt://127.0.0.1:${tcpPort}`, ws: `ws://127.0.0.1:${server.port}/mqtt` },
    browser,
    async close() {
      await browser.close();
      await server.close();
    },
  };
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
