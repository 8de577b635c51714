import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { filter, firstValueFrom, fromEvent, map } from 'rxjs';

/** Starts a real Chromium without a window; the caller must close it. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
}

export interface OpenPage {
  readonly page: Page;
  /** The page's faults: uncaught errors, and errors on its console, including security policy violations. */
  readonly faults: readonly string[];
}

/**
 * Opens a page in a separate browser context, whose storage is like another person's, and collects its faults. Service workers are blocked unless
 * a test requests them, because each starts a process.
 */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ locale: 'en-US', serviceWorkers: 'block', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  await page.goto(url);
  return { page, faults };
}

/** A hub in another process, with virtual pins. */
export interface HubProcess {
  /** `http://localhost:<port>`. */
  readonly url: string;
  readonly port: number;
  /** Ends the hub, and resolves when the hub is gone. A hub in its own process ends at once, as in a power cut. */
  kill(): Promise<void>;
}

export interface HubProcessOptions {
  /** Default: any free one. */
  readonly port?: number;
  /** Default: `led/21`. */
  readonly devices?: readonly string[];
  /** Default: none. */
  readonly plugins?: readonly string[];
  /** Default: MQTT is off. */
  readonly more?: readonly string[];
}

const MAIN = join(import.meta.dirname, '../../dist/hub/main.js');

/** Opens fresh hubs, which cost less than a process for each. */
export interface Hubs {
  open(devices?: readonly string[]): Promise<HubProcess>;
  /** Ends all hubs, and the process that they share. */
  end(): Promise<void>;
}

export function startHubs(): Hubs {
  const child = fork(join(import.meta.dirname, 'hubs.mjs'));
  const answers = fromEvent<[{ id: number; port?: number; failure?: string }]>(child, 'message');
  let last = 0;
  const ask = async (id: number, devices?: readonly string[]) => {
    const answer = firstValueFrom(
      answers.pipe(
        map(([one]) => one),
        filter((one) => one.id === id),
      ),
    );
    child.send({ id, devices });
    const { port = 0, failure } = await answer;
    if (failure !== undefined) throw new Error(failure);
    return port;
  };
  return {
    async open(devices = ['led/21']) {
      const id = ++last;
      const port = await ask(id, devices);
      return { url: `http://localhost:${port}`, port, kill: async () => void (await ask(id)) };
    },
    async end() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}

/** Starts the built hub and its built pages; resolves when it prints its address. */
export async function startHub({
  port = 0,
  devices = ['led/21'],
  plugins = [],
  more = ['--no-mqtt'],
}: HubProcessOptions = {}): Promise<HubProcess> {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is not there: npm run build`);
  const options = [
    '--port',
    `${port}`,
    '--driver',
    'virtual',
    '--no-pigpiod',
    '--ephemeral',
    '--log-level',
    'error',
    ...more,
  ];
  const words = ['start', ...options, ...devices.flatMap((device) => ['--device', device])];
  for (const plugin of plugins) words.push('--plugin', plugin);
  const child = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const found = await readPort(child);
  return {
    url: `http://localhost:${found}`,
    port: found,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function readPort({ stdout }: ChildProcess): Promise<number> {
  for await (const line of stdout ? createInterface({ input: stdout }) : []) {
    const port = /http:\/\/localhost:(\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    // The hub continues to write after its first lines, and must not wait for a reader.
    stdout?.resume();
    return Number(port);
  }
  throw new Error('the hub ended before it said where it is');
}
