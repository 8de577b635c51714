import { describe, expect, it } from 'vitest';
import { readCircuit, writeCircuit } from '../../../../web/simulator/circuit/circuit-json.ts';
import { EXAMPLES } from '../../../../web/simulator/circuit/examples.ts';
import { readShareCode, writeShareCode } from '../../../../web/simulator/circuit/share-code.ts';
import { course } from './build.ts';

function problemOf(text: string) {
  const read = readCircuit(text);
  return read.ok ? undefined : read.problem;
}

const NAMED = { ...course(), name: 'Lâmpada' };

describe('a circuit as JSON', () => {
  it('is written as docs/simulator.md shows it', () => {
    expect(JSON.parse(writeCircuit(NAMED))).toEqual({
      version: 1,
      name: 'Lâmpada',
      parts: { resistor1: { at: 'c2', variant: '220' }, led1: { at: 'e8', variant: 'red' } },
      wires: {
        wire1: ['pin40', 'a2', 'red'],
        wire2: ['a9', 'bottom-9', 'red'],
        wire3: ['pin39', 'bottom-1', 'red'],
      },
    });
  });

  it.each<[string, string, unknown]>([
    ['no JSON', '{"version":', { code: 'circuit/no-json' }],
    ['a list', '[]', { code: 'circuit/unfit', where: '', expected: 'an object' }],
    ['another version', '{"version":2}', { code: 'circuit/unknown-version', version: '2' }],
    [
      'a part of no kind',
      '{"version":1,"parts":{"lamp1":{"at":"e8"}}}',
      { code: 'circuit/unfit', where: 'parts.lamp1', expected: expect.stringContaining('led1') },
    ],
    [
      'a prototype',
      '{"version":1,"parts":{"__proto__":{"at":"e8"}}}',
      { code: 'circuit/unfit', where: 'parts.__proto__', expected: expect.anything() },
    ],
    [
      'a hole that is not there',
      '{"version":1,"parts":{"led1":{"at":"top+6"}}}',
      { code: 'circuit/unfit', where: 'parts.led1.at', expected: expect.stringContaining('e12') },
    ],
    [
      'two parts in one hole',
      '{"version":1,"parts":{"led1":{"at":"e8"},"led2":{"at":"e9"}}}',
      {
        code: 'circuit/refused',
        where: 'parts.led2',
        refusal: { code: 'circuit/occupied', terminal: 'e9', by: 'led1' },
      },
    ],
    [
      'a wire with one end',
      '{"version":1,"wires":{"wire1":["pin40"]}}',
      { code: 'circuit/unfit', where: 'wires.wire1', expected: expect.stringContaining('pin40') },
    ],
    [
      'a wire to a part that is not there',
      '{"version":1,"wires":{"wire1":["pin40","servo1.power","red"]}}',
      {
        code: 'circuit/refused',
        where: 'wires.wire1',
        refusal: { code: 'circuit/no-terminal', terminal: 'servo1.power' },
      },
    ],
    ['too much', `{"version":1,"name":"${'é'.repeat(9000)}"}`, { code: 'circuit/too-large', limit: 16_384 }],
  ])('is not %s', (_, text, problem) => {
    expect(problemOf(text)).toEqual(problem);
  });

  it('leaves out what is as usual', () => {
    expect(readCircuit('{"version":1}')).toEqual({
      ok: true,
      circuit: { name: '', parts: [], wires: [] },
    });
    const read = readCircuit('{"version":1,"parts":{"led3":{"at":"e8"}}}');
    expect(read).toMatchObject({ ok: true, circuit: { parts: [{ id: 'led3', variant: 'red', turn: 0 }] } });
  });
});

describe('a share code', () => {
  it.each(EXAMPLES)('is short, fit for an address, and the same circuit again: $key', async ({ circuit }) => {
    const code = await writeShareCode(circuit);
    expect(code).toMatch(/^[\w-]{1,400}$/);
    expect(await readShareCode(code)).toEqual({ ok: true, circuit });
  });

  it('that is damaged, cut off or empty is a problem', async () => {
    const code = await writeShareCode(NAMED);
    const damaged = [code.slice(0, -9), `x${code}`, '', 'ä', 'A', '____'];
    const read = await Promise.all(damaged.map(readShareCode));
    expect(read.map(({ ok }) => ok)).toEqual(damaged.map(() => false));
  });

  it('does not unfold to more than a circuit may have', async () => {
    const bomb = new Blob([new Uint8Array(500_000)]).stream();
    const packed = await new Response(bomb.pipeThrough(new CompressionStream('deflate-raw'))).bytes();
    const code = Buffer.from(packed).toString('base64url');
    expect(await readShareCode(code)).toEqual({
      ok: false,
      problem: { code: 'circuit/too-large', limit: 16_384 },
    });
  });
});
