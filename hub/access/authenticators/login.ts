import { HubError } from '../../core/error.ts';
import type { Authenticator } from '../access.ts';
import type { Directory } from '../accounts/directory.ts';
import { hashSecret } from '../accounts/secrets.ts';

/** Authenticates logged-in browsers by the secret in their cookie. The connection ends with the login or the account. */
export function createLoginAuthenticator(directory: Directory): Authenticator {
  const kind = 'login';
  return {
    kind,
    async identify({ login: secret }) {
      if (secret === undefined) return undefined;
      const hash = hashSecret(secret);
      const login = directory.login(hash);
      const principal = login?.owner
        ? { ...login.owner, how: kind, generation: '' }
        : login && directory.principal(login.account, kind);
      if (!principal) throw new HubError('auth/required', 'your login has ended; log in again');
      return { ...principal, credentialIds: [...principal.credentialIds, `login:${hash}`] };
    },
  };
}
