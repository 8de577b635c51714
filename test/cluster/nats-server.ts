import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, vi } from 'vitest';
import { freePort } from '../faults/hub-process.ts';

/** The least version that hubs accept. */
const LEAST = [2, 12] as const;

const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'pinhub-tests', 'nats-server');

const PATH = 'usr/sbin/nats-server';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The path of a recent enough nats-server; `undefined` if there is none and none can be installed. Only Debian's unstable suite has one. */
export function findNatsServer(): string | undefined {
  const cached = join(CACHE, PATH);
  if (!['nats-server', cached].some(isRecent)) download();
  const found = ['nats-server', cached].find(isRecent);
  if (found === undefined && process.env.CI === 'true')
    throw new Error(`needs nats-server ${LEAST.join('.')} or newer`);
  return found;
}

/** A `describe` for tests with real servers. Without nats-server, it skips the tests and its title says what is missing. */
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

/** Extracts the program from the package; nothing is installed, and this machine's package lists stay unchanged. */
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
    // The download fails without network, or if another test was faster. The caller checks whether the program is there.
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The addresses of one of the servers: for clients, for the other servers, and for its health. */
interface Ports {
  readonly client: number;
  readonly route: number;
  readonly health: number;
}

/** One or three nats-servers with JetStream, each in its own process, at ports that stay the same. */
export class NatsServers {
  readonly urls: readonly string[];
  /** The clients' address of each. */
  readonly clientPorts: readonly number[];
  readonly #ports: readonly Ports[];
  readonly #folder = mkdtempSync(join(tmpdir(), 'pinhub-nats-'));
  readonly #program: string;
  readonly #words: readonly (readonly string[])[];
  readonly #processes: (ChildProcess | undefined)[] = [];

  private constructor(program: string, ports: readonly Ports[], words: readonly string[]) {
    this.#program = program;
    this.#ports = ports;
    this.clientPorts = ports.map(({ client }) => client);
    this.urls = this.clientPorts.map(urlOf);
    this.#words = ports.map(({ client, route, health }, index) => {
      const own = ['-a', '127.0.0.1', '-p', `${client}`, '-m', `${health}`, '-n', `n${index}`];
      const state = ['-js', '-sd', join(this.#folder, `${index}`), ...words];
      if (ports.length === 1) return [...own, ...state];
      const routes = ports.map((each) => `nats://127.0.0.1:${each.route}`).join(',');
      // Other tests may get the port of a dead server: clusters of different names do not join.
      const name = `tests-${ports[0]?.route}`;
      // Clients know only the addresses that they were given, which may lead through a relay.
      const cluster = [
        '--no_advertise',
        '--cluster_name',
        name,
        '--cluster',
        `nats://127.0.0.1:${route}`,
        '--routes',
        routes,
      ];
      return [...own, ...state, ...cluster];
    });
  }

  /** Starts them; further words are for the command line of each, at each start. */
  static async start(program: string, count: 1 | 3, ...words: string[]): Promise<NatsServers> {
    const ports: Ports[] = [];
    for (let n = 0; n < count; n++)
      ports.push({ client: await freePort(), route: await freePort(), health: await freePort() });
    const servers = new NatsServers(program, ports, words);
    await Promise.all(servers.urls.map((_, index) => servers.startOne(index)));
    return servers;
  }

  /**
   * Resolves when each live server has a copy of everything that it should have. Until then it cannot replace others: while a log is empty at
   * a server, its vote for a leader of that log does not count (nats-server 2.12, pull request 7038).
   */
  async ready(): Promise<void> {
    const living = this.#ports.filter((_, index) => this.#isRunning(index));
    await Promise.all(living.map((ports) => vi.waitUntil(() => isWhole(ports), { timeout: 60_000 })));
  }

  /** Resolves when the server reports that it is ready. */
  async startOne(index: number): Promise<void> {
    const child = spawn(this.#program, this.#words[index] ?? [], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#processes[index] = child;
    for await (const line of createInterface({ input: child.stderr })) {
      if (!line.includes('Server is ready')) continue;
      child.stderr.resume();
      return;
    }
    throw new Error('nats-server has ended');
  }

  /** Kills these servers all at once, as soon as the others can work without them. */
  async kill(...indexes: readonly number[]): Promise<void> {
    await this.ready();
    await Promise.all(indexes.map((index) => this.#kill(index)));
  }

  /** Removes everything that a dead server has kept. */
  empty(index: number): void {
    rmSync(join(this.#folder, `${index}`), { recursive: true, force: true });
  }

  /** Does something while these servers are dead, and restarts them even if it fails: the following tests need them. */
  async during(dead: readonly number[], task: () => Promise<void>): Promise<void> {
    await this.kill(...dead);
    try {
      await task();
    } finally {
      await Promise.all(dead.map((index) => this.startOne(index)));
    }
  }

  /** Stops a server until it is thawed: SIGSTOP. */
  freeze(index: number): void {
    this.#processes[index]?.kill('SIGSTOP');
  }

  thaw(index: number): void {
    this.#processes[index]?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    await Promise.all(this.urls.map((_, index) => this.#kill(index)));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #isRunning(index: number): boolean {
    const child = this.#processes[index];
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  async #kill(index: number): Promise<void> {
    const child = this.#processes[index];
    if (!child || !this.#isRunning(index)) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

export function urlOf(port: number): string {
  return `nats://127.0.0.1:${port}`;
}

/** Whether a server reports that it has everything. */
async function isWhole({ health }: Ports): Promise<boolean> {
  const headers = { connection: 'close' };
  const response = await fetch(`http://127.0.0.1:${health}/healthz`, { headers }).catch(() => undefined);
  return response?.ok === true;
}
