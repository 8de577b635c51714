import { beforeEach, describe, expect, it } from 'vitest';
import { UnansweredError } from '../../hub/cluster/engine.ts';
import { createRandom } from '../random.ts';
import { HubProcess } from './owners-stage.ts';
import { SimulatedCluster } from './simulated-cluster.ts';
import { SimulatedTime } from './simulated-time.ts';

let time: SimulatedTime;
let cluster: SimulatedCluster;
let processes: HubProcess[];
beforeEach(() => begin(1));

function begin(seed: number): void {
  time = new SimulatedTime();
  cluster = new SimulatedCluster({ time, random: createRandom(seed) });
  processes = [];
}

/** Starts a process of a hub without waiting until it serves. */
function launch(name: string): HubProcess {
  const process = new HubProcess(cluster, time, name, `${name}${processes.length}`);
  processes.push(process);
  return process;
}

async function start(name: string): Promise<HubProcess> {
  const process = launch(name);
  await time.settle(process.serving);
  return process;
}

const cellOf = (hub: string) => JSON.parse(cluster.cells.get(`hub-${hub}`)?.text ?? '{}');

/** Leaves the session of an offline client on a hub, with one queued message. */
async function leaveSession(hub: HubProcess): Promise<void> {
  const client = await time.settle(hub.connect('x'));
  client.subscribe('t');
  client.drop();
  hub.publish('t', '1');
  await time.settle(hub.untilSafe());
}

/** Kills a hub when it is about to empty the log of the hub that it has adopted. By then its own log has everything. */
function killBeforeTrim(adopter: HubProcess, dead: string): void {
  const open = adopter.engine.log.bind(adopter.engine);
  adopter.engine.log = async (name) => {
    const log = await open(name);
    if (name !== dead) return log;
    log.trim = () => {
      adopter.kill();
      return new Promise(() => undefined);
    };
    return log;
  };
}

const isDead = (hub: HubProcess) => time.runUntil(() => hub.isDead, time.now() + 60_000);

/** Checks that exactly one hub has the client's session, and that the client gets its message once when it connects. */
async function expectOneSession(told: unknown): Promise<void> {
  await time.run(30_000);
  const live = processes.filter((one) => !one.isDead && one.sessions);
  expect([told, live.filter((one) => one.has('x')).length]).toEqual([told, 1]);
  const client = await time.settle((live[0] ?? expect.unreachable('none serves')).connect('x'));
  expect([told, client.isPresent, client.received]).toEqual([told, true, ['1']]);
}

/** The orders in which hubs start. Hubs in one word start at the same time; a hub that starts alone is awaited. */
const ORDERS = ['abc', 'cba', 'a b c', 'b a c', 'c b a'];

/** `CLUSTER_SEEDS=1000` tries that many histories. */
const HISTORIES = Number(process.env.CLUSTER_SEEDS ?? 10);

describe('a hub whose adopter dies before it has recorded that, and is adopted by one that dies likewise', () => {
  /** Makes hub b adopt a, and c adopt b. All are dead in the end. */
  async function chain(): Promise<void> {
    const a = await start('a');
    await leaveSession(a);
    const b = await start('b');
    killBeforeTrim(b, 'a');
    a.kill();
    await isDead(b);
    const c = launch('c');
    killBeforeTrim(c, 'b');
    killBeforeTrim(c, 'a');
    await isDead(c);
  }

  it.each(ORDERS)('has its sessions at one hub when all start again: %s', async (order) => {
    await chain();
    for (const names of order.split(' ')) {
      const hubs = [...names].map(launch);
      await time.settle(Promise.all(hubs.map(({ serving }) => serving)));
    }
    await expectOneSession(order);
  });

  it('has them at a fourth hub, if none of the others starts again', async () => {
    await chain();
    await start('d');
    await expectOneSession('d');
    expect(['a', 'b', 'c'].map((hub) => cellOf(hub).isEmpty)).toEqual([true, true, true]);
  });
});

it('a hub that starts again empty does not adopt what its adopter has got with its state', async () => {
  const a = await start('a');
  await leaveSession(a);
  const b = await start('b');
  killBeforeTrim(b, 'a');
  a.kill();
  await isDead(b);
  const c = launch('c');
  let isDeaf = true;
  const setCell = c.engine.setCell.bind(c.engine);
  c.engine.setCell = async (key, ...rest) => {
    if (key === 'hub-a' && isDeaf) throw new UnansweredError('lost');
    return setCell(key, ...rest);
  };
  await time.run(20_000);
  launch('b');
  await time.run(20_000);
  isDeaf = false;
  await expectOneSession('b is back');
});

it(
  'hubs that adopt, die and start again at any moments leave each session at one hub',
  async () => {
    const random = createRandom(9);
    const upTo = (most: number) => Math.floor(random() * most);
    for (let seed = 0; seed < HISTORIES; seed++) {
      begin(seed);
      const a = await start('a');
      await leaveSession(a);
      const b = await start('b');
      a.kill();
      await time.runUntil(() => cellOf('a').adopter === 'b');
      await time.run(upTo(40));
      b.kill();
      const c = launch('c');
      await time.runUntil(() => cellOf('b').adopter === 'c' || cellOf('a').adopter === 'c');
      await time.run(upTo(40));
      c.kill();
      const order = ORDERS[upTo(ORDERS.length)] ?? 'abc';
      for (const name of order.replaceAll(' ', '')) {
        launch(name);
        await time.run(upTo(6_000));
      }
      await expectOneSession([seed, order]);
    }
  },
  60_000 + HISTORIES * 5_000,
);
