import type { Vault } from '../vault/vault.ts';
import { parseRecords, type Token, tokenSchema, type User, userSchema } from './accounts.ts';
import { type Login, loginSchema } from './login.ts';

/** All that a vault holds, by name or hash. */
export interface DirectoryContent {
  readonly users: ReadonlyMap<string, User>;
  readonly tokens: ReadonlyMap<string, Token>;
  readonly logins: ReadonlyMap<string, Login>;
}

export const EMPTY_CONTENT: DirectoryContent = { users: new Map(), tokens: new Map(), logins: new Map() };

/** Rejects as the vault does, and with `store/damaged` where a record is not as this version keeps it. */
export async function readContent(vault: Vault): Promise<DirectoryContent> {
  const { users, tokens, logins } = await vault.read();
  return {
    users: parseRecords(users, userSchema),
    tokens: parseRecords(tokens, tokenSchema),
    logins: parseRecords(logins, loginSchema),
  };
}

/** When tokens and logins end that do, milliseconds. */
export function listEnds({ tokens, logins }: DirectoryContent): number[] {
  return [...tokens.values(), ...logins.values()]
    .flatMap(({ expiresAt }) => expiresAt ?? [])
    .map((end) => Date.parse(end));
}
