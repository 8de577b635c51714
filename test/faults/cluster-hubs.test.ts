import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWithNats } from '../cluster/nats-server.ts';
import { expectAgreement, expectKept, PATIENCE_MS, publishers, Record, World } from './cluster-world.ts';

/**
 * How often all that can die has died: `CLUSTER_ROUNDS=1` takes a minute, 100 an hour or two. By default it is left out, as three servers, three
 * hubs and seven clients need more than two busy cores: a hub that gets no processor time for two seconds is adopted.
 */
const ROUNDS = Number(process.env.CLUSTER_ROUNDS ?? 0);

/** Longer than the others wait for a hub that says nothing, milliseconds. */
const FROZEN_MS = 3_500;

/** Everything that can die dies once. Each goes on when the publishers have. */
async function killAll(world: World, round: number, untilServed: () => Promise<unknown>): Promise<void> {
  const hub = (n: number) => world.hubs[(n + round) % 3] ?? expect.unreachable();
  await hub(0).kill();
  await untilServed();
  await hub(0).start();
  await untilServed();

  hub(1).process.freeze();
  await sleep(FROZEN_MS);
  await untilServed();
  const ended = hub(1).process.ended();
  hub(1).process.thaw();
  await ended; // Others have adopted it: it must not serve.
  await hub(1).up();
  await untilServed();

  const follower = ((await world.leader()) + 1) % 3;
  await world.servers.kill(follower);
  await untilServed();
  await world.servers.startOne(follower);

  const leader = await world.leader();
  await Promise.all([world.servers.kill(leader), hub(2).kill()]);
  await untilServed();
  await world.servers.startOne(leader);
  await hub(2).start();
  await untilServed();
}

describeWithNats('three hubs of a cluster', (program) => {
  let folder: string;
  let world: World;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pinhub-hubs-'));
    world = await World.start(program, folder);
  });
  afterEach(async () => {
    await world.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.skipIf(ROUNDS === 0)(
    'lose nothing acknowledged, deliver nothing of QoS 2 twice, and agree on what is retained, whichever hubs and servers die',
    async () => {
      const records = { stays: new Record(), moves: new Record(), late: new Record() };
      const stays = world.visit('stays', 0, records.stays);
      const moves = world.visit('moves', 1, records.moves);
      const late = world.visit('late', 2, records.late);
      for (const client of [stays, moves, late]) await client.subscribeAsync('ledger/#', { qos: 2 });
      await late.endAsync();
      const all = publishers(world);
      const untilServed = () => Promise.all(all.map((publisher) => publisher.progress()));
      await untilServed();
      for (let round = 0; round < ROUNDS; round++) {
        await killAll(world, round, untilServed);
        moves.stream.destroy(); // It goes to the next hub, while the one that has its session is well.
      }
      await Promise.all(all.map((publisher) => publisher.stop()));

      world.visit('late', 1, records.late);
      await expectKept(world, all, records);
      await expectAgreement(world);
    },
    PATIENCE_MS * (4 * ROUNDS + 1),
  );
});
