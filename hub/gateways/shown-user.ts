import { TOKEN_PREFIX } from '../access/accounts/accounts.ts';

/** A user name in the form that people may see. Some programs send their token as the user name, which stays secret. */
export function shownUser(userName: string | undefined): string | undefined {
  return userName?.startsWith(TOKEN_PREFIX) ? `${TOKEN_PREFIX}…` : userName;
}
