import { randomUUID } from 'node:crypto';
import { openFileVault } from '../access/vault/file-vault.ts';
import { type Content, SHELVES } from '../access/vault/vault.ts';
import type { SeedingOptions } from '../cluster/seeding.ts';
import { quote } from '../core/error.ts';
import { DISK } from '../storage/engine/disk.ts';
import { listStateFiles } from '../storage/engine/state-files.ts';
import type { FolderLock } from '../storage/folder/folder-lock.ts';
import {
  type MovedMark,
  readMovedMark,
  removeMovedMark,
  writeMovedMark,
} from '../storage/folder/moved-mark.ts';
import { openStore } from '../storage/hub/store.ts';
import { vaultPath } from './vault.ts';

export interface MovingOptions extends SeedingOptions {
  readonly cluster: string;
  readonly data: string;
  /** This process holds the folder. */
  readonly lock: FolderLock;
}

/** The contents of a data folder that a cluster may get. */
interface FolderContent {
  readonly hasState: boolean;
  readonly accounts: Content;
}

/**
 * Starts an empty cluster with the content of the data folder, and marks the folder; a cluster that is not empty keeps its content. Resolves to whether
 * the folder has accounts that the cluster could still get.
 */
export async function moveToCluster(options: MovingOptions): Promise<boolean> {
  const { data, cluster, log } = options;
  const { beginCluster } = await import('../cluster/seeding.ts');
  const content = await readFolder(data);
  const found = readMovedMark(data);
  const mark = found?.cluster === cluster ? found : undefined;
  const isUsed = found === undefined && (content.hasState || hasAccounts(content));
  const move: MovedMark = mark ?? { id: randomUUID(), cluster, at: new Date().toISOString(), isDone: false };
  const folder = {
    id: move.id,
    wasMoved: move.isDone,
    onMove: () => writeMovedMark(data, move),
  };
  const beginning = await beginCluster(options, mark || isUsed ? folder : undefined);
  if (beginning === 'ours') await copyFolder(options, content, move);
  if (beginning === 'moved' && !move.isDone) await writeMovedMark(data, { ...move, isDone: true });
  if (beginning !== 'others') return false;
  if (mark && !mark.isDone) removeMovedMark(data); // Nothing of it was copied.
  if (content.hasState) log.warn({ folder: data }, describeUnused(cluster, found));
  return found === undefined && hasAccounts(content);
}

function describeUnused(cluster: string, mark: MovedMark | undefined): string {
  if (mark && mark.cluster !== cluster)
    return `cluster ${cluster} gets nothing from the data folder, which was moved to cluster ${mark.cluster} on ${mark.at.slice(0, 10)}`;
  return `cluster ${cluster} is not empty: it is used as it is, and the messages and sessions in the data folder are not`;
}

async function readFolder(data: string): Promise<FolderContent> {
  const accounts = await (await openFileVault(vaultPath({ data }))).read();
  return { hasState: listStateFiles(DISK, data).length > 0, accounts };
}

function hasAccounts({ accounts }: FolderContent): boolean {
  return SHELVES.some((shelf) => accounts[shelf].size > 0);
}

async function copyFolder(
  options: MovingOptions,
  { hasState, accounts }: FolderContent,
  move: MovedMark,
): Promise<void> {
  const { data, cluster, engine, log, signal } = options;
  const [{ copyToCluster, endSeeding }, { openClusterVault }] = await Promise.all([
    import('../cluster/seeding.ts'),
    import('../cluster/accounts/cluster-vault.ts'),
  ]);
  const counts = hasState
    ? await copyState(options, copyToCluster)
    : 'neither sessions nor retained messages';
  const vault = await openClusterVault({ engine, seed: accounts, signal });
  await vault.close();
  await endSeeding(options, move.id);
  await writeMovedMark(data, { ...move, at: new Date().toISOString(), isDone: true });
  log.info(
    `cluster ${cluster} has everything from ${quote(data, 200)}: ${counts}, ${accounts.users.size} users and ${accounts.tokens.size} tokens`,
  );
}

/** Resolves to what was copied, in words. */
async function copyState(
  options: MovingOptions,
  copyToCluster: typeof import('../cluster/seeding.ts')['copyToCluster'],
): Promise<string> {
  const { data, lock, log } = options;
  const store = await openStore({ folder: data, lock, log });
  try {
    await copyToCluster(options, store);
    return `${store.sessions.length} sessions, ${store.retained.length} retained messages`;
  } finally {
    await store.close();
  }
}
