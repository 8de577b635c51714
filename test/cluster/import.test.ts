import { beforeEach, describe, expect, it } from 'vitest';
import { Message } from '../../hub/core/message.ts';
import { createRandom } from '../random.ts';
import { importCluster } from './imported.ts';
import { type ClientOptions, type ClusterClient, HubProcess } from './owners-stage.ts';
import { SimulatedCluster } from './simulated-cluster.ts';
import { SimulatedTime } from './simulated-time.ts';

const WILL = { message: new Message('status', 'offline', { qos: 1 }), delaySeconds: 0 };
const SHARE = '$share/g/s';

let time: SimulatedTime;
let cluster: SimulatedCluster;
let a: HubProcess;
let b: HubProcess;
beforeEach(async () => {
  time = new SimulatedTime();
  cluster = new SimulatedCluster({ time, random: createRandom(1) });
  [a, b] = [new HubProcess(cluster, time, 'a'), new HubProcess(cluster, time, 'b')];
  await time.settle(Promise.all([a.serving, b.serving]));
  await time.run(1_000); // By then the hubs have heard each other.
});

const connect = (hub: HubProcess, id: string, options?: ClientOptions): Promise<ClusterClient> =>
  time.settle(hub.connect(id, options));

/** Connects a client that subscribes and leaves its session behind. */
async function leaveSession(hub: HubProcess, id: string, filter: string): Promise<void> {
  const client = await connect(hub, id);
  client.subscribe(filter);
  client.leave();
  await time.settle(hub.untilSafe());
}

/** Kills both hubs; resolves to the queues of all sessions, and all wills, as a standalone hub finds them. */
async function killAndImport(): Promise<{ readonly due: unknown[]; readonly wills: unknown[] }> {
  for (const hub of [a, b]) hub.kill();
  cluster.fullLogs.clear();
  const store = await importCluster(cluster, time, ['a', 'b']);
  const due = store.sessions.flatMap(({ state, due }) =>
    due.map(({ message }) => `${state.clientIdentifier} ${message.text}`),
  );
  const wills = store.sessions.flatMap(({ state: { will } }) => will?.message.text ?? []);
  await store.close();
  return { due, wills };
}

describe('an import of a cluster whose hubs were killed', () => {
  it.each([
    ['all hubs knew', 'ledger'],
    ['it was kept that they did', 'a'],
  ])('has a will once that a hub was publishing, before %s', async (_, full) => {
    await leaveSession(b, 'watcher', 'status');
    const client = await connect(a, 'x', { will: WILL });
    await time.settle(a.untilSafe());
    cluster.fullLogs.add(full);
    client.drop();
    await time.run(100);
    expect(await killAndImport()).toEqual({ due: ['watcher offline'], wills: [] });
  });

  it('has a shared message once that was on its way to a member at another hub', async () => {
    const ending = await connect(a, 'x', { expirySeconds: 5 });
    ending.subscribe(SHARE);
    await time.settle(a.untilSafe());
    ending.leave();
    a.publish('s', '1', { qos: 2 });
    await time.settle(a.untilSafe());
    await leaveSession(b, 'y', SHARE);
    cluster.fullLogs.add('ledger');
    await time.runUntil(() => !a.has('x'));
    await time.run(100);
    expect(await killAndImport()).toEqual({ due: ['y 1'], wills: [] });
  });
});
