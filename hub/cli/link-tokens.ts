import type { Accounts } from '../access/accounts.ts';

/** Tokens that stand in links, for one who has made no users: what the links let people do. */
export interface LinkTokens {
  readonly control: string;
  readonly watch: string;
}

/** What they are called among the others. */
const NAMES = { control: 'link-to-control', watch: 'link-to-watch' } as const;

/** Whether a token of that name is good until the next start, and no longer. */
export function isLinkToken(name: string): boolean {
  return Object.values(NAMES).some((one) => one === name);
}

/** Makes them anew: they are kept as hashes alone, so that nobody can say what they were. Who came in by those before stays logged in. */
export async function renewLinkTokens(accounts: Accounts): Promise<LinkTokens> {
  return {
    control: await accounts.renewToken({ name: NAMES.control, role: 'controller' }),
    watch: await accounts.renewToken({ name: NAMES.watch, role: 'viewer' }),
  };
}

/** Ends the links of earlier starts, where people log in: who once had one would else come in by it for ever. */
export async function endLinkTokens(accounts: Accounts): Promise<void> {
  const names = [...(await accounts.tokens()).keys()];
  for (const name of names.filter(isLinkToken)) await accounts.revokeToken(name);
}
