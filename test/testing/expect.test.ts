import { describe, expect, it } from 'vitest';
import { expect as check } from '../contracts/expect.ts';

const passes = (work: () => unknown) => expect(work).not.toThrow();
const fails = (work: () => unknown) => expect(work).toThrow(/expected/);

describe('The checks of the contracts', () => {
  it('compare whole values, but for properties that are undefined', () => {
    passes(() => check({ a: [1, { b: 2 }] }).toEqual({ a: [1, { b: 2 }], c: undefined }));
    passes(() => check(new Map([['a', { b: 1 }]])).toEqual(new Map([['a', { b: 1 }]])));
    fails(() => check({ a: 1, b: 2 }).toEqual({ a: 1 }));
    fails(() => check([1, 2]).toEqual([1]));
    fails(() => check([1]).toEqual({ 0: 1 }));
    fails(() => check(new Map([['a', 1]])).toEqual(new Map([['a', 2]])));
    fails(() => check(Uint8Array.of(1)).toEqual(Uint8Array.of(2)));
  });

  it('match parts of objects, and whole lists', () => {
    passes(() => check({ a: 1, b: { c: 2, d: 3 } }).toMatchObject({ b: { c: 2 } }));
    fails(() => check({ b: { c: 2 } }).toMatchObject({ b: { c: 3 } }));
    fails(() => check([{ a: 1 }, { a: 2 }]).toMatchObject([{ a: 1 }]));
    fails(() => check('text').toMatchObject({ length: 5 }));
  });

  it('know patterns of texts', () => {
    passes(() => check({ a: 'free are 2' }).toEqual({ a: check.stringMatching(/are \d/) }));
    fails(() => check({ a: 'none' }).toEqual({ a: check.stringContaining('some') }));
  });

  it('compare numbers and types', () => {
    fails(() => check(1).toBe(2));
    fails(() => check(1).toBeGreaterThan(1));
    fails(() => check(1).toBeLessThan(1));
    fails(() => check(1).toBeGreaterThanOrEqual(2));
    fails(() => check(1).toBeLessThanOrEqual(0));
    fails(() => check(1).toBeCloseTo(1.1));
    fails(() => check([]).toHaveLength(1));
    fails(() => check(1).toBeUndefined());
    fails(() => check({}).toBeInstanceOf(Error));
  });

  it('look into rejections, and miss them', async () => {
    const error = Object.assign(new Error('not this one'), { code: 'a/b' });
    await check(Promise.reject(error)).rejects.toThrow('this one');
    await check(Promise.reject(error)).rejects.toMatchObject({ code: 'a/b' });
    await expect(check(Promise.reject(error)).rejects.toThrow('another')).rejects.toThrow(/expected/);
    await expect(check(Promise.resolve(1)).rejects.toMatchObject({})).rejects.toThrow(/a rejection/);
  });
});
