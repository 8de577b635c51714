import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync, type IDisconnectPacket, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWithNats, urlOf } from '../cluster/nats-server.ts';
import { type Cut, Relay } from '../cluster/relay.ts';
import { createRandom } from '../random.ts';
import { expectAgreement, expectKept, PATIENCE_MS, publishers, Record, World } from './cluster-world.ts';
import type { SupervisedHub } from './supervised-hub.ts';

/** The number of random cuts. `CLUSTER_CUTS=100` takes half an hour, and also tries each fixed cut in both ways. */
const CUTS = Number(process.env.CLUSTER_CUTS ?? 0);

/** How the network fails. Silence is the harder case: neither side notices. */
const EACH: readonly Cut[] = CUTS > 0 ? ['reset', 'silence'] : ['silence'];

/** A cut that hubs survive, milliseconds: less than the two seconds after which they end. */
const SHORT_MS = 1_000;

/** The time within which a hub without NATS must end: two to three seconds as documented, and as much again for a busy machine, milliseconds. */
const END_MS = 8_000;

const POLL_MS = 50;

describeWithNats('hubs behind a network that is cut', (program) => {
  const folder = mkdtempSync(join(tmpdir(), 'pinhub-network-'));
  /** For each hub, its paths to each of the servers. */
  const networks: Relay[][] = [];
  const records = { first: new Record(), second: new Record() };
  let world: World;
  let all: ReturnType<typeof publishers>;
  beforeAll(async () => {
    world = await World.start(program, folder, { count: 2, wayTo: createNetwork });
    for (const [index, [name, record]] of Object.entries(records).entries()) {
      const client = world.visit(name, index, record);
      await subscribed(client, 'ledger/#', 2);
    }
    all = publishers(world);
    await untilServed();
  });
  afterAll(async () => {
    for (const network of networks) for (const relay of network) relay.heal();
    await Promise.all((all ?? []).map((publisher) => publisher.stop()));
    await world?.stop();
    await Promise.all(networks.flat().map((relay) => relay.close()));
    rmSync(folder, { recursive: true, force: true });
  });

  async function createNetwork({ clientPorts }: World['servers']): Promise<string[]> {
    const relays = await Promise.all(clientPorts.map((port) => Relay.to([port])));
    networks.push(relays);
    return relays.map(({ ports: [port = 0] }) => urlOf(port));
  }

  const untilServed = () => Promise.all(all.map((publisher) => publisher.progress()));

  async function expectAllWell(): Promise<void> {
    await untilServed();
    await expectKept(world, all, records);
    await expectAgreement(world);
  }

  /** Cuts the paths of these hubs to the servers, and heals them even if the task fails. */
  async function during(cut: Cut, hubs: readonly number[], task: () => Promise<void>): Promise<void> {
    const relays = hubs.flatMap((index) => networks[index] ?? []);
    for (const relay of relays) relay.cut(cut);
    try {
      await task();
    } finally {
      for (const relay of relays) relay.heal();
    }
  }

  /** Records what a hub tells monitoring and its clients from the moment its network is cut until it ends. */
  async function watchEnd({ process }: SupervisedHub) {
    const client = await connectAsync(process.mqttUrl, { protocolVersion: 5, reconnectPeriod: 0 });
    client.on('error', () => undefined);
    const disconnected = new Promise<IDisconnectPacket>((resolve) => client.once('disconnect', resolve));
    const ended = process.ended();
    return {
      untilEnd: async () => {
        const begunAt = performance.now();
        const [{ reasonCode }, reason] = await Promise.all([disconnected, untilUnready(process.url)]);
        const afterMs = performance.now() - begunAt;
        return { reasonCode, reason, afterMs, exitCode: await ended };
      },
    };
  }

  it.each(EACH)('go on after a short cut: %s', async (cut) => {
    const lives = world.hubs.map((hub) => hub.lives);
    await during(cut, [0, 1], () => sleep(SHORT_MS));
    await expectAllWell();
    expect(world.hubs.map((hub) => hub.lives)).toEqual(lives);
  });

  it.each(EACH)(
    'go on through another server if the way to one of them is cut: %s',
    async (cut) => {
      const lives = world.hubs.map((hub) => hub.lives);
      const used = networks[0]?.find(({ isUsed }) => isUsed) ?? expect.unreachable();
      used.cut(cut);
      await vi.waitUntil(() => networks[0]?.some((relay) => relay !== used && relay.isUsed), {
        timeout: PATIENCE_MS,
      });
      await untilServed();
      used.heal();
      await expectAllWell();
      expect(
        world.hubs.map((hub) => hub.lives),
        world.hubs.map((hub) => hub.process.errors).join('\n'),
      ).toEqual(lives);
    },
    PATIENCE_MS * 4,
  );

  it.each(EACH)(
    'end if one is cut off for long, and it tells its clients where to go: %s',
    async (cut) => {
      const [hub] = world.hubs;
      if (!hub) return;
      const { untilEnd } = await watchEnd(hub);
      await during(cut, [0], async () => {
        const end = await untilEnd();
        const reason = 'the servers of the cluster cannot be reached';
        expect(end).toMatchObject({ reasonCode: 0x9c, reason, exitCode: 1 });
        expect(end.afterMs).toBeLessThan(END_MS);
        expect(hub.process.errors).toContain('the cluster was not reachable for 2 s');
        await untilServed(); // The other hub serves now, with the sessions of all clients.
      });
      await hub.up();
      await expectAllWell();
    },
    PATIENCE_MS * 4,
  );

  it(
    'end if all are cut off for long, and have everything when they are started again',
    async () => {
      const ended = world.hubs.map(({ process }) => process.ended());
      await during('reset', [0, 1], async () => {
        await Promise.all(ended);
      });
      await Promise.all(world.hubs.map((hub) => hub.up()));
      await expectAllWell();
    },
    PATIENCE_MS * 4,
  );

  it(
    'wait while two of the three servers are dead, and go on when one of them is back; QoS 0 goes on meanwhile',
    async () => {
      const lives = world.hubs.map((hub) => hub.lives);
      const [from, to] = [world.visit('from', 0), world.visit('to', 1)];
      await subscribed(to, 'now/#', 0);
      const heard = new Set<string>();
      to.on('message', (topic) => heard.add(topic));
      /** Resolves when something from one hub has reached the other. */
      const passing = (topic: string) =>
        vi.waitUntil(
          async () => {
            await from.publishAsync(topic, '');
            return heard.has(topic);
          },
          { timeout: PATIENCE_MS, interval: POLL_MS },
        );
      await passing('now/before');
      await world.servers.kill(0, 1);
      await passing('now/meanwhile');
      const acknowledged = count(all);
      await passing('now/later');
      expect(count(all)).toBe(acknowledged);
      await world.servers.startOne(0);
      await untilServed();
      await world.servers.startOne(1);
      await expectAllWell();
      expect(
        world.hubs.map((hub) => hub.lives),
        world.hubs.map((hub) => hub.process.errors).join('\n'),
      ).toEqual(lives);
    },
    PATIENCE_MS * 4,
  );

  it.skipIf(CUTS === 0)(
    'lose nothing whatever is cut, for however long',
    async () => {
      const random = createRandom(Date.now());
      const choose = <T>(...of: readonly T[]): T =>
        of[Math.floor(random() * of.length)] ?? expect.unreachable();
      for (let count = 0; count < CUTS; count++) {
        const hubs = choose([0], [1], [0, 1]);
        await during(choose('reset', 'silence'), hubs, () => sleep(random() * 6_000));
        await untilServed();
      }
      await expectAllWell();
      console.log(
        `${CUTS} cuts, ${count(all)} acknowledged, hubs ended ${world.hubs.map(({ lives }) => lives - 1)} times`,
      );
    },
    PATIENCE_MS * (CUTS + 2),
  );
});

/** Resolves when a client has subscribed; tries again if it loses its hub meanwhile. */
async function subscribed(client: MqttClient, filter: string, qos: 0 | 2): Promise<void> {
  const attempt = () => client.subscribeAsync(filter, { qos }).catch(() => undefined);
  await vi.waitUntil(attempt, { timeout: PATIENCE_MS });
}

/** The number of messages acknowledged so far. */
function count(all: ReturnType<typeof publishers>): number {
  return all.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
}

/** Resolves to the reason why a hub is not ready, as soon as the hub reports one. */
async function untilUnready(url: string): Promise<string> {
  for (;;) {
    const response = await fetch(`${url}/readyz`, { headers: { connection: 'close' } });
    if (response.status === 503) return (await response.json()).reason;
    await sleep(POLL_MS);
  }
}
