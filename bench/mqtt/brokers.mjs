// The brokers being compared, each in its own process, with MQTT over WebSocket.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startHub, startHubOf, untilListening } from '../stage.mjs';

/** Functions that start a broker, by name. They resolve to its port (some also to its TCP port), its process id, and a function to stop it. */
export const BROKERS = {
  pinhub: () => openHub(startHub),
  // Another build to compare with: BENCH_BASELINE is its dist/hub/main.js.
  baseline: () => openHub((...options) => startHubOf(process.env.BENCH_BASELINE, ...options)),
  async mosquitto() {
    const tcpPort = await freePort();
    const broker = await startProgram('mosquitto', '/mqtt', async (port, folder) => {
      const file = join(folder, 'mosquitto.conf');
      const lines = [
        // Version 2.0.11 does not start with WebSocket alone.
        `listener ${tcpPort} 127.0.0.1`,
        `listener ${port} 127.0.0.1`,
        'protocol websockets',
        'allow_anonymous true',
        'set_tcp_nodelay true',
        'log_type none',
      ];
      writeFileSync(file, `${lines.join('\n')}\n`);
      return ['-c', file];
    });
    return { ...broker, tcpPort };
  },
  'nats-server': () =>
    startProgram('nats-server', '/mqtt', async (port, folder) => {
      const file = join(folder, 'nats.conf');
      const [clients, mqtt] = [await freePort(), await freePort()];
      writeFileSync(
        file,
        `server_name: bench\nlisten: 127.0.0.1:${clients}\njetstream { store_dir: "${folder}" }\n` +
          `mqtt { listen: 127.0.0.1:${mqtt} }\nwebsocket { listen: 127.0.0.1:${port}, no_tls: true }\n`,
      );
      return ['-c', file];
    }),
  // `createBroker` embedded in another program.
  embedded: () =>
    startProgram(process.execPath, '/mqtt', (port) => [
      join(import.meta.dirname, 'embedded.mjs'),
      String(port),
    ]),
  aedes: () =>
    startProgram(process.execPath, '/', (port) => [join(import.meta.dirname, 'aedes.mjs'), String(port)]),
};

async function openHub(start) {
  const tcpPort = await freePort();
  const { url, pid, stop } = await start('--mqtt-port', `${tcpPort}`);
  return { port: Number(new URL(url).port), path: '/mqtt', tcpPort, pid, stop };
}

/** Whether a broker's program is installed. */
export function isInstalled(name) {
  if (name === 'baseline') return process.env.BENCH_BASELINE !== undefined;
  return ['pinhub', 'embedded', 'aedes'].includes(name) || spawnSync('which', [name]).status === 0;
}

async function startProgram(command, path, prepare) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'pinhub-bench-'));
  const child = spawn(command, await prepare(port, folder), { stdio: 'ignore' });
  await untilListening(port);
  const stop = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
  return { port, path, pid: child.pid, stop };
}
