import { beforeEach, describe, expect, it } from 'vitest';
import { Message } from '../../hub/core/message.ts';
import { ALL_RIGHTS } from '../../hub/core/rights.ts';
import type { SessionOwner } from '../../hub/session/link.ts';
import { createRandom } from '../random.ts';
import { type ClientOptions, type ClusterClient, HubProcess } from './owners-stage.ts';
import { SimulatedCluster } from './simulated-cluster.ts';
import { SimulatedTime } from './simulated-time.ts';

let time: SimulatedTime;
let cluster: SimulatedCluster;
beforeEach(() => {
  time = new SimulatedTime();
  cluster = new SimulatedCluster({ time, random: createRandom(1) });
});

async function start(name: string): Promise<HubProcess> {
  const process = new HubProcess(cluster, time, name);
  await time.settle(process.serving);
  return process;
}

const connect = (hub: HubProcess, id: string, options?: ClientOptions): Promise<ClusterClient> =>
  time.settle(hub.connect(id, options));

const owner = (name: string): SessionOwner => ({
  name,
  accountId: name,
  credentialIds: [`user:${name}`],
  rights: ALL_RIGHTS,
});

/** Makes the list of the hubs unreadable, until the returned function is called. */
function damageNames(): () => void {
  const { text, revision } = cluster.cells.get('hubs') ?? expect.unreachable('no hub has joined');
  cluster.cells.set('hubs', { text: 'junk', revision });
  return () => cluster.cells.set('hubs', { text, revision });
}

describe('a client that connects to another hub', () => {
  it('has its session there, with subscriptions and queued messages, and nowhere else', async () => {
    const [a, b] = [await start('a'), await start('b')];
    const before = await connect(a, 'x');
    before.subscribe('t/#');
    before.drop();
    for (const text of ['1', '2', '3']) a.publish('t/1', text);
    const after = await connect(b, 'x');
    expect(after.isPresent).toBe(true);
    expect(after.received).toEqual(['1', '2', '3']);
    await time.run(1_000);
    expect([a.has('x'), b.has('x')]).toEqual([false, true]);
    b.publish('t/2', '4');
    await time.run(100);
    expect(after.received).toEqual(['1', '2', '3', '4']);
    expect(a.store?.moves.leaving.size).toBe(0);
    expect(b.store?.moves.arrived.size).toBe(0);
  });

  it('loses its earlier connection as on one hub', async () => {
    const [a, b] = [await start('a'), await start('b')];
    const before = await connect(a, 'x');
    const after = await connect(b, 'x');
    expect(before.link.closedWith?.code).toBe('session/taken-over');
    expect(after.isPresent).toBe(true);
    expect(after.link.closedWith).toBeUndefined();
  });

  it('begins a new session if it wants one, which ends the one elsewhere', async () => {
    const [a, b] = [await start('a'), await start('b')];
    const before = await connect(a, 'x');
    before.subscribe('t');
    before.drop();
    a.publish('t', '1');
    const after = await connect(b, 'x', { cleanStart: true });
    expect(after.isPresent).toBe(false);
    expect(after.received).toEqual([]);
    expect(a.has('x')).toBe(false);
  });

  it('has its session there although an earlier version has listed the hubs', async () => {
    cluster.cells.set('hubs', { text: '["a"]', revision: 1 });
    const [a, b] = [await start('a'), await start('b')];
    await connect(a, 'x');
    expect((await connect(b, 'x')).isPresent).toBe(true);
    expect(JSON.parse(cluster.cells.get('hubs')?.text ?? '')).toEqual({ a: 1, b: 1 });
  });

  it('has its session at a hub whose clock is behind, at the second try at the latest', async () => {
    const a = await start('a');
    await connect(a, 'x');
    const b = new HubProcess(cluster, time, 'b');
    b.aheadMs = -900_000;
    await time.settle(b.serving);
    await expect(connect(b, 'x')).rejects.toMatchObject({ code: 'session/taken-over' });
    expect((await connect(b, 'x')).isPresent).toBe(true);
  });

  it('keeps its connection although another hub asks again for its session, which it could not get before', async () => {
    cluster = new SimulatedCluster({ time, random: createRandom(1), maxEntryBytes: 600 });
    const [a, b] = [await start('a'), await start('b')];
    const before = await connect(a, 'x');
    before.subscribe('t');
    before.drop();
    for (let n = 0; n < 40; n++) a.publish('t', 'long'.padEnd(200));
    await time.settle(a.untilSafe());
    b.connect('x').catch(() => undefined); // The client has given up.
    await time.runUntil(() => (a.store?.moves.leaving.get('x')?.lastTicket ?? 0) > 0);
    await time.run(10); // By then some of the pieces have arrived.
    b.engine.isReachable = false;
    await time.run(500);
    b.engine.isReachable = true;
    await time.run(1_800); // By then b has asked again, and waits.
    const after = await connect(a, 'x');
    await time.run(5_000);
    a.publish('t', 'later');
    await time.run(100);
    expect(after.received).toHaveLength(41);
    expect([a.has('x'), b.has('x')]).toEqual([true, false]);
  });

  it('is refused after fifteen seconds if a hub keeps running, but does not answer', async () => {
    const [, b] = [await start('a'), await start('b')];
    cluster.answerers.get('claims-a')?.clear();
    const connecting = b.connect('x');
    let failure: unknown;
    connecting.catch((error: unknown) => {
      failure = error;
    });
    await time.run(14_000);
    expect(failure).toBeUndefined();
    await time.run(2_000);
    expect(failure).toMatchObject({ code: 'store/unavailable' });
    expect(b.has('x')).toBe(false);
  });

  it('is refused while the names of the hubs cannot be read, and not any more once they can', async () => {
    const [a, b] = [await start('a'), await start('b')];
    await connect(a, 'x');
    const repair = damageNames();
    for (let n = 0; n < 3; n++) {
      await expect(connect(b, 'x')).rejects.toMatchObject({ code: 'store/damaged' });
      await time.run(1_000);
    }
    repair();
    expect((await connect(b, 'x')).isPresent).toBe(true);
    expect(b.lines).toEqual([
      'the names of the hubs cannot be read: clients with names are refused',
      'the names of the hubs can be read again',
    ]);
  });

  it('is refused if the identifier belongs to another account there', async () => {
    const [a, b] = [await start('a'), await start('b')];
    const ana = await connect(a, 'x', { owner: owner('ana') });
    await expect(connect(b, 'x', { owner: owner('ben') })).rejects.toMatchObject({
      code: 'session/not-yours',
    });
    expect(ana.link.closedWith).toBeUndefined();
    expect(b.has('x')).toBe(false);
  });

  it('keeps its session when it comes back, hub after hub, while messages come', async () => {
    const hubs = [await start('a'), await start('b'), await start('c')];
    const first = await connect(hubs[0] as HubProcess, 'x');
    first.subscribe('t');
    const received: string[] = [];
    for (let turn = 1; turn <= 9; turn++) {
      const hub = hubs[turn % 3] as HubProcess;
      const client = await connect(hub, 'x');
      expect(client.isPresent).toBe(true);
      hub.publish('t', `${turn}`);
      await time.run(20);
      for (const packet of client.link.packets)
        if (packet.type === 'tracked') client.session.acknowledge(packet.packetIdentifier);
      received.push(...client.received);
    }
    expect(received).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  it('takes a session along that is longer than an entry', async () => {
    cluster = new SimulatedCluster({ time, random: createRandom(1), maxEntryBytes: 2_000 });
    const [a, b] = [await start('a'), await start('b')];
    const before = await connect(a, 'x');
    before.subscribe('t');
    before.drop();
    const texts = Array.from({ length: 20 }, (_, n) => `${n}`.padEnd(500, '.'));
    for (const text of texts) a.publish('t', text);
    const after = await connect(b, 'x');
    expect(after.received).toEqual(texts);
  });

  it('has one connection when it connects to two hubs at once', async () => {
    const [a, b] = [await start('a'), await start('b')];
    const clients = [a.connect('x'), b.connect('x')].map((connecting) => time.settle(connecting));
    const outcomes = await Promise.allSettled(clients);
    const connected = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    const open = connected.filter(({ link }) => !link.closedWith);
    expect(open.length).toBe(1);
    expect(refused.length + connected.length - open.length).toBe(1);
    expect(new Set(refused)).toEqual(new Set(refused.length ? ['session/taken-over'] : []));
  });

  it('does not wait for a hub that has its session already', async () => {
    const [a, b] = [await start('a'), await start('b')];
    const before = await connect(a, 'x');
    before.drop();
    b.engine.isFrozen = true;
    const begun = time.now();
    await connect(a, 'x');
    expect(time.now() - begun).toBeLessThan(100);
  });

  it('waits for the hub that adopts a dead one, and finds its session there', async () => {
    const [a, b] = [await start('a'), await start('b')];
    const before = await connect(a, 'x');
    before.subscribe('t');
    before.drop();
    a.publish('t', '1');
    await time.settle(a.untilSafe());
    a.kill();
    const begun = time.now();
    const after = await connect(b, 'x');
    expect(after.isPresent).toBe(true);
    expect(after.received).toEqual(['1']);
    expect(time.now() - begun).toBeLessThan(4_000);
  });

  it('waits for a hung hub only until that is adopted', async () => {
    const [a, b, c] = [await start('a'), await start('b'), await start('c')];
    const before = await connect(a, 'x');
    before.drop();
    await time.settle(a.untilSafe());
    a.engine.isFrozen = true;
    const begun = time.now();
    const after = await connect(b, 'x');
    expect(after.isPresent).toBe(true);
    expect(time.now() - begun).toBeLessThan(4_000);
    await connect(c, 'y'); // From this, c learns that the other hub is slow.
    const later = time.now();
    await connect(c, 'z');
    expect(time.now() - later).toBeLessThan(100);
  });
});

describe('a hand-over', () => {
  const moving = async () => {
    const [a, b] = [await start('a'), await start('b')];
    const before = await connect(a, 'x');
    before.subscribe('t');
    before.drop();
    a.publish('t', '1');
    await time.settle(a.untilSafe());
    return { a, b };
  };

  it('is undone if the hub that has claimed the session dies', async () => {
    const { a, b } = await moving();
    b.connect('x').catch(() => undefined);
    await time.runUntil(() => a.store?.moves.leaving.size === 1);
    b.kill();
    a.publish('t', '2');
    await time.run(20_000);
    const after = await connect(a, 'x');
    expect(after.isPresent).toBe(true);
    expect(after.received).toEqual(['1', '2']);
  });

  it('ends at the other hub if the hub that had the session dies, and nothing is lost', async () => {
    const { a, b } = await moving();
    const connecting = b.connect('x');
    connecting.catch(() => undefined);
    await time.runUntil(() => b.store?.moves.arrived.size === 1);
    await time.settle(b.untilSafe());
    a.publish('t', '2');
    a.kill();
    const after = await time.settle(connecting);
    expect(after.isPresent).toBe(true);
    await time.run(10_000);
    expect(after.received).toContain('1');
    expect(b.store?.moves.arrived.size).toBe(0);
  });

  it('ends before a client gets its session at a hub that has adopted both, so that it stays connected', async () => {
    const { a, b } = await moving();
    const c = await start('c');
    b.connect('x').catch(() => undefined);
    await time.runUntil(() => a.store?.moves.leaving.size === 1);
    b.kill();
    await time.settle(a.untilSafe());
    a.kill();
    const heard = c.observe('status');
    const will = { message: new Message('status', 'offline', { qos: 1 }), delaySeconds: 0 };
    const after = await connect(c, 'x', { will });
    await time.run(10_000);
    expect([after.isPresent, after.received, heard]).toEqual([true, ['1'], []]);
    expect(c.store?.moves.leaving.size).toBe(0);
  });

  it('ends before the session moves on to a hub that has adopted the giver, so that the session is not lost', async () => {
    const { a, b } = await moving();
    const c = await start('c');
    b.connect('x').catch(() => undefined);
    await time.runUntil(() => b.store?.moves.arrived.size === 1);
    a.kill();
    await time.settle(b.untilSafe());
    await time.run(600); // After this time, hub a is the first that counts as gone.
    b.freeze();
    const connecting = c.connect('x');
    await time.runUntil(() => c.store?.moves.leaving.size === 1, time.now() + 4_000);
    expect([c.has('x'), b.lost]).toEqual([true, undefined]);
    b.thaw();
    const after = await time.settle(connecting);
    await time.run(10_000);
    c.publish('t', '2');
    await time.run(1_000);
    expect([after.isPresent, after.received]).toEqual([true, ['1', '2']]);
    expect([b.has('x'), c.has('x')]).toEqual([false, true]);
    expect(c.lines.filter((line) => line.startsWith('two hubs had'))).toEqual([]);
  });

  it('ends although the log of the hub that has the session now was full at first', async () => {
    const { a, b } = await moving();
    cluster.fullLogs.add('b');
    const after = await connect(b, 'x');
    await time.run(10_000);
    expect([a.has('x'), b.has('x')]).toEqual([true, true]);
    cluster.fullLogs.clear();
    await time.run(10_000);
    expect([a.has('x'), b.has('x'), a.store?.moves.leaving.size]).toEqual([false, true, 0]);
    expect(after.received).toEqual(['1']);
    const told = b.lines.filter((line) => line === 'a session on its way between two hubs has to wait');
    expect(told).toHaveLength(1);
  });

  it('ends although the names of the hubs could not be read when it was to', async () => {
    const { a, b } = await moving();
    b.connect('x').catch(() => undefined);
    await time.runUntil(() => a.store?.moves.leaving.size === 1);
    b.kill();
    const repair = damageNames();
    await time.run(10_000);
    repair();
    await time.run(20_000);
    const after = await connect(a, 'x');
    expect([after.isPresent, after.received]).toEqual([true, ['1']]);
  });

  it('ends with one session if both die in between, whoever adopts them', async () => {
    const { a, b } = await moving();
    const c = await start('c');
    b.connect('x').catch(() => undefined);
    await time.runUntil(() => b.store?.moves.arrived.size === 1);
    await time.settle(b.untilSafe());
    a.kill();
    b.kill();
    await time.run(20_000);
    const after = await connect(c, 'x');
    expect(after.isPresent).toBe(true);
    expect(after.received).toEqual(['1']);
    expect(c.store?.moves.leaving.size).toBe(0);
    expect(c.store?.moves.arrived.size).toBe(0);
  });
});
