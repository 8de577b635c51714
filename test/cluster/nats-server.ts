import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, vi } from 'vitest';
import { openNatsEngine } from '../../hub/cluster/nats/nats-engine.ts';
import { freePort } from '../faults/hub-process.ts';

/** The least version that hubs accept. */
const LEAST = [2, 12] as const;

const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'pinhub-tests', 'nats-server');

const PATH = 'usr/sbin/nats-server';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Where a nats-server is that is recent enough; `undefined` if there is none, and none can be had. Only Debian's unstable suite has one. */
export function findNatsServer(): string | undefined {
  const cached = join(CACHE, PATH);
  if (!['nats-server', cached].some(isRecent)) download();
  const found = ['nats-server', cached].find(isRecent);
  if (found === undefined && process.env.CI === 'true')
    throw new Error(`needs nats-server ${LEAST.join('.')} or newer`);
  return found;
}

/** A `describe` for tests with real servers, or one that says what it needs. */
export function describeWithNats(title: string, body: (program: string) => void): void {
  const program = findNatsServer();
  if (program === undefined)
    describe.skip(`${title} (skipped: needs nats-server ${LEAST.join('.')})`, () => undefined);
  else describe(title, () => body(program));
}

function isRecent(program: string): boolean {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  const [, major = 0, minor = 0] = (/v(\d+)\.(\d+)/.exec(stdout ?? '') ?? []).map(Number);
  const [leastMajor, leastMinor] = LEAST;
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** Takes the program out of the package; nothing is installed, and the lists of packages of this machine stay as they are. */
function download(): void {
  if (!existsSync(KEYRING) || spawnSync('which', ['apt-get', 'dpkg-deb']).status !== 0) return;
  const folder = mkdtempSync(join(tmpdir(), 'pinhub-nats-package-'));
  try {
    mkdirSync(join(folder, 'lists/partial'), { recursive: true });
    const source = join(folder, 'sid.list');
    writeFileSync(source, `deb [signed-by=${KEYRING}] http://deb.debian.org/debian sid main\n`);
    const settings = {
      'Dir::Etc::sourcelist': source,
      'Dir::Etc::sourceparts': '/dev/null',
      'Dir::State::lists': join(folder, 'lists'),
      'Dir::Cache::pkgcache': '',
      'Dir::Cache::srcpkgcache': '',
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    const apt = (...words: string[]) =>
      execFileSync('apt-get', [...options, ...words], { cwd: folder, stdio: 'ignore', timeout: 110_000 });
    apt('update');
    apt('download', 'nats-server');
    const file = readdirSync(folder).find((name) => name.endsWith('.deb')) ?? '';
    execFileSync('dpkg-deb', ['-x', file, 'content'], { cwd: folder });
    mkdirSync(join(CACHE, '..'), { recursive: true });
    if (existsSync(CACHE) && !isRecent(join(CACHE, PATH))) rmSync(CACHE, { recursive: true });
    renameSync(join(folder, 'content'), CACHE);
  } catch {
    // Without network, say, or because another test was faster. Whoever needs the program looks whether it is there.
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One or three nats-servers with JetStream, each in a process of its own, at ports that stay the same. */
export class NatsServers {
  readonly urls: readonly string[];
  readonly #folder = mkdtempSync(join(tmpdir(), 'pinhub-nats-'));
  readonly #program: string;
  readonly #words: readonly (readonly string[])[];
  readonly #processes: (ChildProcess | undefined)[] = [];

  private constructor(program: string, ports: readonly number[], routes: readonly number[]) {
    this.#program = program;
    this.urls = ports.map((port) => `nats://127.0.0.1:${port}`);
    this.#words = ports.map((port, index) => {
      const own = [
        '-a',
        '127.0.0.1',
        '-p',
        `${port}`,
        '-js',
        '-sd',
        join(this.#folder, `${index}`),
        '-n',
        `n${index}`,
      ];
      if (ports.length === 1) return own;
      const others = routes.map((route) => `nats://127.0.0.1:${route}`).join(',');
      const route = `nats://127.0.0.1:${routes[index]}`;
      return [...own, '--cluster_name', 'tests', '--cluster', route, '--routes', others];
    });
  }

  /** Starts them; further words are for the command line of each. */
  static async start(program: string, count: 1 | 3, ...words: string[]): Promise<NatsServers> {
    const ports = [];
    for (let n = 0; n < 2 * count; n++) ports.push(await freePort());
    const servers = new NatsServers(program, ports.slice(0, count), ports.slice(count));
    await Promise.all(servers.urls.map((_, index) => servers.startOne(index, ...words)));
    return servers;
  }

  /** Resolves when they keep what they are given: they have elected a leader. */
  async ready(): Promise<void> {
    const engine = await openNatsEngine({ servers: this.urls, cluster: 'ready', name: 'ready' });
    try {
      await vi.waitUntil(() => engine.log('ready').catch(() => undefined), { timeout: 60_000 });
    } finally {
      await engine.close();
    }
  }

  /** Resolves when it says that it is ready. */
  async startOne(index: number, ...words: string[]): Promise<void> {
    const child = spawn(this.#program, [...(this.#words[index] ?? []), ...words], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#processes[index] = child;
    for await (const line of createInterface({ input: child.stderr })) {
      if (!line.includes('Server is ready')) continue;
      child.stderr.resume();
      return;
    }
    throw new Error('nats-server has ended');
  }

  async kill(index: number): Promise<void> {
    const child = this.#processes[index];
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Does something while these servers are dead, and starts them again even if it fails: the tests that follow need them. */
  async during(dead: readonly number[], task: () => Promise<void>): Promise<void> {
    for (const index of dead) await this.kill(index);
    try {
      await task();
    } finally {
      await Promise.all(dead.map((index) => this.startOne(index)));
      await this.ready();
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.urls.map((_, index) => this.kill(index)));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
