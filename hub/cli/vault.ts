import { join } from 'node:path';
import { firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { z } from 'zod';
import { Accounts } from '../access/accounts/accounts.ts';
import { BUILT_IN_ROLES, ensureRole, type Roles } from '../access/rights/role.ts';
import { openFileVault } from '../access/vault/file-vault.ts';
import { RequestVault } from '../access/vault/request-vault.ts';
import type { Content } from '../access/vault/vault.ts';
import { answerVault, parseContent, type VaultRequest } from '../access/vault/vault-requests.ts';
import { HubError } from '../core/error.ts';
import { describeExposure } from '../files/files.ts';
import { defaultDataFolder, makeFolder } from '../storage/folder/data-folder.ts';
import { askHolder, followHolder } from '../storage/folder/folder-lock.ts';
import { refuseIfMoved } from '../storage/folder/moved-mark.ts';
import { readConfigRoles } from './config-file.ts';
import { type SpokenOptions, wordsOf } from './languages/index.ts';
import { translated } from './languages/words.ts';

/** The folder of users and tokens, and the file that describes roles. */
export interface VaultOptions extends SpokenOptions {
  readonly data?: string;
  readonly config?: string;
}

/** The data folder. */
export function folderOf({ data = defaultDataFolder() }: VaultOptions): string {
  return data;
}

/** The file of the vault in a data folder. */
export function vaultPath(options: VaultOptions): string {
  return join(folderOf(options), 'access.json');
}

/**
 * The vault of a data folder. If a running hub holds the folder, that hub reads the records and makes the changes, so it sees each at once;
 * the hub of a cluster keeps them elsewhere.
 */
export async function openVault(options: VaultOptions): Promise<RequestVault> {
  const folder = folderOf(options);
  const openHere = () => {
    refuseIfMoved(folder);
    return openFileVault(vaultPath(options));
  };
  const vault = new RequestVault({
    read: async () => (await readFromHolder(folder)) ?? (await openHere()).read(),
    perform: async (request) => {
      const work = async () => firstValueFrom(answerVault(await openHere(), request));
      return changeResult.parse(await askHolder(folder, request, work));
    },
  });
  await vault.read();
  return vault;
}

const changeResult = z.union([z.boolean(), z.literal('again')]);

/** Reads the accounts from the hub that holds the folder, because the user may not be allowed to write there. Resolves to `undefined` if no hub holds it. */
async function readFromHolder(folder: string): Promise<Content | undefined> {
  return parseContent(await resultsOf(folder, { do: 'read' }));
}

/** Where the accounts of a data folder are, in words: in the cluster of the hub that holds the folder, if it is in one, else in the folder. */
export async function describeVault(options: VaultOptions): Promise<string> {
  const folder = folderOf(options);
  const [place] = await resultsOf(folder, { do: 'where' });
  return z.string().min(1).safeParse(place).data ?? folder;
}

/** Asks the hub that holds a folder. Resolves to an empty list if there is no hub, or if its version does not know the request: then the accounts are in the folder. */
async function resultsOf(folder: string, request: VaultRequest): Promise<unknown[]> {
  try {
    return await lastValueFrom(followHolder(folder, request).pipe(toArray()));
  } catch (error) {
    if (error instanceof HubError && error.code === 'internal') return [];
    throw error;
  }
}

/** Creates the data folder if it does not exist. Throws `store/unavailable`. */
export function prepareData(options: VaultOptions): void {
  makeFolder(folderOf(options));
}

/** Works on the accounts of a data folder, and warns if other users of the machine can read them. */
export async function withAccounts<T>(
  options: VaultOptions,
  work: (accounts: Accounts) => Promise<T>,
): Promise<T> {
  const vault = await openVault(options);
  try {
    return await work(new Accounts(vault));
  } finally {
    await vault.close();
    const exposure = describeExposure(vaultPath(options));
    if (exposure) console.error(`pinhub: ${translated(wordsOf(options), exposure)}`);
  }
}

/** The built-in roles, or those of the configuration file. */
export function rolesOf({ config }: VaultOptions): Roles {
  return config === undefined ? BUILT_IN_ROLES : readConfigRoles(config);
}

/** Throws `option/invalid` if the role does not exist; the message names the existing ones. */
export function checkRole(role: string, options: VaultOptions): void {
  const hint = options.config === undefined ? ' (--config names the file of others)' : '';
  ensureRole(role, rolesOf(options), hint);
}

/** Marks unknown roles in lists. Without `--config` no role is marked, as the file may describe it. Throws `option/invalid`. */
export function roleMarker(options: VaultOptions): (role: string) => string {
  if (options.config === undefined) return (role) => role;
  const roles = rolesOf(options);
  const { unknownRole } = wordsOf(options).output.accounts;
  return (role) => (roles.has(role) ? role : unknownRole(role));
}
