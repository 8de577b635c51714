import { describe, expect, it } from 'vitest';
import { parseValues, readStart } from '../../../../web/class/model/start.ts';
import { words } from '../../../../web/class/words.ts';

const { en } = words;
const { say } = en;

function formOf(fields: Readonly<Record<string, string | File>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

describe('values as a teacher types them', () => {
  it('are one per line, with spaces anywhere, and an equals sign in the value', () => {
    expect(parseValues('led/21/duty = 30\r\n\n  note=a = b  \nled/21/effect =\n', en)).toEqual({
      'led/21/duty': '30',
      note: 'a = b',
      'led/21/effect': '',
    });
  });

  it.each(['led/21/duty', '= 30', 'led 21 = 30'])('may not be lines such as %j', (line) => {
    expect(() => parseValues(line, en)).toThrow(say.handOutBad(line));
  });
});

describe('a start', () => {
  const circuit = new File(['{"version":1,"parts":{},"wires":{}}'], 'c.json');
  const program = new File(['<p>Olá'], 'lamp.html');
  const nothing = new File([], '');

  it('has the filled-in values, and null for values that are taken back', async () => {
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
