import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const MAIN = join(import.meta.dirname, '../../dist/hub/main.js');

/** A hub in its own process, at ports that stay the same from one life to the next. */
export class HubProcess {
  readonly port: number;
  readonly mqttPort: number;
  readonly pigpiodPort: number;
  /** The program that the hub runs from its next start on. */
  main = MAIN;
  readonly #launcher: readonly string[];
  readonly #options: readonly string[];
  #child: ChildProcess | undefined;
  #errors = '';
  #output = '';

  private constructor(
    ports: readonly [number, number, number],
    launcher: readonly string[],
    options: readonly string[],
  ) {
    [this.port, this.mqttPort, this.pigpiodPort] = ports;
    this.#launcher = launcher;
    this.#options = options;
  }

  /** A hub that is not started yet, with further options for its command line. */
  static create(...options: string[]): Promise<HubProcess> {
    return HubProcess.createUnder([], ...options);
  }

  /** Creates a hub that starts under a command like `env` or `prlimit`, which changes a process's environment and then becomes that process. */
  static async createUnder(launcher: readonly string[], ...options: string[]): Promise<HubProcess> {
    return new HubProcess([await freePort(), await freePort(), await freePort()], launcher, options);
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  get mqttUrl(): string {
    return `mqtt://127.0.0.1:${this.mqttPort}`;
  }

  /** Its standard error, from all its starts. */
  get errors(): string {
    return this.#errors;
  }

  /** Its standard output, from all its starts. */
  get output(): string {
    return this.#output;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The most memory that it has used at any time, bytes: VmHWM of proc(5), which only Linux has. */
  get peakBytes(): number | undefined {
    if (process.platform !== 'linux') return undefined;
    const status = readFileSync(`/proc/${this.#child?.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  }

  /** How many clients are admitted and connected, by how they authenticated. */
  async clients(): Promise<Record<string, number>> {
    const lines = (await this.#metrics()).matchAll(/^pinhub_clients\{way="([^"]+)"\} (\d+)$/gm);
    return Object.fromEntries([...lines].map(([, way, count]) => [way, Number(count)]));
  }

  /** The number of topics that have a history at this hub. */
  async topicsWithHistory(): Promise<number> {
    return Number(/^pinhub_history_topics (\d+)$/m.exec(await this.#metrics())?.[1]);
  }

  async #metrics(): Promise<string> {
    // Not over a kept connection: the hub may have closed it while the test was busy.
    const headers = { connection: 'close' };
    return (await fetch(`${this.url}/metrics`, { headers })).text();
  }

  /** Starts the hub; resolves when it reports that it is up, and rejects if it ends first. */
  async start(): Promise<void> {
    const ports = { port: this.port, 'mqtt-port': this.mqttPort, 'pigpiod-port': this.pigpiodPort };
    const words = Object.entries(ports).flatMap(([name, port]) => [`--${name}`, `${port}`]);
    const rest = ['--driver', 'virtual', '--log-level', 'warn', ...this.#options];
    const [command, ...before] = [...this.#launcher, process.execPath];
    const child = spawn(command ?? process.execPath, [...before, this.main, 'start', ...words, ...rest], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stderr.on('data', (chunk) => {
      this.#errors += chunk;
    });
    child.stdout.on('data', (chunk) => {
      this.#output += chunk;
    });
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.includes('Ctrl-C')) continue;
      child.stdout.resume();
      return;
    }
    await this.ended();
    throw new Error(`the hub ended before it was up: ${this.#errors}`);
  }

  /** Kills the hub: SIGKILL. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.ended();
  }

  /** Stops the hub until it is thawed: SIGSTOP. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Asks the hub to stop; resolves to its exit code. */
  async stop(): Promise<number | null> {
    this.#child?.kill('SIGTERM');
    return this.ended();
  }

  /** Resolves to the hub's exit code when it has ended. */
  async ended(): Promise<number | null> {
    const child = this.#child;
    if (child && this.isRunning) await once(child, 'close'); // All its output has arrived, too.
    return child?.exitCode ?? null;
  }

  /** The retained message of a topic, over REST. */
  async retained(topic: string): Promise<string | undefined> {
    const response = await fetch(`${this.url}/api/topics/${topic}`);
    return response.ok ? response.text() : undefined;
  }
}

/** The range of ports: below those of outgoing connections, of which other tests make thousands. */
const PORTS = { from: 20_000, to: 32_000 };

/** A free port of this machine. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.from + Math.floor(Math.random() * (PORTS.to - PORTS.from));
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const isOpen = new Promise<boolean>((resolve) => {
    server.once('listening', () => resolve(true)).once('error', () => resolve(false));
  });
  server.listen(port, '127.0.0.1');
  if (!(await isOpen)) return false;
  server.close();
  await once(server, 'close');
  return true;
}
