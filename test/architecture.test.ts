import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** A part of the project, and the imports that it may have: other parts, and external packages (`node:` for all of Node's own). */
interface Part {
  /** A folder, or a file. The longest match counts. */
  readonly path: string;
  readonly mayKnow: readonly string[];
  readonly packages: readonly string[];
}

/** All parts, for the few that assemble them. */
const EVERYONE: readonly string[] = [];

/** The port that every driver of pins has, and what all drivers share. */
const PORT = [
  'devices/pins/pins.ts',
  'devices/pins/pwm-state.ts',
  'devices/pins/action-queue.ts',
  'devices/pins/ownership.ts',
  'devices/pins/virtual-mark.ts',
];

/** The direction of imports, as docs/architecture.md describes it. */
const PARTS: readonly Part[] = [
  { path: 'hub/core', mayKnow: [], packages: ['rxjs'] },
  // Sentences about the faults that a schema has found, for readers of settings or requests.
  { path: 'hub/describe-issues.ts', mayKnow: ['hub/core'], packages: ['zod'] },
  { path: 'hub/limits', mayKnow: ['hub/core'], packages: ['node:', 'rxjs'] },
  // The table of all limits, with those of each part.
  {
    path: 'hub/limits/hub-limits.ts',
    mayKnow: ['hub/core', 'hub/session', 'hub/gateways/mqtt', 'hub/gateways/inspector'],
    packages: [],
  },
  { path: 'hub/clock.ts', mayKnow: [], packages: [] },
  { path: 'hub/session', mayKnow: ['hub/clock.ts', 'hub/core', 'hub/limits'], packages: ['rxjs'] },
  { path: 'hub/files', mayKnow: ['hub/core'], packages: ['node:', 'pino', 'zod'] },
  { path: 'hub/client', mayKnow: ['hub/core'], packages: ['rxjs', 'socket.io-client'] },
  {
    path: 'hub/gateways',
    mayKnow: ['hub/core', 'hub/session', 'hub/access', 'hub/limits'],
    packages: ['node:', 'rxjs', 'pino', 'zod'],
  },
  // The view of the topics for a client that inspects them, whatever its protocol.
  {
    path: 'hub/gateways/inspector',
    mayKnow: ['hub/core', 'hub/describe-issues.ts', 'hub/session', 'hub/access', 'hub/gateways'],
    packages: ['node:', 'rxjs', 'zod'],
  },
  {
    path: 'hub/gateways/socket-io',
    mayKnow: [
      'hub/core',
      'hub/describe-issues.ts',
      'hub/session',
      'hub/access',
      'hub/limits',
      'hub/gateways',
      'hub/gateways/http',
      'hub/gateways/inspector',
    ],
    packages: ['node:', 'rxjs', 'pino', 'socket.io', 'socket.io-parser', 'ws', 'zod'],
  },
  {
    path: 'hub/gateways/mqtt',
    mayKnow: ['hub/core', 'hub/session', 'hub/access', 'hub/limits', 'hub/gateways', 'hub/gateways/http'],
    packages: ['node:', 'pino', 'rxjs', 'ws'],
  },
  {
    path: 'hub/gateways/http',
    mayKnow: [
      'hub/core',
      'hub/describe-issues.ts',
      'hub/session',
      'hub/access',
      'hub/limits',
      'hub/gateways',
      'hub/classroom',
      'devices/facts',
    ],
    packages: ['node:', 'pino', 'rxjs', 'express', 'express-static-gzip', 'helmet', 'zod'],
  },
  {
    path: 'hub/access',
    mayKnow: ['hub/core', 'hub/describe-issues.ts', 'hub/session', 'hub/limits', 'hub/files'],
    packages: ['node:', 'rxjs', 'zod', 'pino'],
  },
  {
    path: 'hub/classroom',
    mayKnow: ['hub/core', 'hub/describe-issues.ts', 'hub/session', 'hub/limits', 'hub/access'],
    packages: ['node:', 'rxjs', 'zod', 'pino'],
  },
  { path: 'hub/tls', mayKnow: ['hub/core', 'hub/limits', 'hub/files'], packages: ['node:', 'rxjs', 'pino'] },
  {
    path: 'hub/history',
    mayKnow: ['hub/core', 'hub/limits', 'hub/files'],
    packages: ['node:', 'rxjs', 'zod', 'pino'],
  },
  {
    path: 'hub/home-assistant',
    mayKnow: ['hub/core', 'devices/facts'],
    packages: ['rxjs'],
  },
  // The engine stores tables of values, and knows nothing of hubs.
  {
    path: 'hub/storage/engine',
    mayKnow: ['hub/core', 'hub/files'],
    packages: ['node:', 'zod'],
  },
  {
    path: 'hub/storage/folder',
    mayKnow: ['hub/core', 'hub/files', 'hub/storage/engine'],
    packages: ['node:', 'rxjs', 'zod'],
  },
  {
    path: 'hub/storage/hub',
    mayKnow: [
      'hub/clock.ts',
      'hub/core',
      'hub/session',
      'hub/files',
      'hub/storage/engine',
      'hub/storage/folder',
    ],
    packages: ['pino'],
  },
  // The rules that several hubs follow. They know a cluster only as an `Engine`.
  {
    path: 'hub/cluster',
    mayKnow: ['hub/clock.ts', 'hub/core', 'hub/session', 'hub/storage/engine', 'hub/storage/hub'],
    packages: ['pino', 'rxjs', 'zod'],
  },
  {
    path: 'hub/cluster/accounts',
    mayKnow: ['hub/core', 'hub/access', 'hub/cluster'],
    packages: ['node:', 'rxjs', 'zod'],
  },
  {
    path: 'hub/cluster/history',
    mayKnow: ['hub/core', 'hub/history', 'hub/storage/engine', 'hub/cluster'],
    packages: ['pino', 'rxjs', 'zod'],
  },
  {
    path: 'hub/cluster/nats',
    mayKnow: ['hub/core', 'hub/cluster'],
    packages: ['node:', 'rxjs', 'zod', '@nats-io'],
  },
  // It reports on all the others, including the gateways.
  {
    path: 'hub/telemetry',
    mayKnow: [
      'hub/core',
      'hub/session',
      'hub/limits',
      'hub/access',
      'hub/history',
      'hub/listeners',
      'hub/gateways',
      'hub/gateways/http',
      'hub/gateways/mqtt',
      'hub/gateways/socket-io',
      'devices',
    ],
    packages: ['node:', 'rxjs', 'prom-client'],
  },
  // How servers listen, including the virtual Pi's.
  { path: 'hub/listeners/listen.ts', mayKnow: ['hub/core'], packages: ['node:'] },
  // A listener combines the protocols of its port.
  {
    path: 'hub/listeners',
    mayKnow: EVERYONE,
    packages: ['node:', 'rxjs', 'pino', 'socket.io'],
  },
  // A broker without a port of its own.
  {
    path: 'hub/broker',
    mayKnow: [
      'hub/core',
      'hub/session',
      'hub/access',
      'hub/limits',
      'hub/limits/hub-limits.ts',
      'hub/gateways',
      'hub/gateways/mqtt',
      'hub/listeners',
    ],
    packages: ['node:', 'rxjs', 'pino'],
  },
  {
    path: 'hub',
    mayKnow: EVERYONE,
    packages: ['node:', 'rxjs', 'pino', 'pino-pretty', 'socket.io', 'commander', 'zod', 'uqr'],
  },
  // Facts that devices and pages share: ranges, colors, the header, descriptions of properties.
  { path: 'devices/facts', mayKnow: [], packages: [] },
  { path: 'devices', mayKnow: ['hub/core', 'devices/facts', 'devices/pins/pins.ts'], packages: ['rxjs'] },
  {
    path: 'devices/pins',
    mayKnow: [...PORT, 'hub/core', 'devices/facts'],
    packages: ['node:', 'rxjs', 'pigpio'],
  },
  { path: 'devices/pins/pins.ts', mayKnow: [], packages: ['rxjs'] },
  { path: 'devices/pins/pwm-state.ts', mayKnow: ['hub/core', 'devices/pins/pins.ts'], packages: [] },
  { path: 'devices/pins/action-queue.ts', mayKnow: [], packages: [] },
  { path: 'devices/pins/virtual-mark.ts', mayKnow: [], packages: [] },
  { path: 'devices/pins/ownership.ts', mayKnow: ['hub/core'], packages: [] },
  {
    path: 'devices/drivers.ts',
    mayKnow: ['hub/core', 'devices/facts', 'devices/pins', 'devices/pins/pins.ts'],
    packages: [],
  },
  { path: 'simulator/board', mayKnow: [...PORT, 'hub/core'], packages: ['rxjs'] },
  { path: 'simulator/mirror', mayKnow: ['simulator/board', ...PORT, 'hub/core'], packages: ['rxjs'] },
  {
    path: 'simulator/pigpiod',
    mayKnow: [
      'devices/facts',
      'simulator/board',
      'simulator/mirror',
      ...PORT,
      'hub/core',
      'hub/listeners/listen.ts',
    ],
    packages: ['node:', 'rxjs'],
  },
  {
    path: 'simulator/index.ts',
    mayKnow: ['devices/facts', 'simulator/board', 'simulator/mirror', 'simulator/pigpiod'],
    packages: [],
  },
  { path: 'web/languages', mayKnow: ['hub/core'], packages: [] },
  // Code that all pages share. A page may import this, and no other page.
  {
    path: 'web/shared',
    mayKnow: ['devices/facts', 'hub/client', 'hub/core', 'web/languages'],
    packages: ['rxjs', 'lit', 'uqr'],
  },
  {
    path: 'web/dashboard',
    mayKnow: ['devices/facts', 'hub/client', 'hub/core', 'web/languages', 'web/shared'],
    packages: ['rxjs', 'lit', 'chart.js'],
  },
  {
    path: 'web/login',
    mayKnow: ['hub/client', 'hub/core', 'web/languages', 'web/shared'],
    packages: ['rxjs', 'lit'],
  },
  {
    path: 'web/simulator',
    mayKnow: [
      'web/languages',
      'simulator/board',
      'devices',
      'devices/facts',
      'devices/pins/pins.ts',
      'hub/client',
      'hub/core',
      'web/shared',
    ],
    packages: ['rxjs', 'lit', '@wokwi/elements'],
  },
  {
    path: 'web/admin',
    mayKnow: ['hub/client', 'hub/core', 'web/languages', 'web/shared'],
    packages: ['rxjs', 'lit'],
  },
  {
    path: 'web/class',
    mayKnow: ['hub/client', 'hub/core', 'web/languages', 'web/shared'],
    packages: ['rxjs', 'lit'],
  },
  {
    path: 'web/api',
    mayKnow: ['hub/client', 'hub/core', 'web/languages', 'web/shared'],
    packages: ['rxjs', 'lit'],
  },
  {
    path: 'web/topics',
    mayKnow: ['hub/client', 'hub/core', 'web/languages', 'web/shared'],
    packages: ['rxjs', 'lit', 'chart.js'],
  },
  {
    path: 'web/learn',
    mayKnow: ['hub/client', 'hub/core', 'web/languages', 'web/shared'],
    packages: ['rxjs', 'lit', 'mqtt'],
  },
  // The service worker, which caches the pages and runs beside them.
  { path: 'web/shell', mayKnow: [], packages: [] },
  // The search of the documentation, whose index the build creates.
  { path: 'web/docs', mayKnow: [], packages: ['minisearch'] },
  { path: 'build', mayKnow: ['build/docs'], packages: ['node:', 'vite'] },
  {
    path: 'build/docs',
    mayKnow: ['web/docs'],
    packages: ['node:', 'vite', 'marked', 'highlight.js', 'minisearch'],
  },
];

/** Parts that run anywhere and get the time from outside: no globals of Node or of a browser, no clock and no timers. */
const PURE = ['hub/core', 'hub/session', 'devices/facts', 'devices/pipeline', 'simulator/board'];
/** The clock that is passed to the others. */
const CLOCKS = ['simulator/board/clock.ts'];
const IMPURE =
  /(?<![.\w'"#])(process|Buffer|require|__dirname|document|window|navigator|localStorage|fetch|setTimeout|setInterval|setImmediate|performance|Date)\b(?!\s*[:?(]?:)/;

interface Import {
  readonly from: string;
  /** A file of the project, or a package. */
  readonly to: string;
  readonly isPackage: boolean;
}

const FILES = ['hub', 'devices', 'simulator', 'web', 'build'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => posix.join(folder, file.replaceAll('\\', '/')))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts')),
);

/** The source without its comments. */
function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
}

const STATEMENT =
  /(?:^|;|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;

function importsOf(file: string): Import[] {
  return [...read(file).matchAll(STATEMENT)].map(([, stated, dynamic]) => {
    const to = stated ?? dynamic ?? '';
    const isPackage = !to.startsWith('.');
    return { from: file, to: isPackage ? to : posix.join(dirname(file), to), isPackage };
  });
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function partOf(file: string): Part {
  const [part] = PARTS.filter(({ path }) => isWithin(file, path)).sort(
    (a, b) => b.path.length - a.path.length,
  );
  return part ?? expect.unreachable(`${file} belongs to no part`);
}

function isAllowed({ from, to, isPackage }: Import): boolean {
  const part = partOf(from);
  if (isPackage)
    return part.packages.some((name) => (name === 'node:' ? to.startsWith(name) : isWithin(to, name)));
  const other = partOf(to);
  // Permission to import a part does not include the parts within it, except for those that assemble everything.
  return other === part || part.mayKnow === EVERYONE || part.mayKnow.includes(other.path);
}

const IMPORTS = FILES.flatMap(importsOf);

describe('The direction of knowledge', () => {
  it('is looked at in every file', () => {
    expect(FILES.length).toBeGreaterThan(100);
    expect(IMPORTS.length).toBeGreaterThan(FILES.length);
    for (const { from, to, isPackage } of IMPORTS) {
      if (!isPackage && to.endsWith('.ts')) expect(FILES, `${from} imports ${to}`).toContain(to);
    }
  });

  it('is kept by every import', () => {
    const broken = IMPORTS.filter((one) => !isAllowed(one)).map(
      ({ from, to }) => `${from} must not know ${to}`,
    );
    expect(broken).toEqual([]);
  });

  it('has no way round: no files that need each other', () => {
    expect(findCycles(IMPORTS)).toEqual([]);
  });
});

describe('What runs anywhere', () => {
  it.each(PURE)(
    'uses nothing that is only in Node or only in a browser, and no clock of its own: %s',
    (folder) => {
      const impure = FILES.filter((file) => isWithin(file, folder) && !CLOCKS.includes(file)).flatMap(
        (file) =>
          read(file)
            .split('\n')
            .filter((line) => IMPURE.test(line.replace(/(['"`])(?:\\.|(?!\1).)*\1/g, "''")))
            .map((line) => `${file}: ${line.trim()}`),
      );
      expect(impure).toEqual([]);
    },
  );
});

/** The cycles in which files import each other. */
function findCycles(imports: readonly Import[]): string[] {
  const graph = new Map<string, string[]>();
  for (const { from, to, isPackage } of imports)
    if (!isPackage) graph.set(from, [...(graph.get(from) ?? []), to]);
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) cycles.push([...way.slice(way.indexOf(file)), file].join(' → '));
    if (way.includes(file) || done.has(file)) return;
    for (const to of graph.get(file) ?? []) walk(to, [...way, file]);
    done.add(file);
  };
  for (const file of graph.keys()) walk(file, []);
  return cycles;
}
