import { askNewPassword } from './ask-secret.ts';
import { table } from './banner.ts';
import { checkRole, folderOf, prepareData, roleMarker, type VaultOptions, withAccounts } from './vault.ts';

interface UserOptions extends VaultOptions {
  readonly role?: string;
}

/** `pinhub user …`: the people who may come in. */
export const user = {
  async add(name: string, options: UserOptions & { readonly role: string }): Promise<void> {
    checkRole(options.role, options);
    prepareData(options);
    await withAccounts(options, async (accounts) => {
      await accounts.checkFreeName(name);
      const added = await accounts.addUser(name, await askNewPassword(), options.role);
      console.log(`${added} may come in, as ${options.role}; kept in ${folderOf(options)}.`);
    });
  },

  async remove(name: string, options: UserOptions): Promise<void> {
    await withAccounts(options, (accounts) => accounts.removeUser(name));
    console.log(`${name} may come in no more; kept in ${folderOf(options)}.`);
  },

  async list(options: UserOptions): Promise<void> {
    const mark = roleMarker(options);
    const users = await withAccounts(options, (accounts) => accounts.users());
    const rows = [...users].map(([name, { role, createdAt }]) => [name, mark(role), createdAt.slice(0, 10)]);
    console.log(
      rows.length === 0
        ? `There are no users in ${folderOf(options)}.`
        : table([['NAME', 'ROLE', 'SINCE'], ...rows]),
    );
  },

  async passwd(name: string, options: UserOptions): Promise<void> {
    await withAccounts(options, async (accounts) => {
      await accounts.checkUser(name);
      await accounts.setPassword(name, await askNewPassword());
    });
    console.log(
      `${name} has a new password; where they are logged in, they must log in anew. Kept in ${folderOf(options)}.`,
    );
  },

  async role(name: string, role: string, options: UserOptions): Promise<void> {
    checkRole(role, options);
    await withAccounts(options, (accounts) => accounts.setRole(name, role));
    console.log(`${name} may come in as ${role}; kept in ${folderOf(options)}.`);
  },
};
