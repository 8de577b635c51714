import { join } from 'node:path';
import { firstValueFrom } from 'rxjs';
import { Accounts } from '../access/accounts/accounts.ts';
import { BUILT_IN_ROLES, ensureRole, type Roles } from '../access/rights/role.ts';
import { type FileVault, openFileVault } from '../access/vault/file-vault.ts';
import { describeExposure } from '../files/files.ts';
import { makeFolder } from '../storage/folder/data-folder.ts';
import { askHolder } from '../storage/folder/folder-lock.ts';
import { readConfigRoles } from './config-file.ts';
import { defaultDataFolder } from './data-folder.ts';

/** The folder of users and tokens, and the file that describes roles. */
export interface VaultOptions {
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

/** The vault of a data folder. If a running hub holds the folder, that hub makes the changes, and so knows of each at once. */
export function openVault(options: VaultOptions): Promise<FileVault> {
  const path = vaultPath(options);
  return openFileVault(path, (request) =>
    askHolder(folderOf(options), request, async () =>
      firstValueFrom((await openFileVault(path)).answer(request)),
    ),
  );
}

/** Makes the data folder if there is none yet. Throws `store/unavailable`. */
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
    if (exposure) console.error(`pinhub: ${exposure}`);
  }
}

/** The built-in roles, or those of the configuration file. */
export function rolesOf({ config }: VaultOptions): Roles {
  return config === undefined ? BUILT_IN_ROLES : readConfigRoles(config);
}

/** Throws `option/invalid` if there is no such role; the message names the existing ones. */
export function checkRole(role: string, options: VaultOptions): void {
  const hint = options.config === undefined ? ' (--config names the file of others)' : '';
  ensureRole(role, rolesOf(options), hint);
}

/** Marks unknown roles in lists. Without `--config` none is marked, as the file may describe it. Throws `option/invalid`. */
export function roleMarker(options: VaultOptions): (role: string) => string {
  if (options.config === undefined) return (role) => role;
  const roles = rolesOf(options);
  return (role) => (roles.has(role) ? role : `${role} (no such role)`);
}
