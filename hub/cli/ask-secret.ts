import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { HubError } from '../core/error.ts';
import { decodeText } from '../files/files.ts';

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
