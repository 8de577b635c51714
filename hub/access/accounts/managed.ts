import type { Principal } from '../access.ts';
import type { Roles } from '../rights/role.ts';
import type { Accounts } from './accounts.ts';

/** The accounts of a hub, for administrators who manage them remotely. */
export interface ManagedAccounts {
  readonly accounts: Accounts;
  /** The accounts in force. */
  readonly roles: Roles;
  /** The principal of an account by its credential id, as `token:ana`, for a client that has proved in another way that the account is its own. */
  principal(credentialId: string, how: string): Principal | undefined;
  /** Resolves once all changes so far are in force. */
  settle(): Promise<void>;
}
