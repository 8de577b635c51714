import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { asyncScheduler, skip } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openFileVault } from '../../hub/access/vault/file-vault.ts';
import { moveToCluster } from '../../hub/cli/cluster-folder.ts';
import { vaultPath } from '../../hub/cli/vault.ts';
import { parseTopicFilter } from '../../hub/core/filter.ts';
import { Message } from '../../hub/core/message.ts';
import { untilSafe } from '../../hub/core/ports.ts';
import { PLAIN_TERMS } from '../../hub/core/subscription.ts';
import { lockFolder } from '../../hub/storage/folder/folder-lock.ts';
import { readMovedMark, refuseIfMoved } from '../../hub/storage/folder/moved-mark.ts';
import { openStore } from '../../hub/storage/hub/store.ts';
import { createRandom } from '../random.ts';
import { describeContent } from './folder-content.ts';
import { importCluster } from './imported.ts';
import { SimulatedCluster } from './simulated-cluster.ts';
import { SimulatedTime } from './simulated-time.ts';

const HOUR_MS = 3_600_000;

let lines: string[];
const log = pino({ level: 'warn' }, { write: (line) => lines.push(JSON.parse(line).msg) });

let folder: string;
let data: string;
let cluster: SimulatedCluster;
beforeEach(async () => {
  lines = [];
  folder = mkdtempSync(join(tmpdir(), 'pinhub-seeding-'));
  useFolder('first');
  cluster = new SimulatedCluster({ time: asyncScheduler, random: createRandom(1), maxEntryBytes: 4_000 });
  await fillFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

function useFolder(name: string): void {
  data = join(folder, name);
  mkdirSync(data);
}

/** Runs a standalone hub, which leaves sessions with queues, retained messages and users. */
async function fillFolder(): Promise<void> {
  const lock = await lockFolder(data);
  const store = await openStore({ folder: data, lock, log });
  const { journal } = store;
  for (let n = 0; n < 2_000; n++)
    journal.retain(new Message(`kept/${n}`, `${n}`.padStart(60, '.'), { retain: true }));
  for (let n = 0; n < 20; n++) {
    const record = journal.begin();
    const owner = { name: 'ana', accountId: '1', credentialIds: [] };
    const state = { clientIdentifier: `client-${n}`, owner, expirySeconds: 7_200, will: undefined };
    record.update({ ...state, leftAt: store.now() - HOUR_MS });
    record.subscribe({ filter: parseTopicFilter('t'), terms: { ...PLAIN_TERMS, qos: 1 } }, false);
    for (let m = 0; m < 100; m++)
      record.enqueue(
        {
          message: new Message('t', `${m}`, { qos: 1 }),
          terms: { ...PLAIN_TERMS, qos: 1 },
          qos: 1,
          retain: 0,
        },
        0,
      );
  }
  await untilSafe(journal);
  await store.close();
  await (await openFileVault(vaultPath({ data }))).put('users', 'ana', { name: 'ana' });
  await lock.release();
}

/** A start of a hub with the folder, up to the moment when it would serve. */
async function start({ hub = 'a', signal }: { hub?: string; signal?: AbortSignal } = {}): Promise<boolean> {
  const lock = await lockFolder(data);
  const engine = cluster.join();
  const self = { engine, hub, instance: `${hub} here`, log, cluster: 'pinhub', data, lock };
  try {
    return await moveToCluster({ ...self, ...(signal && { signal }) });
  } finally {
    await engine.close();
    await lock.release();
  }
}

/** Stops a start after this many entries of a log; without a number, before the start begins. */
async function startAndStop(log: string | undefined, entries: number): Promise<void> {
  const stopping = new AbortController();
  if (log === undefined) stopping.abort();
  else
    cluster
      .log(log)
      .appended$.pipe(skip(entries - 1))
      .subscribe(() => stopping.abort());
  const { signal } = stopping;
  await expect(start({ signal })).rejects.toSatisfy((error) => error === signal.reason);
}

/** Returns the content that a hub finds in the folder. */
async function folderContent() {
  const lock = await lockFolder(data);
  const store = await openStore({ folder: data, lock, log });
  const users = [...(await (await openFileVault(vaultPath({ data }))).read()).users.keys()];
  const found = { state: describeContent(store), users };
  await store.close();
  await lock.release();
  return found;
}

const seedOf = () => JSON.parse(cluster.cells.get('seed')?.text ?? '{}').state;

describe('a hub that is stopped while it copies its folder to an empty cluster', () => {
  it.each([
    ['has not begun', undefined, 0, undefined],
    ['copies sessions', 'a', 3, 'seeding'],
    ['copies retained messages', 'ledger-base', 1, 'seeding'],
    ['copies users', 'accounts', 1, 'seeding'],
  ])(
    'when it %s leaves the folder as it was, and goes on at its next start',
    async (_, log, entries, seed) => {
      const before = await folderContent();
      await startAndStop(log, entries);
      expect(readMovedMark(data)?.isDone ?? false).toBe(false);
      expect(await folderContent()).toEqual(before);
      expect(seedOf()).toBe(seed);
      if (seed) expect(() => refuseIfMoved(data)).toThrow('began to move to cluster pinhub');
      else expect(() => refuseIfMoved(data)).not.toThrow();

      expect(await start()).toBe(false);
      expect(readMovedMark(data)?.isDone).toBe(true);
      expect(await folderContent()).toEqual(before);
      const store = await importCluster(cluster, new SimulatedTime(), ['a']);
      expect(describeContent(store)).toEqual(before.state);
      await store.close();
    },
  );

  it('lets no other hub begin the cluster before that', async () => {
    await startAndStop('a', 3);
    const other = new AbortController();
    useFolder('second');
    const waiting = start({ hub: 'b', signal: other.signal });
    waiting.catch(() => undefined);
    await vi.waitUntil(() => lines.some((line) => line.startsWith('the cluster is half seeded')));
    other.abort();
    await expect(waiting).rejects.toBe(other.signal.reason);
    expect(seedOf()).toBe('seeding');
  });
});
