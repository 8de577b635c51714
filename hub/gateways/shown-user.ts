import { TOKEN_PREFIX } from '../access/accounts/accounts.ts';

/** A user name as people may see it: some programs put their token there. */
export function shownUser(userName: string | undefined): string | undefined {
  return userName?.startsWith(TOKEN_PREFIX) ? `${TOKEN_PREFIX}…` : userName;
}
