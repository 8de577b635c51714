import { table } from './banner.ts';
import { isLinkToken } from './sharing.ts';
import { checkRole, folderOf, prepareData, roleMarker, type VaultOptions, withAccounts } from './vault.ts';

interface TokenOptions extends VaultOptions {
  readonly role: string;
  /** After how many days the token is of no more use. */
  readonly days?: number;
}

const DAY_MS = 24 * 3_600_000;

/** `pinhub token …`: keys for programs, boards and links. */
export const token = {
  /** Prints the token alone, so that a script can take it up. */
  async make(name: string, options: TokenOptions): Promise<void> {
    const { role, days } = options;
    checkRole(role, options);
    prepareData(options);
    const expiresAt = days === undefined ? {} : { expiresAt: new Date(Date.now() + days * DAY_MS) };
    console.log(await withAccounts(options, (accounts) => accounts.makeToken({ name, role, ...expiresAt })));
  },

  async list(options: VaultOptions): Promise<void> {
    const mark = roleMarker(options);
    const tokens = await withAccounts(options, (accounts) => accounts.tokens());
    const rows = [...tokens].map(([name, { role, createdAt, expiresAt, usedAt }]) => [
      name,
      mark(role),
      createdAt.slice(0, 10),
      usedAt?.slice(0, 10) ?? 'never',
      isLinkToken(name) ? 'next start' : (expiresAt?.slice(0, 10) ?? 'never'),
    ]);
    const head = ['NAME', 'ROLE', 'SINCE', 'LAST USED', 'EXPIRES'];
    console.log(rows.length === 0 ? `There are no tokens in ${folderOf(options)}.` : table([head, ...rows]));
  },

  async revoke(name: string, options: VaultOptions): Promise<void> {
    await withAccounts(options, (accounts) => accounts.revokeToken(name));
    console.log(`The token ${name} is of no more use; kept in ${folderOf(options)}.`);
  },
};
