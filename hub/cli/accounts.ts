import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { HubError } from '../core/error.ts';
import { decodeText } from '../files/files.ts';
import { table } from './banner.ts';
import { isLinkToken } from './sharing.ts';
import { checkRole, placeOf, prepareData, roleMarker, type VaultOptions, withAccounts } from './vault.ts';

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
      const added = await accounts.addUser(name, await askNewPassword(), options.role);
      console.log(`${added} can log in, as ${options.role}; kept in ${await placeOf(options)}.`);
    });
  },

  async remove(name: string, options: VaultOptions): Promise<void> {
    await withAccounts(options, (accounts) => accounts.removeUser(name));
    console.log(`${name} can no longer log in; kept in ${await placeOf(options)}.`);
  },

  async list(options: VaultOptions): Promise<void> {
    const mark = roleMarker(options);
    const users = await withAccounts(options, (accounts) => accounts.users());
    const rows = [...users].map(([name, { role, createdAt }]) => [name, mark(role), createdAt.slice(0, 10)]);
    await printList('users', ['NAME', 'ROLE', 'SINCE'], rows, options);
  },

  async passwd(name: string, options: VaultOptions): Promise<void> {
    await withAccounts(options, async (accounts) => {
      await accounts.checkUser(name);
      await accounts.setPassword(name, await askNewPassword());
    });
    console.log(
      `${name} has a new password, and must log in again everywhere. Kept in ${await placeOf(options)}.`,
    );
  },

  async role(name: string, role: string, options: VaultOptions): Promise<void> {
    checkRole(role, options);
    await withAccounts(options, (accounts) => accounts.setRole(name, role));
    console.log(`${name} can log in as ${role}; kept in ${await placeOf(options)}.`);
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
    const tokens = await withAccounts(options, (accounts) => accounts.tokens());
    const rows = [...tokens].map(([name, { role, createdAt, expiresAt, usedAt }]) => [
      name,
      mark(role),
      createdAt.slice(0, 10),
      usedAt?.slice(0, 10) ?? 'never',
      isLinkToken(name) ? 'next start' : (expiresAt?.slice(0, 10) ?? 'never'),
    ]);
    await printList('tokens', ['NAME', 'ROLE', 'SINCE', 'LAST USED', 'EXPIRES'], rows, options);
  },

  async revoke(name: string, options: VaultOptions): Promise<void> {
    await withAccounts(options, (accounts) => accounts.revokeToken(name));
    console.log(`The token ${name} is no longer valid; kept in ${await placeOf(options)}.`);
  },
};

async function printList(
  what: string,
  head: string[],
  rows: string[][],
  options: VaultOptions,
): Promise<void> {
  console.log(
    rows.length === 0 ? `There are no ${what} in ${await placeOf(options)}.` : table([head, ...rows]),
  );
}

/** The streams on which a secret is typed and asked for. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WritableStream;
}

const STANDARD: Terminal = { input: process.stdin, output: process.stderr };

/** Asks twice, or reads a line if there is no terminal; never an argument, as everybody can see those. Rejects with `option/invalid`. */
export async function askNewPassword(terminal: Terminal = STANDARD): Promise<string> {
  if (terminal.input.isTTY) {
    const password = await ask('Password: ', terminal);
    if ((await ask('Once more: ', terminal)) === password) return password;
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
