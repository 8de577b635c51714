import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { HubError } from '../core/error.ts';

/** Where a secret is typed, and where it is asked for. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WritableStream;
}

/**
 * Asks for a new password: twice on a terminal, without showing it; else its first line is the password. It never stands in the
 * command line, which everybody on the machine can see. Rejects with `option/invalid` where there is none, or the two differ.
 */
export async function askNewPassword(terminal: Terminal = standard()): Promise<string> {
  if (!terminal.input.isTTY) return firstLine(await text(terminal.input));
  const password = await ask('Password: ', terminal);
  if ((await ask('Once more: ', terminal)) === password) return password;
  throw new HubError('option/invalid', 'the two passwords are not the same');
}

function standard(): Terminal {
  return { input: process.stdin, output: process.stderr };
}

function firstLine(given: string): string {
  const [line = ''] = given.split(/\r?\n/, 1);
  if (line !== '') return line;
  throw new HubError('option/invalid', 'there is no password on the standard input');
}

/** What is typed goes to nobody's eyes. */
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
