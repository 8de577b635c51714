import type { Principal } from '../access.ts';
import type { Roles } from '../rights/role.ts';
import type { Accounts } from './accounts.ts';

/** The accounts of a hub, for administrators who manage them from afar. */
export interface ManagedAccounts {
  readonly accounts: Accounts;
  /** Those in force. */
  readonly roles: Roles;
  /** The principal of an account by its credential id, as `token:ana`, for somebody who has shown in some other way that it is theirs. */
  principal(credentialId: string, how: string): Principal | undefined;
  /** Resolves once changes made so far are in force. */
  settle(): Promise<void>;
}
