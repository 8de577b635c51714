import { interval } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { Message } from '../../hub/core/message.ts';
import { createRandom } from '../random.ts';
import { type ClientOptions, type ClusterClient, HubProcess } from './owners-stage.ts';
import { SimulatedCluster } from './simulated-cluster.ts';
import { SimulatedTime } from './simulated-time.ts';

let time: SimulatedTime;
let cluster: SimulatedCluster;
beforeEach(() => {
  time = new SimulatedTime();
  cluster = new SimulatedCluster({ time, random: createRandom(1), maxEntryBytes: 4_000 });
});

async function start(...names: string[]): Promise<HubProcess[]> {
  const hubs = names.map((name) => new HubProcess(cluster, time, name));
  for (const { serving } of hubs) await time.settle(serving);
  await time.run(1_000); // By then the hubs have heard each other.
  return hubs;
}

async function startThree() {
  return (await start('a', 'b', 'c')) as [HubProcess, HubProcess, HubProcess];
}

const connect = (hub: HubProcess, id: string, options?: ClientOptions): Promise<ClusterClient> =>
  time.settle(hub.connect(id, options));

/** Clients of a hub that have subscribed, and are offline. */
async function leaveSessions(hub: HubProcess, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, n) => `away-${n}`);
  for (const name of names) {
    const client = await connect(hub, name);
    client.subscribe('t');
    client.leave();
  }
  await time.settle(hub.untilSafe());
  return names;
}

const will = (text: string) => ({ message: new Message('w', text, { qos: 1 }), delaySeconds: 0 });

describe('a hub that drains', () => {
  it('gives offline sessions to the other hubs, evenly, with all queued messages', async () => {
    const [a, b, c] = await startThree();
    const names = await leaveSessions(a, 12);
    await time.run(3_000);
    a.publish('t', '1');
    await time.settle(a.untilSafe());
    expect(await time.settle(a.drain())).toBe(0);
    expect([b.sessions?.size, c.sessions?.size]).toEqual([6, 6]);
    b.publish('t', '2');
    await time.run(100);
    for (const name of names) expect((await connect(c, name)).received).toEqual(['1', '2']);
  });

  it('ends as soon as everything is moved', async () => {
    const [a] = await startThree();
    await leaveSessions(a, 6);
    await time.run(3_000);
    const begun = time.now();
    await time.settle(a.drain());
    expect(time.now() - begun).toBeLessThan(500);
  });

  it('disconnects clients in small groups; these find their sessions wherever they connect, and their wills are not published', async () => {
    const [a, b, c] = await startThree();
    const heard = [b.observe('w'), c.observe('w')];
    const clients: ClusterClient[] = [];
    for (let n = 0; n < 16; n++) clients.push(await connect(a, `x${n}`, { will: will(`x${n}`) }));
    for (const client of clients) client.subscribe('t');
    await time.settle(a.untilSafe());
    const closed = () => clients.filter(({ link }) => link.closedWith);
    const draining = a.drain();
    await time.run(60);
    expect(closed().length).toBeGreaterThan(0);
    expect(closed().length).toBeLessThan(16);
    await time.run(1_000);
    expect(closed().length).toBe(16);
    expect(new Set(clients.map(({ link }) => link.closedWith?.code))).toEqual(new Set(['hub/closing']));
    for (const [n] of clients.entries()) expect((await connect(n % 2 ? b : c, `x${n}`)).isPresent).toBe(true);
    expect(await time.settle(draining)).toBe(0);
    await time.run(100_000);
    expect(heard.flat()).toEqual([]);
  });

  it('has a will published once, by the hub with the session, if its client does not reconnect', async () => {
    const [a, b, c] = await startThree();
    const heard = [b.observe('w'), c.observe('w')];
    await connect(a, 'x', { will: will('x is gone') });
    await connect(a, 'y', { will: will('y is gone'), expirySeconds: 0 });
    await time.settle(a.untilSafe());
    expect(await time.settle(a.drain())).toBe(0);
    await time.run(50_000);
    expect(heard.flat()).toEqual([]);
    await time.run(50_000);
    for (const one of heard) expect(one.sort()).toEqual(['x is gone', 'y is gone']);
  });

  it('takes no new clients, and tells the others that it drains', async () => {
    const [a, b] = await startThree();
    const states: (boolean | undefined)[] = [];
    b.cluster?.live$.subscribe((live) => states.push(live.find(({ hub }) => hub === 'a')?.isDraining));
    await connect(a, 'x');
    const draining = a.drain();
    await expect(connect(a, 'new')).rejects.toMatchObject({ code: 'hub/closing' });
    expect(states).toEqual([false, true]);
    await time.settle(draining);
  });

  it('gives nothing to a hub that drains too', async () => {
    const [a, b, c] = await startThree();
    await leaveSessions(a, 6);
    await time.run(3_000);
    const draining = [a.drain(), b.drain()];
    expect(await time.settle(Promise.all(draining))).toEqual([0, 0]);
    expect(c.sessions?.size).toBe(6);
  });

  it('reports what is left when the time is over, and its adopter gets that', async () => {
    const [a, b] = await start('a', 'b');
    await leaveSessions(a as HubProcess, 6);
    await time.run(3_000);
    const { engine } = b as HubProcess;
    engine.isFrozen = true;
    const left = await time.settle((a as HubProcess).drain(1_500));
    expect(left).toBe(6);
    expect(a?.lines.at(-1)).toBe('6 sessions are left here: the hub that adopts this one gets them');
    engine.isFrozen = false;
    await time.run(5_000);
    expect(b?.sessions?.size).toBe(6);
  });

  it.each([
    ['that takes its sessions', ['a', 'b']],
    ['of two', ['a', 'b', 'c']],
  ])('may be killed halfway: the other one %s has sessions and wills once', async (_, names) => {
    const [a, ...others] = (await start(...names)) as [HubProcess, ...HubProcess[]];
    const heard = others.map((hub) => hub.observe('w'));
    for (const id of ['x', 'y']) {
      const client = await connect(a, id, { will: will(`${id} is gone`) });
      client.subscribe('t');
    }
    await time.settle(a.untilSafe());
    a.drain().catch(() => undefined); // This drain never ends.
    await time.runUntil(() => others.some((hub) => hub.has('x')));
    a.kill();
    for (let n = 0; n < 40; n++) {
      others[0]?.publish('t', `${n}`, { qos: 2 });
      await time.run(200);
    }
    const client = await connect(others[0] as HubProcess, 'x');
    expect(client.received).toEqual(Array.from({ length: 40 }, (_one, n) => `${n}`));
    await time.run(100_000);
    for (const one of heard) expect(one).toEqual(['y is gone']);
  });

  it('does not wait if no other hub serves', async () => {
    const [a] = await start('a');
    await connect(a as HubProcess, 'x');
    const begun = time.now();
    expect(await time.settle((a as HubProcess).drain())).toBe(1);
    expect(time.now() - begun).toBeLessThan(200);
  });
});

describe('a client that connects to a third hub while its session moves', () => {
  it('has it there, even if its hub has asked the new one before, and asks the old one after it moved', async () => {
    const [a, b, c] = await startThree();
    const [name = ''] = await leaveSessions(a, 1);
    await time.run(3_000);
    let goOn: () => void = () => undefined;
    const moved = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const ask = c.engine.ask.bind(c.engine);
    c.engine.ask = async (channel, bytes, withinMs) => {
      if (channel === 'claims-a') await moved;
      return ask(channel, bytes, withinMs);
    };
    const ticking = interval(1, time).subscribe(); // A timer for each millisecond makes time pass as slowly as the hubs work.
    const connecting = c.connect(name);
    await time.run(8);
    const begun = time.now();
    const draining = a.drain();
    await time.runUntil(() => b.has(name) && !a.has(name));
    expect(time.now() - begun).toBeLessThan(80); // A claim that takes longer would look twice anyway.
    goOn();
    const client = await time.settle(connecting);
    ticking.unsubscribe();
    expect(client.isPresent).toBe(true);
    await time.settle(draining);
    await time.run(1_000);
    expect([b.has(name), c.has(name), client.link.closedWith]).toEqual([false, true, undefined]);
  });

  it('has it there, whenever it connects', async () => {
    const [a, b, c] = await startThree();
    const names = await leaveSessions(a, 20);
    await time.run(3_000);
    const draining = a.drain();
    const connecting: Promise<ClusterClient>[] = [];
    for (const name of names) {
      connecting.push(c.connect(name));
      await time.run(1);
    }
    const clients = await time.settle(Promise.all(connecting));
    expect(clients.filter(({ isPresent }) => !isPresent)).toEqual([]);
    await time.settle(draining);
    await time.run(1_000);
    for (const name of names) expect([b.has(name), c.has(name)]).toEqual([false, true]);
    for (const { link } of clients) expect(link.closedWith).toBeUndefined();
  });
});
