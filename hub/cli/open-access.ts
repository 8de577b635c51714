import { unwatchFile, watchFile } from 'node:fs';
import type { Logger } from 'pino';
import { asyncScheduler } from 'rxjs';
import { Accounts } from '../access/accounts/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../access/guarded-access.ts';
import { quote, toHubError } from '../core/error.ts';
import { readConfigFile } from './config-file.ts';
import type { StartOptions } from './options.ts';
import type { Closers } from './run-until-stopped.ts';
import { endLinkTokens, type LinkTokens, renewLinkTokens } from './sharing.ts';
import { openVault, prepareData, rolesOf } from './vault.ts';

/** How often to look whether the configuration file has changed, milliseconds. */
const POLL_MS = 1_000;

export interface OpenedAccess {
  readonly access: GuardedAccess;
  /** New at each start; who came in by the ones before stays logged in. `undefined` where they are not needed. */
  readonly linkTokens: LinkTokens | undefined;
}

/**
 * Opens what decides who may come in: anyone from this machine, unless the hub is opened to the network or somebody has made users. What the
 * roles of the configuration file mean is followed while the hub runs.
 */
export async function openAccess(
  options: StartOptions,
  log: Logger,
  closers: Closers,
): Promise<OpenedAccess> {
  const vault = await openVault(options);
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
  warnOfLostRoles(access, log);
  followRoles(access, options, log, closers);
  return { access, linkTokens };
}

/** Links for a hub that is open to the network and has no users; where it has, there are none, those of before included. */
async function openLinks(
  accounts: Accounts,
  options: StartOptions,
  log: Logger,
): Promise<LinkTokens | undefined> {
  if ((await accounts.users()).size > 0) {
    await endLinkTokens(accounts).catch((err: unknown) =>
      log.warn({ err }, 'the links of before are still good'),
    );
    return undefined;
  }
  if (options.host === undefined) return undefined;
  prepareData(options);
  return renewLinkTokens(accounts);
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

/** Who has a role that was renamed, or taken out of the file, comes in and may do nothing: nobody would know why. */
function warnOfLostRoles({ withoutRole, roleNames }: GuardedAccess, log: Logger): void {
  for (const { name, role } of withoutRole) {
    const known = roleNames.join(', ');
    log.warn(
      `${name} may do nothing: there is no role ${quote(role)} any more; there are ${known} (--config names the file of others)`,
    );
  }
}
