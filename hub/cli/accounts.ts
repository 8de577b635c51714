import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { HubError } from '../core/error.ts';
import { decodeText } from '../files/files.ts';
import { table } from './banner.ts';
import { wordsOf } from './languages/index.ts';
import type { Words } from './languages/words.ts';
import { isLinkToken } from './sharing.ts';
import {
  checkRole,
  describeVault,
  prepareData,
  roleMarker,
  type VaultOptions,
  withAccounts,
} from './vault.ts';

interface RoleOptions extends VaultOptions {
  readonly role: string;
}

interface TokenOptions extends RoleOptions {
  readonly days?: number;
}

const DAY_MS = 24 * 3_600_000;

/** `pinhub user …`: the people who may log in. */
export const user = {
  async add(name: string, options: RoleOptions): Promise<void> {
    checkRole(options.role, options);
    prepareData(options);
    await withAccounts(options, async (accounts) => {
      await accounts.checkFreeName(name);
      const { accounts: say } = wordsOf(options).output;
      const added = await accounts.addUser(name, await askNewPassword(wordsOf(options)), options.role);
      console.log(say.userAdded(added, options.role, await describeVault(options)));
    });
  },

  async remove(name: string, options: VaultOptions): Promise<void> {
    await withAccounts(options, (accounts) => accounts.removeUser(name));
    console.log(wordsOf(options).output.accounts.userRemoved(name, await describeVault(options)));
  },

  async list(options: VaultOptions): Promise<void> {
    const mark = roleMarker(options);
    const users = await withAccounts(options, (accounts) => accounts.users());
    const rows = [...users].map(([name, { role, createdAt }]) => [name, mark(role), createdAt.slice(0, 10)]);
    const { accounts: say } = wordsOf(options).output;
    if (rows.length === 0) console.log(say.noUsers(await describeVault(options)));
    else console.log(table([say.userColumns, ...rows]));
  },

  async passwd(name: string, options: VaultOptions): Promise<void> {
    await withAccounts(options, async (accounts) => {
      await accounts.checkUser(name);
      await accounts.setPassword(name, await askNewPassword(wordsOf(options)));
    });
    console.log(wordsOf(options).output.accounts.passwordChanged(name, await describeVault(options)));
  },

  async role(name: string, role: string, options: VaultOptions): Promise<void> {
    checkRole(role, options);
    await withAccounts(options, (accounts) => accounts.setRole(name, role));
    console.log(wordsOf(options).output.accounts.roleChanged(name, role, await describeVault(options)));
  },
};

/** `pinhub token …`: keys for programs, boards and links. */
export const token = {
  /** Prints only the token, for scripts. */
  async make(name: string, options: TokenOptions): Promise<void> {
    const { role, days } = options;
    checkRole(role, options);
    prepareData(options);
    const expiresAt = days === undefined ? {} : { expiresAt: new Date(Date.now() + days * DAY_MS) };
    console.log(await withAccounts(options, (accounts) => accounts.makeToken({ name, role, ...expiresAt })));
  },

  async list(options: VaultOptions): Promise<void> {
    const mark = roleMarker(options);
    const { accounts: say } = wordsOf(options).output;
    const tokens = await withAccounts(options, (accounts) => accounts.tokens());
    const rows = [...tokens].map(([name, { role, createdAt, expiresAt, usedAt }]) => [
      name,
      mark(role),
      createdAt.slice(0, 10),
      usedAt?.slice(0, 10) ?? say.never,
      isLinkToken(name) ? say.nextStart : (expiresAt?.slice(0, 10) ?? say.never),
    ]);
    if (rows.length === 0) console.log(say.noTokens(await describeVault(options)));
    else console.log(table([say.tokenColumns, ...rows]));
  },

  async revoke(name: string, options: VaultOptions): Promise<void> {
    await withAccounts(options, (accounts) => accounts.revokeToken(name));
    console.log(wordsOf(options).output.accounts.tokenRevoked(name, await describeVault(options)));
  },
};

/** The streams for prompts and for typed secrets. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WritableStream;
}

const STANDARD: Terminal = { input: process.stdin, output: process.stderr };

/** Asks twice, or reads a line if there is no terminal; never reads an argument, as every user of the machine can see those. Rejects with `option/invalid`. */
export async function askNewPassword(
  { output: { accounts: say } }: Words,
  terminal: Terminal = STANDARD,
): Promise<string> {
  if (terminal.input.isTTY) {
    const password = await ask(say.password, terminal);
    if ((await ask(say.onceMore, terminal)) === password) return password;
    throw new HubError('option/invalid', 'the two passwords are not the same');
  }
  const [line = ''] = decodeText(await buffer(terminal.input)).split(/\r?\n/, 1);
  if (line !== '') return line;
  throw new HubError('option/invalid', 'there is no password on standard input');
}

async function ask(question: string, { input, output }: Terminal): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input, output: nowhere, terminal: true });
  try {
    output.write(question);
    return await new Promise<string>((resolve, reject) => {
      reader.once('SIGINT', () => reject(new HubError('option/invalid', 'no password was given')));
      reader.question('').then(resolve, reject);
    });
  } finally {
    output.write('\n');
    reader.close();
  }
}
