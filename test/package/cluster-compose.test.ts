import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import type { StartOptions } from '../../hub/cli/options.ts';
import { createProgram } from '../../hub/cli/program.ts';
import { describeWithNats } from '../cluster/nats-server.ts';
import { NO_ACTIONS } from '../hub/cli/no-actions.ts';
import { describeWith } from '../programs.ts';

const FOLDER = join(import.meta.dirname, '../../examples/cluster');

const service = z.strictObject({
  image: z.enum(['pinhub', 'nats:2.12-alpine']),
  build: z.literal('../..').optional(),
  restart: z.literal('unless-stopped'),
  depends_on: z.array(z.string()).default([]),
  command: z.string().transform((text) => text.split(' ')),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()),
});
const composeFile = z.object({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
});

function load(): z.infer<typeof composeFile> {
  const script = 'import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)';
  const input = readFileSync(join(FOLDER, 'compose.yaml'));
  const { stdout } = spawnSync('/usr/bin/python3', ['-c', script], { input, encoding: 'utf8' });
  return composeFile.parse(JSON.parse(stdout));
}

let loaded: z.infer<typeof composeFile> | undefined;
const file = () => (loaded ??= load());

function namesOf(image: string): string[] {
  return Object.entries(file().services).flatMap(([name, one]) => (one.image === image ? name : []));
}

async function readStart(words: readonly string[]): Promise<StartOptions> {
  let options: StartOptions | undefined;
  const start = async (given: StartOptions) => {
    options = given;
  };
  await createProgram('0', { ...NO_ACTIONS, start }, {}).parseAsync([...words], { from: 'user' });
  return options ?? expect.unreachable('it starts no hub');
}

describeWith('python3-yaml', 'the compose file of a cluster', () => {
  it('has three hubs with existing options, and they know all three servers', async () => {
    const servers = namesOf('nats:2.12-alpine');
    expect(servers).toHaveLength(3);
    expect(namesOf('pinhub')).toHaveLength(3);
    for (const hub of namesOf('pinhub')) {
      const { command = [], depends_on } = file().services[hub] ?? {};
      expect(depends_on).toEqual(servers);
      const { cluster, host } = await readStart(command);
      expect({ cluster, host }).toEqual({
        cluster: servers.map((name) => `nats://${name}`),
        host: '0.0.0.0',
      });
    }
  });

  it('keeps what each of them has in a volume of its own, at ports of its own', () => {
    const { services, volumes } = file();
    expect(Object.entries(services).map(([name, one]) => [name, one.volumes])).toEqual(
      Object.keys(services).map((name) => [name, [`${name}:/data`]]),
    );
    expect(Object.keys(volumes)).toEqual(Object.keys(services));
    const ports = Object.values(services).flatMap((one) => one.ports);
    expect(new Set(ports).size).toBe(ports.length);
  });

  describeWithNats('its servers', (program) => {
    it('have options that nats-server takes, and routes to each other', () => {
      const names = namesOf('nats:2.12-alpine');
      const folder = mkdtempSync(join(tmpdir(), 'pinhub-compose-'));
      const config = join(folder, 'nats.conf');
      writeFileSync(config, 'port: 4222'); // nats-server checks its options only if it also has a configuration file.
      for (const name of names) {
        const { command = [] } = file().services[name] ?? {};
        const { stderr } = spawnSync(program, [...command, '-c', config, '-t'], { encoding: 'utf8' });
        expect(stderr).toContain('is valid');
        expect(command).toContain(names.map((other) => `nats://${other}:6222`).join());
      }
      rmSync(folder, { recursive: true });
    });
  });
});
