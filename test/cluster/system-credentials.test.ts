import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { asyncScheduler, filter, firstValueFrom, mergeMap } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MEMBERS_CHANNEL, parseMemberBeat } from '../../hub/cluster/members.ts';
import { openNatsEngine } from '../../hub/cluster/nats/nats-engine.ts';
import { silence$ } from '../../hub/cluster/silence.ts';
import { HubProcess } from '../faults/hub-process.ts';
import { describeWithNats, NatsServers } from './nats-server.ts';

/** For processes on a busy machine. */
const PATIENCE = { timeout: 60_000 };

describeWithNats('a hub with --cluster-system-credentials', (program) => {
  let folder: string;
  let servers: NatsServers;
  let hubs: readonly [dying: HubProcess, quick: HubProcess];
  const file = (name: string) => join(folder, name);
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pinhub-system-'));
    writeFileSync(file('hub'), 'hub:one\n');
    writeFileSync(file('system'), 'system:two\n');
    const accounts = {
      hubs: { jetstream: 'enabled', users: [{ user: 'hub', password: 'one' }] },
      system: { users: [{ user: 'system', password: 'two' }] },
    };
    writeFileSync(file('servers'), JSON.stringify({ accounts, system_account: 'system' }));
    servers = await NatsServers.start(program, 1, '--config', file('servers'));
    hubs = [await create('dying'), await create('quick', '--cluster-system-credentials', file('system'))];
    await Promise.all(hubs.map((hub) => hub.start()));
  });
  afterEach(async () => {
    await Promise.all(hubs.map((hub) => hub.kill()));
    await servers.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function create(name: string, ...more: string[]): Promise<HubProcess> {
    const cluster = ['--cluster', ...servers.urls, '--cluster-credentials', file('hub'), '--hub-name', name];
    const rest = ['--data', file(name), '--no-devices', '--no-pigpiod', '--log-level', 'info'];
    return HubProcess.create(...cluster, ...rest, ...more);
  }

  it('learns of a killed hub before hubs that wait for its silence, and adopts it', async () => {
    const [dying, quick] = hubs;
    const known: string[] = [];
    const engine = await openNatsEngine({
      cluster: 'pinhub',
      name: 'slow',
      servers: servers.urls,
      credentials: file('hub'),
    });
    const beats$ = engine.received$(MEMBERS_CHANNEL).pipe(
      mergeMap(parseMemberBeat),
      filter(({ hub }) => hub === 'dying'),
    );
    await firstValueFrom(beats$);
    const client = await connectAsync(quick.mqttUrl);
    let listed = '';
    client.on('message', (_, payload) => {
      if (listed.includes('"dying"') && !`${payload}`.includes('"dying"')) known.push('quick');
      listed = `${payload}`;
    });
    await client.subscribeAsync('$SYS/cluster/hubs');
    await vi.waitUntil(() => listed.includes('"dying"'), PATIENCE);
    const silent$ = silence$({ engine, scheduler: asyncScheduler, received$: beats$, gone$: engine.gone$ });
    const slow = firstValueFrom(silent$).then(() => known.push('slow'));
    await dying.kill();
    await slow;
    expect(known).toEqual(['quick', 'slow']);
    const isAdopted = () =>
      `${quick.output}${quick.errors}`.includes('hub dying is gone; its sessions are here');
    await vi.waitUntil(isAdopted, PATIENCE);
    await client.endAsync();
    await engine.close();
  }, 120_000);
});
