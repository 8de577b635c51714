import { HubError } from '../core/error.ts';

/** The log that all hubs of a cluster share: the order of their messages. */
export const LEDGER_LOG = 'ledger';

/** The log that holds what was retained at some point of the ledger. */
export const BASE_LOG = 'ledger-base';

/** The log of users, tokens and logins, which all hubs share. */
export const ACCOUNTS_LOG = 'accounts';

/** The log of a hub has the hub's name. Throws `option/invalid` if a log that all hubs share has that name. */
export function checkHubName(hub: string): void {
  if (![LEDGER_LOG, BASE_LOG, ACCOUNTS_LOG].includes(hub)) return;
  const message = `a hub cannot be called ${hub}, as a log that all hubs share has that name; choose another with --hub-name`;
  throw new HubError('option/invalid', message);
}
