import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectBytes, publishBytes, subscribeBytes } from './attacks/mqtt-bytes.ts';
import { openAll, Wire } from './attacks/wire.ts';
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

  /** Opens so many connections that they take all places first. */
  async function crowd(port: number, words = ''): Promise<void> {
    const opened = await openAll(port, 4 * MOST);
    wires.push(...opened);
    for (const wire of opened) await wire.send(words);
  }

  it('accepts clients that authenticate, and keeps the accepted ones', async () => {
    const before = await Bystanders.openKept(hub);
    await crowd(hub.mqttPort);
    await crowd(hub.port);
    const after = await Bystanders.openKept(hub);
    await Promise.all([before.finish(), after.finish()]);
  });

  it('also if the strangers begin with Socket.IO by long-polling, and stop there', async () => {
    const before = await Bystanders.openKept(hub);
    const handshake = 'GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\n\r\n';
    await crowd(hub.port, handshake);
    const after = await Bystanders.openKept(hub);
    await Promise.all([before.finish(), after.finish()]);
    expect(hub.errors).toBe('');
  });
});

it('a hub still accepts others if an accepted client floods it', async () => {
  const hub = await HubProcess.create('--ephemeral');
  await hub.start();
  const hello = (id: string) => Wire.openWith(hub.mqttPort, [connectBytes(id)]);
  const hearers = await Promise.all(Array.from({ length: 100 }, (_, index) => hello(`hearer-${index}`)));
  for (const hearer of hearers) {
    await hearer.send(subscribeBytes(['flood']));
    hearer.ignore();
  }
  const flooder = await hello('flooder');
  const words = Buffer.concat(Array.from({ length: 4_000 }, () => publishBytes('flood', 'x')));
  const flooding = (async () => {
    while (!flooder.isClosed) await flooder.send(words);
  })();
  try {
    for (const url of [hub.mqttUrl, `${hub.url.replace('http', 'ws')}/mqtt`]) {
      const newcomers = Array.from({ length: 10 }, () => connectAsync(url, { reconnectPeriod: 0 }));
      for (const newcomer of await Promise.all(newcomers)) newcomer.end(true);
    }
  } finally {
    for (const wire of [...hearers, flooder]) wire.cut();
    await flooding;
    await hub.kill();
  }
});
