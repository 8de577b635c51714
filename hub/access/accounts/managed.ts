import type { Roles } from '../rights/role.ts';
import type { Accounts } from './accounts.ts';

/** The accounts of a hub, for administrators who manage them from afar. */
export interface ManagedAccounts {
  readonly accounts: Accounts;
  /** Those in force. */
  readonly roles: Roles;
  /** Resolves once changes made so far are in force. */
  settle(): Promise<void>;
}
