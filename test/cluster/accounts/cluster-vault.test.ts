import { asyncScheduler } from 'rxjs';
import * as vitest from 'vitest';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Content, VaultRecord } from '../../../hub/access/vault/vault.ts';
import {
  type ClusterVault,
  type ClusterVaultOptions,
  openClusterVault,
} from '../../../hub/cluster/accounts/cluster-vault.ts';
import { ACCOUNTS_LOG } from '../../../hub/cluster/log-names.ts';
import { testVault } from '../../contracts/vault.ts';
import { createRandom } from '../../random.ts';
import { SimulatedCluster } from '../simulated-cluster.ts';
import { SimulatedTime } from '../simulated-time.ts';

describe('a vault in a cluster', () =>
  testVault(vitest, async () => {
    const cluster = new SimulatedCluster({ time: asyncScheduler, random: () => 0 });
    return openClusterVault({ engine: cluster.join() });
  }));

let time: SimulatedTime;
let cluster: SimulatedCluster;
beforeEach(() => {
  time = new SimulatedTime();
  cluster = new SimulatedCluster({ time, random: createRandom(1), maxEntryBytes: 2_000 });
});

/** The vault of one hub. */
function open(options: Partial<ClusterVaultOptions> = {}): Promise<ClusterVault> {
  return time.settle(openClusterVault({ engine: cluster.join(), scheduler: time, ...options }));
}

const openLog = () => time.settle(cluster.join().log(ACCOUNTS_LOG));

function content(users: readonly (readonly [string, VaultRecord])[]): Content {
  return { users: new Map(users), tokens: new Map(), logins: new Map(), secrets: new Map() };
}

const names = async (vault: ClusterVault) => [...(await vault.read()).users.keys()].sort();

const MANY = Array.from({ length: 60 }, (_, index) => [`user-${index}`, { role: 'viewer', index }] as const);

describe('the vaults of several hubs', () => {
  it('show each other every change, and say so', async () => {
    const [a, b] = [await open(), await open()];
    let changes = 0;
    b.changed$.subscribe(() => changes++);
    await time.settle(a.put('users', 'ana', { role: 'viewer' }));
    await time.run(100);
    expect(await b.get('users', 'ana')).toEqual({ role: 'viewer' });
    await time.settle(a.delete('users', 'ana'));
    await time.run(100);
    expect(await b.get('users', 'ana')).toBeUndefined();
    expect(changes).toBe(2);
  });

  it('change what the other has changed a moment before', async () => {
    const [a, b] = [await open(), await open()];
    await time.settle(a.put('users', 'ana', { role: 'viewer' }));
    expect(await time.settle(b.delete('users', 'ana'))).toBe(true);
  });

  it('give a name to only one of several hubs that want it at the same time', async () => {
    const vaults = [await open(), await open(), await open()];
    const claims = vaults.map((vault, hub) =>
      vault.update('users', 'ana', ({ users }) => (users ? undefined : { hub })),
    );
    const outcomes = await time.settle(Promise.all(claims));
    expect(outcomes.filter((isMade) => isMade)).toEqual([true]);
  });

  it('outlive every hub', async () => {
    const a = await open();
    await time.settle(a.put('users', 'ana', { role: 'viewer' }));
    await a.close();
    expect(await names(await open())).toEqual(['ana']);
  });

  it('wait while servers elect a leader', async () => {
    const a = await open();
    cluster.isElecting = true;
    let isDone = false;
    const putting = a.put('users', 'ana', { role: 'viewer' }).then(() => {
      isDone = true;
    });
    await time.run(9_000);
    expect(isDone).toBe(false);
    cluster.isElecting = false;
    await time.settle(putting);
    expect(await names(await open())).toEqual(['ana']);
  });

  it('refuse a change if there is no room, and take it when there is', async () => {
    const a = await open();
    cluster.isFull = true;
    await expect(time.settle(a.put('users', 'ana', {}))).rejects.toMatchObject({ code: 'store/unavailable' });
    cluster.isFull = false;
    await time.settle(a.put('users', 'ana', {}));
    expect(await names(a)).toEqual(['ana']);
  });

  it('refuse to read what a later version has written', async () => {
    const a = await open();
    const log = await openLog();
    await time.settle(log.append(new TextEncoder().encode('{"version":2}')));
    await time.run(100);
    await expect(a.read()).rejects.toMatchObject({ code: 'store/damaged' });
    await expect(open()).rejects.toMatchObject({ code: 'store/damaged' });
  });
});

describe('a log of accounts that has become long', () => {
  /** Fills the log of one hub's vault until it is rewritten. */
  async function fill(vault: ClusterVault): Promise<void> {
    for (let round = 0; round < 30; round++)
      await time.settle(vault.put('users', `user-${round % 3}`, { round }));
  }

  it('is written again, shorter, with everything in it', async () => {
    const a = await open({ smallEntries: 10 });
    await fill(a);
    const { first, last } = await time.settle((await openLog()).range());
    expect(first).toBeGreaterThan(10);
    expect(last - first).toBeLessThan(15);
    expect((await (await open()).read()).users).toEqual((await a.read()).users);
  });

  it('is read from its new beginning by a hub that was cut off meanwhile', async () => {
    const a = await open({ smallEntries: 10 });
    const engine = cluster.join();
    const b = await open({ engine });
    engine.isReachable = false;
    await fill(a);
    engine.isReachable = true;
    await time.run(20_000);
    expect((await b.read()).users).toEqual((await a.read()).users);
  });
});

it('a log of accounts that cannot be read from its new beginning is tried again, now and then', async () => {
  const a = await open({ smallEntries: 10 });
  const engine = cluster.join();
  let readings = 0;
  const find = engine.log.bind(engine);
  engine.log = async (name) => {
    const log = await find(name);
    const range = log.range.bind(log);
    log.range = () => {
      readings++;
      return range();
    };
    return log;
  };
  const b = await open({ engine });
  engine.isReachable = false;
  for (let n = 0; n < 30; n++) await time.settle(a.put('users', 'ana', { n }));
  await time.settle((await openLog()).append(new TextEncoder().encode('{"version":2}')));
  engine.isReachable = true;
  await time.run(20_000);
  readings = 0;
  await time.run(10_000);
  expect(readings).toBeGreaterThan(10);
  expect(readings).toBeLessThan(100);
  const closing = b.close();
  await time.run(1_000);
  await closing;
});

describe('the accounts that a hub brings', () => {
  it('become those of a cluster that has none, also if they take several entries', async () => {
    const a = await open({ seed: content(MANY) });
    expect(a.hasSeed).toBe(true);
    expect((await time.settle((await openLog()).range())).last).toBeGreaterThan(1);
    expect((await (await open()).read()).users).toEqual(new Map(MANY));
  });

  it('are left alone if the cluster has accounts, even if these were all removed again', async () => {
    const a = await open();
    await time.settle(a.put('users', 'ana', {}));
    expect((await open({ seed: content(MANY) })).hasSeed).toBe(false);
    await time.settle(a.delete('users', 'ana'));
    expect(await names(await open({ seed: content(MANY) }))).toEqual([]);
  });

  it('are those of one hub if two bring some at once', async () => {
    const bring = (name: string) =>
      openClusterVault({ engine: cluster.join(), scheduler: time, seed: content([[name, {}]]) });
    const [a, b] = await time.settle(Promise.all([bring('a'), bring('b')]));
    await time.run(100);
    expect(await names(a)).toHaveLength(1);
    expect(await names(a)).toEqual(await names(b));
    expect([a.hasSeed, b.hasSeed].filter(Boolean)).toEqual([true]);
  });

  it('do not count before the last entry of them is there', async () => {
    const engine = cluster.join();
    const opening = openClusterVault({ engine, scheduler: time, seed: content(MANY) });
    opening.catch(() => undefined); // The hub dies before its vault is open.
    const log = cluster.log(ACCOUNTS_LOG);
    await time.runUntil(() => log.last === 2);
    engine.kill();
    const b = await open({ seed: content([['ben', {}]]) });
    expect(await names(b)).toEqual(['ben']);
  });
});
