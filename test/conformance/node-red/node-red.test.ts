import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Pinhub } from '../../hub/cli/run-pinhub.ts';
import { requireNpmProgram } from '../../npm-packages.ts';
import { Dashboard } from './dashboard.ts';
import { NodeRed } from './node-red.ts';

const MAIN = join(import.meta.dirname, '../../../dist/hub/main.js');
const PASSWORD = 'correct horse';

const [SLIDER, GAUGE, CHART, ONLINE, EFFECTS] = ['slider', 'gauge', 'chart', 'online', 'effects'].map(
  (name) => `pinhub-${name}`,
) as [string, string, string, string, string];

/** Waits as long as a busy machine may need. */
const poll = <T>(read: () => T) => expect.poll(read, { timeout: 50_000 });

const folder = await requireNpmProgram('node-red');
const title = 'Node-RED with Dashboard 2, by MQTT 5 and 3.1.1, as a user of its own';

describe.skipIf(folder === undefined)(folder ? title : `${title} (skipped: needs npm)`, () => {
  const data = mkdtempSync(join(tmpdir(), 'pinhub-beside-node-red-'));
  /** The last message of each topic. */
  const said = new Map<string, string>();
  let hub: Pinhub;
  let nodeRed: NodeRed;
  let dashboard: Dashboard;
  let other: MqttClient;
  let mqttPort = 0;

  const startHub = async () => {
    const ports = ['--host', '127.0.0.1', '--port', '0', '--mqtt-port', String(mqttPort)];
    const quiet = ['--driver', 'virtual', '--no-pigpiod', '--log-level', 'error'];
    const started = new Pinhub(['start', ...ports, ...quiet, '--data', data]);
    hub = started;
    await vi.waitUntil(() => started.output.includes('Ctrl-C'), { timeout: 100_000 });
    mqttPort = Number(/mqtt:\/\/\S+?:(\d+)/.exec(started.output)?.[1]);
  };
  const addUser = (name: string, role: string) =>
    execFileSync(process.execPath, [MAIN, 'user', 'add', name, '--role', role, '--data', data], {
      input: `${PASSWORD}\n`,
    });
  const openDashboard = () => Dashboard.open(nodeRed.port, [SLIDER, GAUGE, CHART, ONLINE, EFFECTS]);

  beforeAll(async () => {
    addUser('nodered', 'integration');
    addUser('other', 'viewer');
    await startHub();
    other = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`, {
      username: 'other',
      password: PASSWORD,
      protocolVersion: 5,
      reconnectPeriod: 50,
    });
    other.on('message', (topic, payload) => said.set(topic, String(payload)));
    await other.subscribeAsync(['led/21/#', 'nodered/status'], { qos: 1 });
    nodeRed = await NodeRed.create({ folder: folder ?? '', mqttPort, user: 'nodered', password: PASSWORD });
    await nodeRed.start();
    dashboard = await openDashboard();
  });
  afterAll(async () => {
    dashboard?.close();
    await nodeRed?.close();
    await other?.endAsync(true);
    await hub?.stop();
    rmSync(data, { recursive: true });
  });

  it('logs in, says that it is there, and shows that the LED is', async () => {
    await poll(() => said.get('nodered/status')).toBe('online');
    await poll(() => dashboard.shown(ONLINE)).toBe('online');
  });

  it('dims the LED by its slider, and sees on gauge and chart what the pin does', async () => {
    dashboard.change(SLIDER, 30);
    await poll(() => said.get('led/21/duty/actual')).toBe('30');
    expect(said.get('led/21/duty')).toBe('30');
    await poll(() => dashboard.shown(GAUGE)).toBe('30');
    await poll(() => lastOf(dashboard.shown(CHART))).toBe('30');
  });

  it('chooses an effect by MQTT 3.1.1', async () => {
    dashboard.change(EFFECTS, 'breathe');
    await poll(() => said.get('led/21/effect/actual')).toBe('breathe');
    dashboard.change(EFFECTS, 'none');
    await poll(() => said.get('led/21/effect/actual')).toBe('none');
  });

  it('sees the hub go and come back, and dims on', async () => {
    expect(nodeRed.connectionsOf('MQTT 5')).toBe(1);
    await hub.stop();
    await startHub();
    // Node-RED drops what is set without a connection.
    await poll(() => nodeRed.connectionsOf('MQTT 5')).toBe(2);
    dashboard.change(SLIDER, 55);
    await poll(() => said.get('led/21/duty/actual')).toBe('55');
    await poll(() => dashboard.shown(GAUGE)).toBe('55');
    await poll(() => dashboard.shown(ONLINE)).toBe('online');
  });

  it('is offline by its will when it dies, and shows the present state when it is back', async () => {
    dashboard.close();
    await nodeRed.kill();
    await poll(() => said.get('nodered/status')).toBe('offline');
    await nodeRed.start();
    dashboard = await openDashboard();
    await poll(() => said.get('nodered/status')).toBe('online');
    await poll(() => dashboard.shown(SLIDER)).toBe('55');
    await poll(() => dashboard.shown(GAUGE)).toBe('55');
  });
});

function lastOf(shown: unknown): unknown {
  return Array.isArray(shown) ? shown.at(-1)?.y : shown;
}
