import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Consumer, installPackage } from './consumer.ts';

const TSC = join(import.meta.dirname, '../../node_modules/typescript/bin/tsc');

/** One item of each export, used as a value. */
const EXPORTS = {
  pinhub: 'matchesFilter',
  'pinhub/server': 'createBroker',
  'pinhub/client': 'createHubClient',
  'pinhub/devices': 'runDevices',
  'pinhub/drivers': 'createPigpiodPins',
  'pinhub/simulator': 'createVirtualPins',
  'pinhub/testing': 'busContract',
} as const;

const USES_ALL = Object.entries(EXPORTS)
  .map(
    ([path, name]) =>
      `import { ${name} } from '${path}';\nif (typeof ${name} !== 'function') throw new Error('${path}');\n`,
  )
  .join('');

/** A program that ends by itself, because it leaves nothing open. */
const USES_REST = `import { createHubApi } from 'pinhub/client';
  const api = createHubApi(process.argv[2]);
  const { count } = await api.topics('led/21/duty');
  for await (const { topic, payload } of api.events('led/21/duty')) {
    console.log(topic, payload, 'of', count);
    break;
  }`;

const USES_REST_TYPED = `import { createHubApi, type AdminClient, type TopicEvent } from 'pinhub/client';
  const { admin } = createHubApi('http://localhost:9', { token: 'ph_' });
  export const first = async (): Promise<AdminClient | undefined> => (await admin.clients({ limit: 1 })).clients[0];
  export const last: (event: TopicEvent) => string | null = ({ payload }) => payload;`;

/** Building, packing, installing and starting take half a minute on an idle machine, and much longer on a busy one. */
const BUSY_MS = 300_000;

let consumer: Consumer;
beforeAll(async () => {
  consumer = await installPackage();
}, BUSY_MS);
afterAll(() => consumer?.dispose());

describe('the package, installed in an empty project', () => {
  it('takes at most 38 MB and 110 packages, the documentation included', async () => {
    const { packages, bytes } = await consumer.measure();
    expect(packages).toBeLessThanOrEqual(110);
    expect(bytes / 1e6).toBeLessThanOrEqual(38);
  });

  it('has what belongs to it, and nothing that leads nowhere', async () => {
    const files = await consumer.run('tar', '-tzf', consumer.tarball);
    for (const file of ['LICENSE', 'README.md', 'docs/dashboard.png', 'dist/vendor/LICENSES.txt']) {
      expect(files).toContain(`package/${file}\n`);
    }
    expect(files).not.toMatch(/\.map$/m);
    const readme = await readFile(join(consumer.folder, 'node_modules/pinhub/README.md'), 'utf8');
    const pictures = [...readme.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, path]) => path);
    expect(pictures.length).toBeGreaterThan(0);
    for (const path of pictures) expect(files).toContain(`package/${path}\n`);
  });

  it('is what publint asks for', async () => {
    const tarball = await readFile(consumer.tarball);
    const { messages } = await publint({ pack: { tarball: new Uint8Array(tarball).buffer }, strict: true });
    expect(messages).toEqual([]);
  });

  it('has types that resolve as the code does, for ES modules', async () => {
    const result = await checkPackage(createPackageFromTarballData(await readFile(consumer.tarball)));
    const problems = 'problems' in result ? result.problems : expect.unreachable('it has no types');
    // Before Node 16, `exports` were unknown; and CommonJS can require ES modules only from Node 20.19 on, which we ask for.
    const others = problems.filter(
      (problem) =>
        !('resolutionKind' in problem && ['node10', 'node16-cjs'].includes(problem.resolutionKind)),
    );
    expect(others).toEqual([]);
  });

  it('has exports for JavaScript', async () => {
    await consumer.write('all.js', USES_ALL);
    await consumer.run(process.execPath, 'all.js');
  });

  it.each([
    ['NodeNext', 'NodeNext'],
    ['ESNext', 'Bundler'],
  ])('has exports for TypeScript with module %s and resolution %s', async (module, moduleResolution) => {
    await consumer.write('all.ts', USES_ALL + USES_REST_TYPED);
    const compilerOptions = { module, moduleResolution, target: 'ES2023', strict: true, skipLibCheck: false };
    const options = { ...compilerOptions, types: ['node'], noEmit: true, exactOptionalPropertyTypes: true };
    const project = `tsconfig.${moduleResolution}.json`;
    await consumer.write(project, JSON.stringify({ compilerOptions: options, files: ['all.ts'] }));
    const outcome = await consumer.run(process.execPath, TSC, '-p', project).catch((error) => error.stdout);
    expect(outcome).toBe('');
  });

  it('carries the whole hub, with its pages, in a server of the project', async () => {
    await consumer.write(
      'hub.ts',
      `import { once } from 'node:events';
      import { createServer } from 'node:http';
      import type { AddressInfo } from 'node:net';
      import { createHub, type HubOptions } from 'pinhub/server';
      const options: HubOptions = { basePath: '/pinhub' };
      const hub = createHub(options);
      const server = createServer(hub.router);
      hub.attach(server);
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const { port } = server.address() as AddressInfo;
      console.log(await (await fetch(\`http://127.0.0.1:\${port}/pinhub/\`)).text());
      await hub.close();
      server.close();
      server.closeAllConnections();`,
    );
    const compiled = ['--module', 'NodeNext', '--target', 'ES2023', '--strict', '--types', 'node'];
    const outcome = await consumer
      .run(process.execPath, TSC, ...compiled, '--skipLibCheck', 'false', 'hub.ts')
      .catch((error) => error.stdout);
    expect(outcome).toBe('');
    expect(await consumer.run(process.execPath, 'hub.js')).toContain('<title>');
  });

  it("runs its contracts with Node's own test runner", async () => {
    await consumer.write(
      'bus.test.mjs',
      `import { afterEach, beforeEach, describe, it } from 'node:test';
      import { createLocalBus, Hub } from 'pinhub';
      import { busContract } from 'pinhub/testing';
      busContract({ afterEach, beforeEach, describe, it }, 'a local bus', async () => {
        const hub = new Hub({ now: () => 0 });
        return { createBus: () => createLocalBus(hub), stop: async () => undefined };
      });`,
    );
    const report = await consumer.run(process.execPath, '--test', '--test-reporter=tap', 'bus.test.mjs');
    expect(report).toMatch(/^# fail 0$/m);
    expect(Number(/^# pass (\d+)$/m.exec(report)?.[1])).toBeGreaterThan(30);
  });

  it(
    'runs the hub, publishes and subscribes by its command',
    async () => {
      const hub = spawn(
        'npx',
        ['pinhub', '--port', '0', '--no-mqtt', '--no-pigpiod', '--ephemeral', '--data', 'data'],
        {
          cwd: consumer.folder,
          detached: true,
        },
      );
      try {
        const port = await readPort(hub.stdout);
        const url = `http://localhost:${port}`;
        await consumer.run('npx', 'pinhub', 'pub', '--hub', url, 'led/21/duty', '30');
        const response = await fetch(`${url}/api/topics/led/21/duty`);
        expect(await response.text()).toBe('30');
        await consumer.write('api.js', USES_REST);
        expect(await consumer.run(process.execPath, 'api.js', url)).toBe('led/21/duty 30 of 1\n');
        expect((await fetch(url)).headers.get('content-type')).toContain('text/html');
        const watching = spawn('npx', ['pinhub', 'sub', '--hub', url, 'led/+/duty'], {
          cwd: consumer.folder,
        });
        const [line] = await once(createInterface(watching.stdout), 'line');
        watching.kill();
        expect(line).toBe('led/21/duty 30');
      } finally {
        process.kill(-(hub.pid ?? expect.unreachable('it has no process')), 'SIGTERM');
        await once(hub, 'exit');
      }
    },
    BUSY_MS,
  );
});

async function readPort(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(output)) {
    const [, port] = /Dashboard.*localhost:(\d+)/.exec(line) ?? [];
    if (port !== undefined) return port;
  }
  return expect.unreachable('the hub printed no address');
}
