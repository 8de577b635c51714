import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAll, type Wire } from './attacks/wire.ts';
import { Bystanders } from './bystanders.ts';
import { HubProcess } from './hub-process.ts';

const MOST = 50;

describe('a hub whose ports are full of strangers', () => {
  let hub: HubProcess;
  const wires: Wire[] = [];
  beforeEach(async () => {
    hub = await HubProcess.create('--ephemeral', '--limit', `strangers=${MOST}`);
    await hub.start();
  });
  afterEach(async () => {
    for (const wire of wires.splice(0)) wire.cut();
    await hub.kill();
  });

  /** So many that hold on, and would be there first. */
  async function crowd(port: number, words = ''): Promise<void> {
    const opened = await openAll(port, 4 * MOST);
    wires.push(...opened);
    for (const wire of opened) await wire.send(words);
  }

  it('takes in those who say who they are, and keeps those who have', async () => {
    const before = await Bystanders.open(hub);
    await crowd(hub.mqttPort);
    await crowd(hub.port);
    const after = await Bystanders.open(hub);
    await Promise.all([before.finish(), after.finish()]);
  });

  it('so too where they begin with Socket.IO by long-polling, and leave it at that', async () => {
    const before = await Bystanders.open(hub);
    const handshake = 'GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\n\r\n';
    await crowd(hub.port, handshake);
    const after = await Bystanders.open(hub);
    await Promise.all([before.finish(), after.finish()]);
    expect(hub.errors).toBe('');
  });
});
