import { PassThrough, type Readable, Writable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { askNewPassword, type Terminal } from '../../../hub/cli/accounts.ts';
import { wordsOf } from '../../../hub/cli/languages/index.ts';

describe('a password that is asked for', () => {
  function createTerminal(isTTY: boolean): { terminal: Terminal; input: PassThrough; shown: () => string } {
    const input = Object.assign(new PassThrough(), { isTTY, setRawMode: () => input });
    let shown = '';
    const output = new Writable({
      write(chunk, _encoding, done) {
        shown += String(chunk);
        done();
      },
    });
    const terminal = { input: input as Readable as NodeJS.ReadStream, output };
    return { terminal, input, shown: () => shown };
  }

  /** Answers each question as it comes. */
  async function type(answers: readonly string[]) {
    const { terminal, input, shown } = createTerminal(true);
    const asked = askNewPassword(wordsOf({}), terminal);
    asked.catch(() => undefined); // The test checks the rejection below.
    for (const [index, answer] of answers.entries()) {
      await vi.waitUntil(() => shown().split(': ').length > index + 1);
      input.write(`${answer}\r`);
    }
    return { asked, shown };
  }

  it('on a terminal is asked twice, and never shown', async () => {
    const { asked, shown } = await type(['correct horse', 'correct horse']);
    expect(await asked).toBe('correct horse');
    expect(shown()).toBe('Password: \nOnce more: \n');
  });

  it('on a terminal must be the same both times', async () => {
    const { asked } = await type(['correct horse', 'correct hores']);
    await expect(asked).rejects.toThrow(/not the same/);
  });

  it('elsewhere is the first line', async () => {
    const { terminal, input } = createTerminal(false);
    input.end('correct horse\nand more\n');
    expect(await askNewPassword(wordsOf({}), terminal)).toBe('correct horse');
    const marked = createTerminal(false);
    marked.input.end('\ufeffcorrect horse\r\n');
    expect(await askNewPassword(wordsOf({}), marked.terminal), 'without the mark of its encoding').toBe(
      'correct horse',
    );
    const latin = createTerminal(false);
    latin.input.end(Buffer.from('olá', 'latin1'));
    await expect(askNewPassword(wordsOf({}), latin.terminal)).rejects.toThrow(/not in UTF-8/);
    const empty = createTerminal(false);
    empty.input.end('');
    await expect(askNewPassword(wordsOf({}), empty.terminal)).rejects.toMatchObject({
      code: 'option/invalid',
    });
  });
});
