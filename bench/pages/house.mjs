// Starts a hub with described LEDs that, on request, change 25 times a second.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHubClient } from '../../dist/hub/client/index.js';
import { startHubOf } from '../stage.mjs';

const CHANGES_PER_SECOND = 25;

const INFO = {
  kind: 'led',
  gpio: 21,
  driver: 'virtual',
  steps: 1000,
  effects: ['none', 'blink', 'breathe'],
  limits: { duty: { min: 0, max: 100 }, frequency: { min: 1, max: 8000 }, transition: { min: 0, max: 60 } },
};

const STATE = {
  info: JSON.stringify(INFO),
  status: 'online',
  frequency: '800',
  'frequency/actual': '800',
  duty: '50',
  'duty/actual': '50',
};

/** Starts a hub of a build, with LEDs. On a guarded hub, `link` contains a token that grants access. */
export async function openHouse(program, { count, moves = () => true, isGuarded = false }) {
  const folder = mkdtempSync(join(tmpdir(), 'pinhub-bench-'));
  const token = isGuarded ? makeToken(program, folder) : undefined;
  const hub = await startHubOf(program, '--no-mqtt', '--no-devices', '--data', folder);
  const client = createHubClient(hub.url, token && { token });
  const topics = Array.from({ length: count }, (_, index) => `led/${index + 1}`);
  await Promise.all(topics.map((topic) => describe(client, topic)));
  const moving = move(
    client,
    topics.filter((_, index) => moves(index)),
  );
  return {
    url: hub.url,
    link: token ? `${hub.url}/?token=${token}` : hub.url,
    async close() {
      clearInterval(moving);
      await client.close();
      await hub.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A token for a hub that requires authentication, as one with users does. */
function makeToken(program, folder) {
  const options = { encoding: 'utf8', input: 'a password\n' };
  const run = (...words) => execFileSync(process.execPath, [program, ...words, '--data', folder], options);
  run('user', 'add', 'somebody', '--role', 'admin');
  return /[\w-]{20,}/.exec(run('token', 'make', 'bench', '--role', 'admin'))[0];
}

function describe(client, topic) {
  return Promise.all(
    Object.entries(STATE).map(([property, text]) =>
      client.publish(`${topic}/${property}`, text, { retain: true }),
    ),
  );
}

/** Breathing: each LED a little later than the one before, like a wave. */
function move(client, topics) {
  let step = 0;
  return setInterval(() => {
    step++;
    for (const [index, topic] of topics.entries()) {
      const duty = (50 - 50 * Math.cos((step + index) / 12)).toFixed(1);
      void client.publish(`${topic}/duty/actual`, duty, { retain: true });
    }
  }, 1000 / CHANGES_PER_SECOND);
}
