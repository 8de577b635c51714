import { mkdtempSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { openFileVault } from '../access/vault/file-vault.ts';
import { SHELVES } from '../access/vault/vault.ts';
import type { Engine } from '../cluster/engine.ts';
import type { Survey } from '../cluster/status.ts';
import { HubError, quote } from '../core/error.ts';
import { guardStorage } from '../files/files.ts';
import { makeFolder } from '../storage/folder/data-folder.ts';
import { openStore } from '../storage/hub/store.ts';
import { type ClusterOptions, clusterServers, DEFAULT_CLUSTER_NAME } from './cluster-options.ts';
import type { ImportCounts } from './languages/en/output.ts';
import { wordsOf } from './languages/index.ts';
import { createLog } from './log.ts';
import { COMMAND } from './options.ts';
import { vaultPath } from './vault.ts';

export interface ImportOptions extends ClusterOptions {
  readonly toFolder: string;
}

/**
 * `pinhub cluster import`: writes what a cluster keeps to an empty data folder, for a hub that runs alone then. No hub may serve meanwhile. The cluster stays unchanged.
 * Rejects with `option/invalid`, `store/unavailable` and `store/damaged`.
 */
export async function clusterImport(options: ImportOptions): Promise<void> {
  const { toFolder: folder, clusterName: cluster = DEFAULT_CLUSTER_NAME } = options;
  checkIsFree(folder);
  const nats = { ...clusterServers(options), cluster, name: 'pinhub cluster import' };
  const [{ survey }, { openNatsEngine }] = await Promise.all([
    import('../cluster/nats/survey.ts'),
    import('../cluster/nats/nats-engine.ts'),
  ]);
  const hubs = await hubsAtRest(await survey(nats), cluster);
  const engine = await openNatsEngine(nats);
  try {
    const { cluster: say } = wordsOf(options).output;
    const counts = await writeFolder(folder, (draft) => importTo(draft, engine, hubs));
    console.log(say.imported(quote(folder, 200), cluster, counts));
    console.log(say.goOn(`${COMMAND} --data ${folder}`));
  } finally {
    await engine.close();
  }
}

/** Whether a folder is missing or empty. */
function checkIsFree(folder: string): void {
  const [first] = guardStorage(folder, () => (makeFolder(folder) ? [] : readdirSync(folder)));
  if (first === undefined) return;
  const message = `${quote(folder, 200)} is not empty: it holds ${quote(first)}. Name an empty folder, or a new one, with --to-folder`;
  throw new HubError('option/invalid', message);
}

/** The names of the hubs, none of which may serve. */
async function hubsAtRest(found: Survey, cluster: string): Promise<readonly string[]> {
  const { hubStates } = await import('../cluster/status.ts');
  const hubs = hubStates(found);
  if (hubs.length === 0)
    throw new HubError(
      'store/unavailable',
      `there is no cluster ${cluster} on these servers; --cluster-name names another`,
    );
  const serving = hubs.filter(({ condition }) => condition === 'serves').map(({ hub }) => hub);
  if (serving.length > 0)
    throw new HubError(
      'store/unavailable',
      `cluster ${cluster} still has running hubs (${serving.join(', ')}); stop all of them first, so that nothing changes meanwhile`,
    );
  return hubs.map(({ hub }) => hub);
}

/** The folder gets its final name once it is complete. */
async function writeFolder<T>(folder: string, write: (draft: string) => Promise<T>): Promise<T> {
  const draft = guardStorage(folder, () => mkdtempSync(`${resolve(folder)}.import-`));
  try {
    const written = await write(draft);
    guardStorage(folder, () => {
      rmdirSync(folder);
      renameSync(draft, folder);
    });
    return written;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

/** Resolves to how much was written. */
async function importTo(folder: string, engine: Engine, hubs: readonly string[]): Promise<ImportCounts> {
  const [{ gatherCluster }, { writeSingleHub }] = await Promise.all([
    import('../cluster/gathering.ts'),
    import('../cluster/single-hub.ts'),
  ]);
  const log = createLog('warn');
  const store = await openStore({ folder, log });
  try {
    const clock = { now: store.now, timeOfDay: Date.now };
    const { sessions, retained } = await writeSingleHub(
      store,
      await gatherCluster({ engine, hubs, clock, log }),
    );
    return { sessions, retained, ...(await importAccounts(folder, engine)) };
  } finally {
    await store.close();
  }
}

async function importAccounts(
  folder: string,
  engine: Engine,
): Promise<Pick<ImportCounts, 'users' | 'tokens'>> {
  const { openClusterVault } = await import('../cluster/accounts/cluster-vault.ts');
  const from = await openClusterVault({ engine });
  const to = await openFileVault(vaultPath({ data: folder }));
  const content = await from.read();
  for (const shelf of SHELVES) for (const [key, record] of content[shelf]) await to.put(shelf, key, record);
  await Promise.all([from.close(), to.close()]);
  return { users: content.users.size, tokens: content.tokens.size };
}
