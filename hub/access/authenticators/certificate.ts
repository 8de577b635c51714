import { HubError, quote } from '../../core/error.ts';
import type { Authenticator } from '../access.ts';
import type { Directory } from '../accounts/directory.ts';
import { normalizeName } from '../accounts/records.ts';

/** Authenticates the user whose name is the common name of a verified client certificate. */
export function createCertificateAuthenticator(directory: Directory): Authenticator {
  const kind = 'certificate';
  return {
    kind,
    async identify({ certificate }) {
      if (!certificate) return undefined;
      const { commonName } = certificate;
      const principal = directory.principal(`user:${normalizeName(commonName)}`, kind);
      if (principal) return principal;
      throw new HubError('auth/wrong', `the certificate names ${quote(commonName)}, which is not a user`);
    },
  };
}
