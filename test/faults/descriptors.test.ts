import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeWith } from '../programs.ts';
import { finish, openAll } from './attacks/wire.ts';
import { Bystanders } from './bystanders.ts';
import { HubProcess } from './hub-process.ts';

/** The limit of open files: enough to load the program, and a few more. */
const DESCRIPTORS = 400;

describeWith('prlimit', 'a hub that has run out of file descriptors', () => {
  let data: string;
  let hub: HubProcess;
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'pinhub-descriptors-'));
    hub = await HubProcess.createUnder(['prlimit', `--nofile=${DESCRIPTORS}`], '--data', data);
    await hub.start();
  });
  afterEach(async () => {
    await hub.kill();
    await rm(data, { recursive: true, force: true });
  });

  it('serves its clients, and accepts others once there are descriptors again', async () => {
    const bystanders = await Bystanders.openKept(hub);
    const before = JSON.stringify(await hub.clients());
    for (const port of [hub.mqttPort, hub.port, hub.pigpiodPort]) {
      await finish(await openAll(port, 2 * DESCRIPTORS));
    }
    await vi.waitUntil(async () => JSON.stringify(await hub.clients()) === before, { timeout: 20_000 });
    for (const count of await bystanders.finish()) expect(count).toBeGreaterThan(1);
    const others = await Bystanders.openKept(hub);
    await others.finish();
    expect(hub.errors).not.toMatch(/"level":(50|60)/);
  });
});
