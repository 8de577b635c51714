import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWithNats } from '../cluster/nats-server.ts';
import { expectAgreement, expectKept, PATIENCE_MS, publishers, Record, World } from './cluster-world.ts';

/** The number of rounds. In each, seven processes die or hang. `CLUSTER_ROUNDS=1` takes a minute or two; 143 rounds are a thousand deaths. */
const ROUNDS = Number(process.env.CLUSTER_ROUNDS ?? 0);

/** How often each of the three hubs is killed: ten times in the run of all tests. */
const TURNS = Number(process.env.CLUSTER_TURNS ?? 3);

/** Whether the run prints its progress: only long runs on request do. */
const IS_TOLD = process.env.CLUSTER_TURNS !== undefined || ROUNDS > 0;

/** A pause that is longer than hubs and servers wait for a silent one, milliseconds. */
const FROZEN_MS = 3_500;
const FROZEN_SERVER_MS = 12_000;

/** Kills everything that can die once. The next death follows when the publishers have continued. */
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
  await ended; // Other hubs have adopted this hub, which must not serve any longer.
  await hub(1).up();
  await untilServed();

  const follower = ((await world.leader()) + 1) % 3;
  await world.servers.kill(follower);
  await untilServed();
  await world.servers.startOne(follower);

  const frozen = await world.leader();
  await world.servers.ready();
  world.servers.freeze(frozen);
  await sleep(FROZEN_SERVER_MS);
  await untilServed();
  world.servers.thaw(frozen);

  const leader = await world.leader();
  await Promise.all([world.servers.kill(leader), hub(2).kill()]);
  await untilServed();
  await world.servers.startOne(leader);
  await hub(2).start();
  await untilServed();

  await Promise.all([hub(0).restart(), hub(1).restart()]);
  await untilServed();
}

/** Kills each hub once, two at the same time, and restarts it while others adopt its state. The publishers then continue, to show what gets lost. */
async function killHubs({ hubs }: World, turn: number, untilServed: () => Promise<unknown>): Promise<void> {
  const [one, two, three] = [0, 1, 2].map((n) => hubs[(n + turn) % 3]);
  await Promise.all([one?.restart(), two?.restart()]);
  await three?.restart();
  await untilServed();
}

describeWithNats('three hubs of a cluster', (program) => {
  let folder: string;
  let world: World;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pinhub-hubs-'));
    world = await World.start(program, folder, { tellsEnds: true });
  });
  afterEach(async () => {
    await world.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Publishes, and has clients stay, move and arrive late, while `kill` is awaited this often; then checks what they were promised. */
  async function surviving(
    times: number,
    kill: (turn: number, untilServed: () => Promise<unknown>) => Promise<void>,
  ): Promise<void> {
    const records = { stays: new Record(), moves: new Record(), late: new Record() };
    const stays = world.visit('stays', 0, records.stays);
    const moves = world.visit('moves', 1, records.moves);
    const late = world.visit('late', 2, records.late);
    for (const client of [stays, moves, late]) await client.subscribeAsync('ledger/#', { qos: 2 });
    await late.endAsync();
    const all = publishers(world);
    const untilServed = () => Promise.all(all.map((publisher) => publisher.progress()));
    await untilServed();
    const begun = performance.now();
    const tell = (what: string) =>
      IS_TOLD &&
      console.log(`${what} after ${Math.round((performance.now() - begun) / 1_000)} s: ${describe(all)}`);
    for (let turn = 0; turn < times; turn++) {
      await kill(turn, untilServed);
      moves.stream.destroy(); // The client goes to the next hub while the hub with its session is healthy.
      tell(`${turn + 1} of ${times}`);
    }
    await untilServed();
    await Promise.all(all.map((publisher) => publisher.stop()));
    world.visit('late', 1, records.late);
    await expectKept(world, all, records);
    await expectAgreement(world);
    tell('none lost, none of QoS 2 twice, all hubs agree');
  }

  it(
    'lose nothing acknowledged, deliver nothing of QoS 2 twice, and agree on what is retained, however often they are killed',
    () => surviving(TURNS, (turn, untilServed) => killHubs(world, turn, untilServed)),
    PATIENCE_MS * (TURNS + 3),
  );

  it.skipIf(ROUNDS === 0)(
    'so do they whichever hubs and servers die or stand still',
    () => surviving(ROUNDS, (round, untilServed) => killAll(world, round, untilServed)),
    PATIENCE_MS * (6 * ROUNDS + 1),
  );
});

function describe(all: ReturnType<typeof publishers>): string {
  const acknowledged = all.map((one) => `${one.acknowledged.length} ${one.name}`);
  return `acknowledged: ${acknowledged.join(', ')}`;
}
