import { unwatchFile, watchFile } from 'node:fs';
import type { Logger } from 'pino';
import { asyncScheduler, find, map, merge, startWith } from 'rxjs';
import { Accounts } from '../access/accounts/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../access/guarded-access.ts';
import { type Links, ShareLinks } from '../access/links.ts';
import { openFileVault } from '../access/vault/file-vault.ts';
import type { Vault } from '../access/vault/vault.ts';
import { quote, toHubError } from '../core/error.ts';
import { describeExposure } from '../files/files.ts';
import type { FolderLock } from '../storage/folder/folder-lock.ts';
import { readConfigFile } from './config-file.ts';
import type { StartOptions } from './options.ts';
import type { Closers } from './run-until-stopped.ts';
import { SharedAccounts } from './shared-accounts.ts';
import {
  endLinkTokens,
  endSharedLinks,
  type LinkTokens,
  outsideAddresses,
  renewLinkTokens,
  sharedLinkPrefix,
} from './sharing.ts';
import { openVault, prepareData, rolesOf, vaultPath } from './vault.ts';

/** How often to look whether the configuration file has changed, milliseconds. */
const POLL_MS = 1_000;

export interface OpenedAccess {
  readonly access: GuardedAccess;
  /** New at each start; browsers that came in by the former ones stay logged in. `undefined` if they are not needed. */
  readonly linkTokens: LinkTokens | undefined;
  /** For those who are in, to let in others from the pages. */
  readonly links: Links;
}

/**
 * Opens what decides who may come in: anyone from this machine, unless the hub is open to the network or there are users. Follows the roles of
 * the configuration file while the hub runs. With the lock of the data folder the hub answers the command line, which changes users and
 * tokens; without it, it shares them with other hubs.
 */
export async function openAccess(
  options: StartOptions,
  lock: FolderLock | undefined,
  log: Logger,
  closers: Closers,
): Promise<OpenedAccess> {
  const vault = await (lock ? openFileVault(vaultPath(options)) : openVault(options));
  closers.add(() => vault.close());
  const accounts = new Accounts(vault);
  const linkTokens = await openLinks(accounts, options, log);
  const access = await openGuardedAccess({
    vault,
    scheduler: asyncScheduler,
    elapsedMs: () => performance.now(),
    log,
    roles: rolesOf(options),
    isOpenWithoutUsers: options.host === undefined,
  });
  closers.add(() => access.close());
  const settle = () => access.refresh();
  lock?.serve((request) => vault.answer(request, settle));
  if (!lock) await shareAccounts({ options, changed$: vault.changed$, settle, log }, closers);
  warnOfExposure(options, vault, log);
  warnOfLostRoles(access, log);
  followRoles(access, options, log, closers);
  const links = new ShareLinks({
    addresses: options.host === undefined ? [] : outsideAddresses(options.host),
    accounts,
    roleNames: () => access.roleNames,
    atStart: new Map(
      linkTokens && [
        ['viewer', linkTokens.watch],
        ['controller', linkTokens.control],
      ],
    ),
    namePrefix: sharedLinkPrefix(options),
  });
  return { access, linkTokens, links };
}

async function shareAccounts(
  given: ConstructorParameters<typeof SharedAccounts>[0],
  closers: Closers,
): Promise<void> {
  const shared = new SharedAccounts(given);
  closers.add(() => shared.close());
  await shared.open();
}

/** Says once that other users of the machine can read secrets. */
function warnOfExposure(options: StartOptions, vault: Vault, log: Logger): void {
  const paths = [vaultPath(options), ...(options.key === undefined ? [] : [options.key])];
  const exposures = paths.map((path) =>
    vault.changed$.pipe(
      startWith(undefined),
      map(() => describeExposure(path)),
      find(Boolean),
    ),
  );
  merge(...exposures).subscribe((exposure) => exposure && log.warn(exposure));
}

/** The links of a hub that is open to the network and has no users. If it has users, the links of earlier starts end. */
async function openLinks(
  accounts: Accounts,
  options: StartOptions,
  log: Logger,
): Promise<LinkTokens | undefined> {
  const warn = (err: unknown) => log.warn({ err }, 'the links of earlier starts still work');
  await endSharedLinks(accounts, options).catch(warn);
  if ((await accounts.users()).size > 0) {
    await endLinkTokens(accounts).catch(warn);
    return undefined;
  }
  if (options.host === undefined) return undefined;
  try {
    prepareData(options);
    return await renewLinkTokens(accounts, options);
  } catch (err) {
    log.error({ err }, 'no links can be made; users and browsers that came in before may come in');
    return undefined;
  }
}

function followRoles(access: GuardedAccess, options: StartOptions, log: Logger, closers: Closers): void {
  const { config } = options;
  if (config === undefined) return;
  const settings = () => JSON.stringify([...readConfigFile(config)]);
  const atStart = settings();
  const follow = () => {
    try {
      if (settings() !== atStart)
        log.warn({ config }, 'options other than roles hold from the next start on');
      access.roles = rolesOf(options);
      log.info({ config }, 'roles were read anew');
      warnOfLostRoles(access, log);
    } catch (error) {
      log.error({ error: toHubError(error).toJSON() }, 'roles stay as they were');
    }
  };
  watchFile(config, { interval: POLL_MS, persistent: false }, follow);
  closers.add(() => unwatchFile(config, follow));
}

/** Users whose role was renamed, or removed from the file, may do nothing: nobody would know why. */
function warnOfLostRoles({ withoutRole, roleNames }: GuardedAccess, log: Logger): void {
  for (const { name, role } of withoutRole) {
    const known = roleNames.join(', ');
    log.warn(
      `${name} may do nothing: there is no role ${quote(role)} any more; there are ${known} (--config names the file of others)`,
    );
  }
}
