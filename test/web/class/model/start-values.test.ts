import { describe, expect, it } from 'vitest';
import { checkValue } from '../../../../devices/check-value.ts';
import { parseHandOut } from '../../../../hub/classroom/hand-outs.ts';
import { HAND_OUT_LIMITS } from '../../../../hub/client/api/class-api.ts';
import { readStart } from '../../../../web/class/model/start.ts';
import { describeRefused, parseValues } from '../../../../web/class/model/start-values.ts';
import { words } from '../../../../web/class/words.ts';
import { Said } from '../../../../web/shared/said.ts';

const { en } = words;
const pt = words['pt-BR'];

describe('values as a teacher types them', () => {
  it('are one a line, with spaces wherever they fall, and an equals sign in the value', () => {
    expect(parseValues('led/21/duty = 30\r\n\n  note=a = b  \nled/21/effect =\n', en)).toEqual({
      'led/21/duty': '30',
      note: 'a = b',
      'led/21/effect': '',
    });
  });

  it.each(['led/21/duty', '= 30', 'led 21 = 30'])('are no line such as %j', (line) => {
    expect(() => parseValues(line, en)).toThrow(en.say.handOutBad(line));
  });
});

const { values: MOST, pathLength, valueLength, circuitBytes, programBytes } = HAND_OUT_LIMITS;
const many = (count: number) => Array.from({ length: count }, (_, index) => `note/${index} = 1`).join('\n');
/** A circuit that takes this many bytes as JSON. */
const circuitOf = (bytes: number) => {
  const circuit = { version: 1, name: '', parts: {}, wires: {} };
  return JSON.stringify({ ...circuit, name: 'x'.repeat(bytes - JSON.stringify(circuit).length) });
};

function formOf(field: string, content: string): FormData {
  const form = new FormData();
  form.append(field, field === 'values' ? content : new File([content], 'file'));
  return form;
}

/** The same circuit as the hub would get it if the page did not check it first. */
function sentAs(field: string, content: string): object {
  if (field === 'circuit') return { circuit: JSON.parse(content) };
  if (field === 'program') return { program: content };
  const lines = content.split('\n').map((line) => line.split(' = '));
  return { values: Object.fromEntries(lines) };
}

describe('what the hub would refuse', () => {
  it.each([
    ['values', 'led/+/duty = 30'],
    ['values', '#/duty = 30'],
    ['values', 'led/21/duty/actual = 30'],
    ['values', 'led/21/status = online'],
    ['values', `${'a'.repeat(pathLength + 1)} = 1`],
    ['values', `note = ${'a'.repeat(valueLength + 1)}`],
    ['values', many(MOST + 1)],
    ['circuit', circuitOf(circuitBytes + 1)],
    ['program', 'é'.repeat(programBytes / 2 + 1)],
  ])('is said in the words of the page: %s %.30s', async (field, content) => {
    expect(() => parseHandOut(sentAs(field, content))).toThrow();
    for (const spoken of [en, pt])
      await expect(readStart(formOf(field, content), spoken)).rejects.toThrow(Said);
  });

  it.each([
    ['values', `${'a'.repeat(pathLength)} = ${'a'.repeat(valueLength)}`],
    ['values', many(MOST)],
    ['circuit', circuitOf(circuitBytes)],
    ['program', 'é'.repeat(programBytes / 2)],
  ])('is not refused earlier by the page: %s %.30s', async (field, content) => {
    expect(parseHandOut(sentAs(field, content))).not.toEqual([]);
    await readStart(formOf(field, content), pt);
  });
});

/** The message of the hub for a value that a device would refuse. */
function refusalOf(path: string, value: string): string {
  try {
    checkValue(path, value);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return '';
}

describe('a value that every device would refuse', () => {
  const { handOutAllowed, handOutRefused } = pt.say;

  it.each([
    ['led/21/duty', 'banana', handOutAllowed.duty],
    ['led/21/effect', 'dance', handOutAllowed.effect],
    ['rgb/5-6-13/color', 'red', handOutAllowed.color],
    ['servo/18/angle', 'up', handOutAllowed.number],
  ])('is named with what is allowed, in the words of the page: %s = %s', (path, value, allowed) => {
    const values = { 'led/21/frequency': '100', [path]: value };
    expect(describeRefused(values, pt, refusalOf(path, value))).toBe(
      handOutRefused(`${path} = ${value}`, allowed),
    );
  });

  it('is not guessed from another message', () => {
    expect(describeRefused({ 'led/21/duty': '30' }, pt, 'something else')).toBeUndefined();
  });
});
