import { beforeEach, describe, expect, it } from 'vitest';
import { decodeFrame } from '../../hub/cluster/frame.ts';
import { Message } from '../../hub/core/message.ts';
import { HUB_SCHEMA } from '../../hub/storage/hub/hub-schema.ts';
import { createRandom } from '../random.ts';
import { SimulatedCluster } from './simulated-cluster.ts';
import { SimulatedTime } from './simulated-time.ts';
import { type StoreProcess, startProcess } from './store-stage.ts';

let time: SimulatedTime;
let cluster: SimulatedCluster;
beforeEach(() => {
  time = new SimulatedTime();
  cluster = new SimulatedCluster({ time, random: createRandom(1), maxEntryBytes: 200 });
});

const start = (name: string, options: { signal?: AbortSignal; smallLogBytes?: number } = {}) =>
  startProcess({ cluster, time, name, ...options });

async function serve(name: string, options: { smallLogBytes?: number } = {}) {
  const process = start(name, options);
  return { process, store: await time.settle(process.opening) };
}

/** Resolves to the time that the process waited before it served, milliseconds. */
async function takeOver(process: StoreProcess): Promise<number> {
  const begun = time.now();
  await time.settle(process.opening);
  return time.now() - begun;
}

const retain = (process: StoreProcess, topic: string, payload: string) =>
  process.store?.journal.retain(new Message(topic, payload, { retain: true }));

const kept = (process: StoreProcess) => process.store?.retained.map(({ topic, text }) => `${topic} ${text}`);

/** Resolves to `safe` once everything recorded is safe, or to the code of the failure; to `unknown` after a minute. */
async function safety(process: StoreProcess): Promise<unknown> {
  const { journal } = process.store ?? expect.unreachable('it does not serve');
  let result: unknown = 'unknown';
  journal.whenSafe(journal.position, (failure) => {
    result = failure?.code ?? 'safe';
  });
  await time.runUntil(() => result !== 'unknown', time.now() + 60_000);
  return result;
}

describe('a process that waits for a hub', () => {
  it('says who serves, and takes over two seconds after it was last heard of, with everything', async () => {
    const { process: first } = await serve('first');
    retain(first, 'a', '1');
    expect(await safety(first)).toBe('safe');
    const second = start('second');
    await time.run(60_000);
    expect(second.store).toBeUndefined();
    expect(second.lines).toEqual(['hub main is run by first: waiting until it is gone']);
    first.engine.kill();
    const waitedMs = await takeOver(second);
    expect(waitedMs).toBeGreaterThan(1_500);
    expect(waitedMs).toBeLessThan(2_500);
    expect(kept(second)).toEqual(['a 1']);
  });

  it('takes over at once when the hub is closed', async () => {
    const { process: first, store } = await serve('first');
    const second = start('second');
    await time.run(10_000);
    retain(first, 'a', '1');
    await time.settle(store.close());
    expect(await takeOver(second)).toBeLessThan(100);
    expect(kept(second)).toEqual(['a 1']);
  });

  it('waits while it hears nothing because it is cut off itself', async () => {
    const { process: first } = await serve('first');
    const second = start('second');
    await time.run(1_000);
    second.engine.isReachable = false;
    await time.run(30_000);
    second.engine.isReachable = true;
    await time.run(30_000);
    expect(second.store).toBeUndefined();
    expect(first.lost).toBeUndefined();
  });

  it('takes over once servers have elected a leader, if both die together', async () => {
    const { process: first } = await serve('first');
    retain(first, 'a', '1');
    await safety(first);
    const second = start('second');
    await time.run(1_000);
    first.engine.kill();
    cluster.isElecting = true;
    await time.run(9_000);
    expect(second.lines.at(-1)).toContain('cannot be taken over yet');
    cluster.isElecting = false;
    await takeOver(second);
    expect(kept(second)).toEqual(['a 1']);
  });

  it('is one of several: one takes over, the others go on waiting for it', async () => {
    const { process: first } = await serve('first');
    const others = ['second', 'third', 'fourth'].map((name) => start(name));
    await time.run(1_000);
    first.engine.kill();
    await time.run(10_000);
    const serving = others.filter(({ store }) => store);
    expect(serving.length).toBe(1);
    await time.run(60_000);
    expect(others.filter(({ store }) => store)).toEqual(serving);
    expect(serving[0]?.lost).toBeUndefined();
  });

  it('says if there is no room to take over, and takes over once there is', async () => {
    cluster.isFull = true;
    const first = start('first');
    await time.run(10_000);
    expect(first.store).toBeUndefined();
    expect(first.lines).toEqual(['hub main cannot be taken over yet: the cluster has no room']);
    cluster.isFull = false;
    await time.settle(first.opening);
    expect(first.store).toBeDefined();
  });

  it('stops waiting when it is told to', async () => {
    await serve('first');
    const stopping = new AbortController();
    const second = start('second', { signal: stopping.signal });
    await time.run(5_000);
    stopping.abort(new Error('stopped'));
    await expect(time.settle(second.opening)).rejects.toThrow('stopped');
  });
});

describe('a process that serves', () => {
  it('ends two seconds after it was cut off, and acknowledges nothing then', async () => {
    const { process } = await serve('first');
    process.engine.isReachable = false;
    retain(process, 'a', '1');
    await time.run(1_900);
    expect(process.lost).toBeUndefined();
    await time.run(500);
    expect(process.lost?.message).toContain('the cluster was not reachable for 2 s');
    expect(await safety(process)).toBe('store/unavailable');
  });

  it('ignores what other programs send on its channel', async () => {
    const { process } = await serve('first');
    for (const text of ['', '{}', '{"epoch":-1}', '{"epoch":1,"instance":"other","isReleased":false}'])
      cluster.casts$.next({ channel: 'hub-main', bytes: new TextEncoder().encode(text) });
    await time.run(10_000);
    expect(process.lost).toBeUndefined();
  });

  it('goes on after a short cut, and after an election of nine seconds', async () => {
    const { process } = await serve('first');
    process.engine.isReachable = false;
    await time.run(1_500);
    process.engine.isReachable = true;
    retain(process, 'a', '1');
    expect(await safety(process)).toBe('safe');
    cluster.isElecting = true;
    retain(process, 'a', '2');
    await time.run(9_000);
    cluster.isElecting = false;
    expect(await safety(process)).toBe('safe');
    expect(process.lost).toBeUndefined();
  });

  it('ends once nothing was kept for 15 s', async () => {
    const { process } = await serve('first');
    cluster.isElecting = true;
    retain(process, 'a', '1');
    await time.run(14_000);
    expect(process.lost).toBeUndefined();
    await time.run(3_000);
    expect(process.lost?.message).toContain('kept nothing for 15 s');
  });

  it('ends when it wakes up after another one has taken over, and its writes are void', async () => {
    const { process: first } = await serve('first');
    retain(first, 'a', '1');
    await safety(first);
    first.engine.isFrozen = true;
    retain(first, 'a', 'void');
    const second = start('second');
    await takeOver(second);
    retain(second, 'b', '2');
    await safety(second);
    first.engine.isFrozen = false;
    expect(await safety(first)).toBe('store/unavailable');
    expect(first.lost).toBeDefined();
    second.engine.kill();
    const { process: third } = await serve('third');
    expect(kept(third)).toEqual(['a 1', 'b 2']);
  });

  it('says when there is no room, and when there is again', async () => {
    const { process, store } = await serve('first');
    cluster.isFull = true;
    retain(process, 'a', '1');
    expect(await safety(process)).toBe('store/unavailable');
    expect(store.failure()?.message).toBe('the cluster has no room');
    cluster.isFull = false;
    await time.run(5_000);
    expect(store.failure()).toBeUndefined();
    process.engine.kill();
    const { process: next } = await serve('next');
    expect(kept(next)).toEqual(['a 1']);
  });

  it('fails waiting callers when it is closed without room', async () => {
    const { process, store } = await serve('first');
    cluster.isFull = true;
    retain(process, 'a', '1');
    await safety(process);
    const closing = store.close().then(
      () => 'closed',
      (failure) => failure.code,
    );
    expect(await time.settle(closing)).toBe('store/unavailable');
    cluster.isFull = false;
    await takeOver(start('second'));
  });

  it('refuses a log of another version, and changes nothing in it', async () => {
    const { process, store } = await serve('first');
    retain(process, 'a', '1');
    await time.settle(store.close());
    const [fence] = cluster.log('main').entries;
    fence?.bytes.set([0xb3, 0x17], fence.bytes.length - 2);
    const before = [...cluster.log('main').entries];
    await expect(time.settle(start('second').opening)).rejects.toMatchObject({
      code: 'store/unavailable',
      message: expect.stringContaining('written in format 2995'),
    });
    expect(cluster.log('main').entries).toEqual(before);
  });

  it('reads a log from before there were other hubs, and writes its own version into it', async () => {
    const { process, store } = await serve('first');
    retain(process, 'a', '1');
    await time.settle(store.close());
    const fences = () => cluster.log('main').entries.map(({ bytes }) => decodeFrame(bytes));
    const [written] = fences();
    const present = Buffer.from(written?.content ?? []);
    const [fence] = cluster.log('main').entries;
    // A version of the store's format: it takes two bytes, like the present version.
    fence?.bytes.set([0x80 + HUB_SCHEMA.version, 0], fence.bytes.length - 2);
    const { process: next } = await serve('next');
    expect(kept(next)).toEqual(['a 1']);
    const { content } =
      fences().findLast((frame) => frame?.kind === 'fence') ?? expect.unreachable('it began');
    expect(Buffer.from(content)).toEqual(present);
  });

  it('compacts its log, which keeps the state and stays short', async () => {
    const { process } = await serve('first', { smallLogBytes: 2_000 });
    const model = new Map<string, string>();
    for (let n = 0; n < 300; n++) {
      const topic = `topic/${n % 7}`;
      retain(process, topic, `${n}`);
      model.set(topic, `${n}`);
      if (n % 10 === 0 && model.delete(topic)) process.store?.journal.forget(topic);
      await time.run(1);
    }
    expect(await safety(process)).toBe('safe');
    await time.run(1_000);
    const { first, entries } = cluster.log('main');
    expect(first).toBeGreaterThan(1);
    expect(entries.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(5_000);
    process.engine.kill();
    const { process: next } = await serve('next');
    expect(kept(next)?.sort()).toEqual(Array.from(model, (entry) => entry.join(' ')).sort());
  });

  it('acknowledges changes that need several frames with the last of them', async () => {
    const { process } = await serve('first');
    const stored = cluster.log('main');
    const before = stored.last;
    retain(process, 'a', 'x'.repeat(1_000));
    await time.runUntil(() => stored.last > before);
    cluster.isFull = true;
    await time.run(500);
    const { journal } = process.store ?? expect.unreachable('it serves');
    expect(journal.isSafe(journal.position)).toBe(false);
    process.engine.kill();
    cluster.isFull = false;
    const { process: next } = await serve('next');
    expect(kept(next)).toEqual([]);
  });

  it('trims nothing before the whole state is copied', async () => {
    const { process } = await serve('first', { smallLogBytes: 500 });
    const stored = cluster.log('main');
    for (const topic of ['a', 'b', 'c', 'd']) {
      retain(process, topic, 'x'.repeat(300));
      await time.runUntil(
        () => stored.entries.some(({ bytes }) => decodeFrame(bytes)?.kind === 'checkpoint'),
        time.now() + 20,
      );
    }
    cluster.isFull = true;
    await time.run(5_000);
    expect(stored.first).toBe(1);
    cluster.isFull = false;
    await time.run(5_000);
    expect(stored.first).toBeGreaterThan(1);
    process.engine.kill();
    const { process: next } = await serve('next');
    expect(next.store?.retained.map(({ topic }) => topic).sort()).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('a process that serves', () => {
  it('is not ready while the servers cannot be reached, and is again if that is over soon', async () => {
    const { process, store } = await serve('first');
    expect(store.failure()).toBeUndefined();
    process.engine.isReachable = false;
    expect(store.failure()?.message).toBe('the servers of the cluster cannot be reached');
    await time.run(1_000);
    process.engine.isReachable = true;
    expect(store.failure()).toBeUndefined();
  });
});
