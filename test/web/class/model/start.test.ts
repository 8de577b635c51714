import { describe, expect, it } from 'vitest';
import { readStart } from '../../../../web/class/model/start.ts';
import { words } from '../../../../web/class/words.ts';

const { en } = words;
const { say } = en;

function formOf(fields: Readonly<Record<string, string | File>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

describe('a start', () => {
  const circuit = new File(['{"version":1,"parts":{},"wires":{}}'], 'c.json');
  const program = new File(['<p>Olá'], 'lamp.html');
  const nothing = new File([], '');

  it('has what is filled in, and null for what is taken back', async () => {
    const all = formOf({ values: 'a = 1', circuit, program });
    expect(await readStart(all, en)).toEqual({
      values: { a: '1' },
      circuit: { version: 1, parts: {}, wires: {} },
      program: '<p>Olá',
    });
    const some = formOf({ values: ' ', circuit: nothing, program, takeBack: 'circuit' });
    expect(await readStart(some, en)).toEqual({ program: '<p>Olá', circuit: null });
  });

  it('is handed out rather than taken back if somebody asks for both', async () => {
    expect(await readStart(formOf({ values: 'a = 1', takeBack: 'values' }), en)).toEqual({
      values: { a: '1' },
    });
  });

  it('is nothing, or no circuit, in the words of the page', async () => {
    const empty = formOf({ values: '', circuit: nothing, program: nothing });
    await expect(readStart(empty, en)).rejects.toThrow(say.handOutNothing);
    for (const text of ['[]', '{"x":1}', '{"version":1,"parts":[]}', 'null', '<svg>'])
      await expect(readStart(formOf({ circuit: new File([text], 'x') }), en)).rejects.toThrow(
        say.handOutBadCircuit,
      );
  });
});
