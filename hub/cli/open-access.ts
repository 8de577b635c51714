import type { Logger } from 'pino';
import { asyncScheduler, find, map, merge, startWith } from 'rxjs';
import { Accounts } from '../access/accounts/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../access/guarded-access.ts';
import { type Links, ShareLinks } from '../access/links.ts';
import { openFileVault } from '../access/vault/file-vault.ts';
import type { Vault } from '../access/vault/vault.ts';
import { answerVault } from '../access/vault/vault-requests.ts';
import { quote, toHubError } from '../core/error.ts';
import { describeExposure, followFiles } from '../files/files.ts';
import type { Plugin } from '../plugin.ts';
import type { FolderLock } from '../storage/folder/folder-lock.ts';
import { readConfigFile } from './config-file.ts';
import type { StartOptions } from './options.ts';
import type { Scope } from './run-until-stopped.ts';
import { SharedAccounts } from './shared-accounts.ts';
import {
  endLinkTokens,
  endSharedLinks,
  inviteAddresses,
  isReachable,
  type LinkTokens,
  renewLinkTokens,
  sharedLinkPrefix,
} from './sharing.ts';
import { openVault, prepareData, rolesOf, vaultPath } from './vault.ts';

export interface OpenedAccess {
  readonly access: GuardedAccess;
  /** New at each start; browsers that used earlier ones stay logged in. `undefined` if they are not needed. */
  readonly linkTokens: LinkTokens | undefined;
  /** For authenticated users, to invite others from the pages. */
  readonly links: Links;
  /** Where accounts are kept. */
  readonly vault: Vault;
}

export interface AccountStorage {
  /** The data folder, if this hub holds it; otherwise the hub shares the folder's accounts with other hubs. */
  readonly lock: FolderLock | undefined;
  /** The accounts, if they are not in the data folder. */
  readonly vault?: Vault | undefined;
}

/** Accepts anyone on this machine, unless the hub is open to the network or has users. */
export async function openAccess(
  options: StartOptions,
  { lock, vault: given }: AccountStorage,
  scope: Scope,
  plugins: readonly Plugin[] = [],
): Promise<OpenedAccess> {
  const { log, closers } = scope;
  const remote = lock ? undefined : await openVault(options);
  const vault = given ?? remote ?? (await openFileVault(vaultPath(options)));
  closers.add(() => vault.close());
  const accounts = new Accounts(vault);
  const linkTokens = await openLinks(accounts, options, log);
  const access = await openGuardedAccess({
    vault,
    scheduler: asyncScheduler,
    elapsedMs: () => performance.now(),
    log,
    roles: rolesOf(options),
    authenticators: plugins.flatMap(({ authenticators }) => authenticators ?? []),
    isOpenWithoutUsers: !isReachable(options),
  });
  closers.add(() => access.close());
  const settle = () => access.refresh();
  lock?.serve((request) => answerVault(vault, request, settle));
  if (remote) {
    const shared = new SharedAccounts({ options, changed$: remote.changed$, settle, log });
    closers.add(() => shared.close());
    await shared.open();
  }
  warnOfExposure(options, vault, log);
  warnOfLostRoles(access, log);
  followRoles(access, options, scope);
  const links = new ShareLinks({
    addresses: inviteAddresses(options),
    accounts,
    roleNames: () => access.directory.roleNames,
    atStart: new Map(
      linkTokens && [
        ['viewer', linkTokens.watch],
        ['controller', linkTokens.control],
      ],
    ),
    namePrefix: sharedLinkPrefix(options),
    log,
  });
  return { access, linkTokens, links, vault };
}

/** Warns once if other users of the machine can read secrets. */
function warnOfExposure(options: StartOptions, vault: Vault, log: Logger): void {
  const paths = [vaultPath(options), options.key].filter((path) => path !== undefined);
  const exposures = paths.map((path) =>
    vault.changed$.pipe(
      startWith(undefined),
      map(() => describeExposure(path)),
      find(Boolean),
    ),
  );
  merge(...exposures).subscribe((exposure) => exposure && log.warn(exposure));
}

/** The links of a hub that is open to the network and has no users. Once it has users, the links of earlier starts end. */
async function openLinks(
  accounts: Accounts,
  options: StartOptions,
  log: Logger,
): Promise<LinkTokens | undefined> {
  const warn = (err: unknown) => log.warn({ err }, 'the links of earlier starts still work');
  await endSharedLinks(accounts, options).catch(warn);
  // In a class, a link to control would let a student into other students' seats.
  if (options.class || (await accounts.users()).size > 0) {
    await endLinkTokens(accounts).catch(warn);
    return undefined;
  }
  if (!isReachable(options)) return undefined;
  try {
    prepareData(options);
    return await renewLinkTokens(accounts, options);
  } catch (err) {
    log.error({ err }, 'no links can be made; only users and logged-in browsers are accepted');
    return undefined;
  }
}

function followRoles(access: GuardedAccess, options: StartOptions, { log, closers }: Scope): void {
  const { config } = options;
  if (config === undefined) return;
  const settings = () => JSON.stringify([...readConfigFile(config)]);
  const atStart = settings();
  const follow = () => {
    try {
      if (settings() !== atStart)
        log.warn({ config }, 'options other than roles take effect at the next start');
      access.directory.roles = rolesOf(options);
      log.info({ config }, 'roles were updated');
      warnOfLostRoles(access, log);
    } catch (error) {
      log.error({ error: toHubError(error).toJSON() }, 'roles stay as they were');
    }
  };
  closers.add(followFiles([config], follow));
}

/** Explains why users may do nothing after their role was renamed or removed from the file. */
function warnOfLostRoles({ directory }: GuardedAccess, log: Logger): void {
  const known = `there are ${directory.roleNames.join(', ')} (--config names the file of others)`;
  for (const { name, role } of directory.withoutRole)
    log.warn(`${name} may do nothing: there is no role ${quote(role)} any more; ${known}`);
}
