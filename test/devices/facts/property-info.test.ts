import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_PROPERTIES, PROPERTY_TYPES, readProperties } from '../../../devices/facts/property-info.ts';

const only = (schema: unknown) => readProperties({ x: schema });

describe('the properties of a description', () => {
  it('are read in their order, with what is left out', () => {
    const { properties, problems } = readProperties({
      temperature: { type: 'number', unit: '°C', name: 'Temperature' },
      on: { type: 'boolean', settable: true },
    });
    expect(problems).toEqual([]);
    expect(properties).toMatchObject([
      {
        property: 'temperature',
        type: 'number',
        name: 'Temperature',
        unit: '°C',
        isSettable: false,
        hasActual: true,
        isMomentary: false,
      },
      { property: 'on', type: 'boolean', unit: '', isSettable: true },
    ]);
  });

  it.each(['', '  '])('have no name if it is blank: %j', (name) => {
    expect(only({ type: 'number', name }).properties).toMatchObject([{ name: undefined }]);
  });

  it('may be none', () => {
    expect(readProperties(undefined)).toEqual({ properties: [], problems: [] });
  });

  it('make a trigger something that can be set off, says nothing, and is never retained', () => {
    expect(only({ type: 'trigger' }).properties).toMatchObject([
      { isSettable: true, hasActual: false, isMomentary: true },
    ]);
  });

  it.each([
    [{ type: 'temperature' }, 'type'],
    [{}, 'type'],
    ['number', 'object'],
    [null, 'object'],
    [[], 'object'],
    [{ type: 'number', min: '0' }, 'number'],
    [{ type: 'number', step: 0 }, 'number'],
    [{ type: 'number', min: 10, max: 0 }, 'range'],
    [{ type: 'choice' }, 'options'],
    [{ type: 'choice', options: [] }, 'options'],
    [{ type: 'choice', options: [1] }, 'options'],
    [{ type: 'boolean', settable: 'yes' }, 'flag'],
    [{ type: 'number', settable: true, momentary: true }, 'momentary'],
    [{ type: 'choice', options: ['a'], momentary: true }, 'momentary'],
    [{ type: 'color', momentary: true }, 'momentary'],
    [{ type: 'text', momentary: true }, 'momentary'],
    [{ type: 'number', unit: 5 }, 'text'],
    [{ type: 'number', unit: 'x'.repeat(1000) }, 'text'],
    [{ type: 'number', min: { toString: {} }, max: 1 }, 'number'],
    [{ type: 'number', step: { valueOf: 1, toString: 1 } }, 'number'],
  ])('that are wrong are reported with the reason: %j', (schema, fault) => {
    const { properties, problems } = only(schema);
    expect(properties).toEqual([]);
    expect(problems).toMatchObject([{ property: 'x', fault }]);
    expect(problems[0]?.detail.length).toBeLessThanOrEqual(100);
  });

  it.each(['a/b', '+', '#', '', 'status', 'info', 'actual', 'error'])('cannot be called %j', (name) => {
    expect(readProperties({ [name]: { type: 'number' } }).problems).toMatchObject([{ fault: 'property' }]);
  });

  it('that are valid are kept, and the others are reported', () => {
    const { properties, problems } = readProperties({ good: { type: 'text' }, bad: 1 });
    expect(properties.map(({ property }) => property)).toEqual(['good']);
    expect(problems.map(({ property }) => property)).toEqual(['bad']);
  });

  it('are no more than a page can handle', () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`p${n}`, { type: 'text' }]));
    const { properties, problems } = readProperties(many);
    expect(properties).toHaveLength(MAX_PROPERTIES);
    expect(problems).toMatchObject([{ fault: 'count', detail: '1000' }]);
  });

  it('may be anything that JSON can say: each becomes a property or a problem', () => {
    const schema = fc.record(
      {
        type: fc.oneof(fc.constantFrom(...PROPERTY_TYPES), fc.jsonValue()),
        min: fc.jsonValue(),
        max: fc.jsonValue(),
        options: fc.jsonValue(),
        settable: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), schema)), (value) => {
        const { properties, problems } = readProperties(value);
        for (const { type, min, max } of properties) {
          expect(PROPERTY_TYPES).toContain(type);
          if (min !== undefined && max !== undefined) expect(min).toBeLessThan(max);
        }
        for (const { detail } of problems) expect(typeof detail).toBe('string');
      }),
    );
  });
});
