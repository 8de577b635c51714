import { HubError } from '../../core/error.ts';
import { LruMap } from '../../limits/lru-map.ts';
import type { Authenticator } from '../access.ts';
import type { AccessContext } from '../accounts/directory.ts';
import { hashSecret } from '../accounts/secrets.ts';
import type { Found } from '../vault/vault.ts';

type TokenOptions = Pick<AccessContext, 'vault' | 'directory' | 'now' | 'log'>;

const HOUR_MS = 3_600_000;

/** Uses in memory, until the directory has read them from the vault. */
const RECENT = 10_000;

/** Authenticates programs and links by a token, also as the password of the user `token`. Notes the hour in which each was last used. */
export function createTokenAuthenticator({ vault, directory, now, log }: TokenOptions): Authenticator {
  const kind = 'token';
  /** The last noted use by the token's hash, as a renewed token has not been used yet. */
  const recent = new LruMap<string>(RECENT);

  /** An update, so that a token revoked meanwhile stays revoked. */
  const storeUse = (name: string, hash: string, usedAt: string) => {
    const use = ({ tokens: token }: Found) => (token?.hash === hash ? { ...token, usedAt } : undefined);
    return vault
      .update('tokens', name, use)
      .catch((err: unknown) => log.warn({ err }, 'the use of a token could not be stored'));
  };

  /** One write an hour, however many clients present the token at once. */
  const noteUse = (name: string) => {
    const token = directory.token(name);
    if (!token) return;
    const { hash, usedAt } = token;
    const present = now();
    const isFresh = (at = '') => present - Date.parse(at) < HOUR_MS;
    if (isFresh(usedAt) || isFresh(recent.get(hash))) return;
    const hour = new Date(present - (present % HOUR_MS)).toISOString();
    recent.set(hash, hour); // Even if the write fails: a full card must not be written to on each request.
    void storeUse(name, hash, hour);
  };

  return {
    kind,
    async identify({ token, user, password }) {
      const secret = token ?? (user === 'token' ? password : undefined);
      if (secret === undefined) return undefined;
      const name = directory.tokenName(hashSecret(secret));
      const principal = name === undefined ? undefined : directory.principal(`token:${name}`, kind);
      if (!principal) throw new HubError('auth/wrong', 'the token is not valid');
      noteUse(principal.name);
      return principal;
    },
  };
}
