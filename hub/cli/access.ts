import { unwatchFile, watchFile } from 'node:fs';
import type { Logger } from 'pino';
import { asyncScheduler } from 'rxjs';
import { Accounts } from '../access/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../access/guarded-access.ts';
import { toHubError } from '../core/error.ts';
import type { Closers } from './closers.ts';
import type { StartOptions } from './options.ts';
import { openVault, rolesOf } from './vault.ts';

/** How often to look whether the configuration file has changed, milliseconds. */
const POLL_MS = 1_000;

/** Tokens that stand in links, for one who has made no users: what the links let people do. */
export interface LinkTokens {
  readonly control: string;
  readonly watch: string;
}

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
  const isNetwork = options.host !== undefined;
  const needsLinks = isNetwork && (await accounts.users()).size === 0;
  const linkTokens = needsLinks ? await makeLinkTokens(accounts) : undefined;
  const access = await openGuardedAccess({
    vault,
    scheduler: asyncScheduler,
    elapsedMs: () => performance.now(),
    log,
    roles: rolesOf(options),
    isOpenWithoutUsers: !isNetwork,
  });
  closers.add(() => access.close());
  followRoles(access, options, log, closers);
  return { access, linkTokens };
}

async function makeLinkTokens(accounts: Accounts): Promise<LinkTokens> {
  return {
    control: await accounts.renewToken({ name: 'link-to-control', role: 'controller' }),
    watch: await accounts.renewToken({ name: 'link-to-watch', role: 'viewer' }),
  };
}

function followRoles(access: GuardedAccess, options: StartOptions, log: Logger, closers: Closers): void {
  const { config } = options;
  if (config === undefined) return;
  const follow = () => {
    try {
      access.roles = rolesOf(options);
      log.info({ config }, 'roles were read anew');
    } catch (error) {
      log.error({ error: toHubError(error).toJSON() }, 'roles stay as they were');
    }
  };
  watchFile(config, { interval: POLL_MS, persistent: false }, follow);
  closers.add(() => unwatchFile(config, follow));
}
