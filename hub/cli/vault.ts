import { join } from 'node:path';
import { Accounts } from '../access/accounts/accounts.ts';
import { BUILT_IN_ROLES, type Roles } from '../access/rights/role.ts';
import { openFileVault } from '../access/vault/file-vault.ts';
import type { Vault } from '../access/vault/vault.ts';
import { HubError, quote } from '../core/error.ts';
import { makeFolder } from '../storage/folder/data-folder.ts';
import { readConfigRoles } from './config-file.ts';
import { defaultDataFolder } from './data-folder.ts';

/** Where users and tokens are kept, and where roles are described. */
export interface VaultOptions {
  readonly data?: string;
  readonly config?: string;
}

/** The vault of a hub's data folder. A hub that runs sees what is changed in it within a second. */
export function openVault({ data = defaultDataFolder() }: VaultOptions): Promise<Vault> {
  return openFileVault(join(data, 'access.json'));
}

/** The data folder, for people: who changes another than the hub's wonders. */
export function folderOf({ data = defaultDataFolder() }: VaultOptions): string {
  return data;
}

/** Makes the data folder where there is none yet. Throws `store/unavailable`. */
export function prepareData(options: VaultOptions): void {
  makeFolder(folderOf(options));
}

/** Does something with the accounts of a data folder. */
export async function withAccounts<T>(
  options: VaultOptions,
  work: (accounts: Accounts) => Promise<T>,
): Promise<T> {
  const vault = await openVault(options);
  try {
    return await work(new Accounts(vault));
  } finally {
    await vault.close();
  }
}

/** The roles that there are: those built in, and those of the configuration file. */
export function rolesOf({ config }: VaultOptions): Roles {
  return config === undefined ? BUILT_IN_ROLES : readConfigRoles(config);
}

/** Throws `option/invalid` where there is no such role, saying which there are. */
export function checkRole(role: string, options: VaultOptions): void {
  const roles = rolesOf(options);
  if (roles.has(role)) return;
  const known = [...roles.keys()].join(', ');
  const hint = options.config === undefined ? ' (--config names the file of others)' : '';
  throw new HubError('option/invalid', `there is no role ${quote(role)}; there are ${known}${hint}`);
}

/**
 * How lists show a role: marked where there is none of that name any more. Without the configuration file, in which it may be, nobody can
 * tell. Throws `option/invalid`.
 */
export function roleMarker(options: VaultOptions): (role: string) => string {
  if (options.config === undefined) return (role) => role;
  const roles = rolesOf(options);
  return (role) => (roles.has(role) ? role : `${role} (no such role)`);
}
