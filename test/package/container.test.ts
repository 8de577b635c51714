import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DEFAULT_MQTT_PORT, DEFAULT_PORT, type StartOptions } from '../../hub/cli/options.ts';
import { createProgram } from '../../hub/cli/program.ts';
import { NO_ACTIONS } from '../hub/cli/no-actions.ts';
import { Pinhub } from '../hub/cli/run-pinhub.ts';
import { describeWith } from '../programs.ts';

// These tests have no container engine: they read the container's files, and run each part that can run alone.

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** The instructions of the Dockerfile, each on one line, by stage. */
const STAGES = splitStages(
  read('Dockerfile')
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({ name: line.replace(/ .*/, ''), text: line.replace(/^\S+ /, '') })),
);
const [GLOBAL = [], BUILD = [], FINAL = []] = STAGES;

function splitStages(instructions: readonly Instruction[]): Instruction[][] {
  const stages: Instruction[][] = [[]];
  for (const instruction of instructions) {
    if (instruction.name === 'FROM') stages.push([]);
    stages.at(-1)?.push(instruction);
  }
  return stages;
}

function textsOf(stage: readonly Instruction[], name: string): string[] {
  return stage.filter((one) => one.name === name).map(({ text }) => text);
}

/** How the command line parses these words and variables. */
async function readStart(words: readonly string[], environment: NodeJS.ProcessEnv): Promise<StartOptions> {
  return new Promise((resolve, reject) => {
    const start = async (options: StartOptions) => resolve(options);
    const program = createProgram('0', { ...NO_ACTIONS, start }, environment);
    program.parseAsync([...words], { from: 'user' }).catch(reject);
  });
}

const WORDS: readonly string[] = JSON.parse(textsOf(FINAL, 'CMD')[0] ?? '');
const VARIABLES = Object.fromEntries(textsOf(FINAL, 'ENV').map((text) => text.split('=')));

describe('the Dockerfile', () => {
  it('has a stage that builds, and a stage that runs without the build tools', () => {
    expect(STAGES).toHaveLength(3);
    expect(textsOf(BUILD, 'RUN')).toEqual(['npm ci', 'npm run build && npm prune --omit=dev']);
    const copied = textsOf(FINAL, 'COPY').filter((text) => text.startsWith('--from=build'));
    expect(copied).toHaveLength(3);
  });

  it('uses Node as new as the package asks for', () => {
    const { engines } = JSON.parse(read('package.json'));
    const [, needed] = /(\d+)/.exec(engines.node) ?? [];
    const [, used] = /NODE=(\d+)/.exec(textsOf(GLOBAL, 'ARG')[0] ?? '') ?? [];
    expect(Number(used)).toBeGreaterThan(Number(needed));
    expect(textsOf(FINAL, 'FROM')).toEqual([`node:\${NODE}-slim`]);
  });

  it('copies files that are there, that .dockerignore lets in, and all that the build reads', () => {
    const sources = [...BUILD, ...FINAL]
      .filter(({ name, text }) => name === 'COPY' && !text.startsWith('--from'))
      .flatMap(({ text }) => text.split(' ').slice(0, -1));
    const allowed = read('.dockerignore').match(/(?<=^!).+/gm) ?? [];
    expect(sources.toSorted()).toEqual(allowed.toSorted());
    expect(sources.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const [, list = ''] = /const sources = \[([^\]]*)\]/.exec(read('build/build.mjs')) ?? [];
    const built = [...list.matchAll(/'([^']+)'/g)].map(([, path]) => path);
    expect(built.length).toBeGreaterThan(5);
    expect(sources).toEqual(expect.arrayContaining(built));
  });

  it('starts the program of the package, with existing options, and not as root', async () => {
    const { bin } = JSON.parse(read('package.json'));
    expect(textsOf(FINAL, 'RUN')[0]).toContain(`exec node /opt/pinhub/${bin.pinhub} "$@"`);
    expect(textsOf(FINAL, 'ENTRYPOINT')).toEqual(['["pinhub"]']);
    expect(textsOf(FINAL, 'USER')).toEqual(['node']);
    const options = await readStart(WORDS, VARIABLES);
    expect(options).toMatchObject({ host: '0.0.0.0', data: textsOf(FINAL, 'VOLUME')[0] });
    expect(textsOf(FINAL, 'EXPOSE')).toEqual([`${DEFAULT_PORT} ${DEFAULT_MQTT_PORT}`]);
  });

  it('has a health check that knows a hub from nothing', async () => {
    const [, check = ''] = /CMD (\[.*\])$/.exec(textsOf(FINAL, 'HEALTHCHECK')[0] ?? '') ?? [];
    const [node, ...args]: string[] = JSON.parse(check);
    expect(node).toBe('node');
    const checkAt = (port: string, path: string) =>
      spawnSync(process.execPath, args, {
        env: { ...process.env, PINHUB_PORT: port, PINHUB_BASE_PATH: path },
      }).status;
    const data = mkdtempSync(join(tmpdir(), 'pinhub-container-'));
    const words = ['start', '--port', '0', '--base-path', '/hub', '--no-mqtt', '--no-devices'];
    const hub = new Pinhub([...words, '--data', data]);
    try {
      await hub.says('Stop');
      const [, port = ''] = /localhost:(\d+)/.exec(hub.output) ?? [];
      expect([checkAt(port, '/hub'), checkAt(port, '/other'), checkAt('9', '')]).toEqual([0, 1, 1]);
    } finally {
      await hub.stop();
      rmSync(data, { recursive: true });
    }
  });
});

const service = z.object({
  image: z.string(),
  build: z.string().optional(),
  restart: z.literal('unless-stopped'),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  ports: z.array(z.string()),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()),
});
const composeFile = z.strictObject({
  services: z.record(z.string(), service.strict()),
  volumes: z.record(z.string(), z.null()),
});

describeWith('python3-yaml', 'the compose file', () => {
  const script = 'import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)';
  const load = () => {
    const input = read('examples/compose/compose.yaml');
    const { stdout } = spawnSync('/usr/bin/python3', ['-c', script], { input, encoding: 'utf8' });
    return composeFile.parse(JSON.parse(stdout));
  };
  const hubOf = ({ services }: z.infer<typeof composeFile>) =>
    services.pinhub ?? expect.unreachable('it has no hub');

  it('runs the hub beside Home Assistant and Node-RED, of their official images', () => {
    const images = Object.values(load().services).map(({ image }) => image);
    expect(images).toEqual([
      'pinhub',
      'ghcr.io/home-assistant/home-assistant:stable',
      'nodered/node-red:latest',
    ]);
  });

  it('builds the hub from the Dockerfile, and opens the ports that it exposes', () => {
    const { build = '', ports } = hubOf(load());
    expect(join('examples/compose', build, 'Dockerfile')).toBe('Dockerfile');
    const exposed = textsOf(FINAL, 'EXPOSE').flatMap((text) => text.split(' '));
    expect(ports).toEqual(exposed.map((port) => `${port}:${port}`));
  });

  it('gives the hub variables that it understands', async () => {
    const options = await readStart(WORDS, { ...VARIABLES, ...hubOf(load()).environment });
    expect(options).toMatchObject({ name: ['pinhub', 'raspberrypi.local'], homeAssistant: 'homeassistant' });
  });

  it('keeps what each of them keeps in a volume, and starts the others when the hub is healthy', () => {
    const { services, volumes } = load();
    const named = Object.entries(services).map(
      ([
        name,
        {
          volumes: [first],
        },
      ]) => [name, first],
    );
    expect(named).toEqual([
      ['pinhub', `pinhub:${VARIABLES.PINHUB_DATA}`],
      ['homeassistant', 'homeassistant:/config'],
      ['nodered', 'nodered:/data'],
    ]);
    expect(Object.keys(volumes)).toEqual(Object.keys(services));
    for (const name of ['homeassistant', 'nodered'])
      expect(services[name]?.depends_on).toEqual({ pinhub: { condition: 'service_healthy' } });
  });
});
