import { describe, expect, it } from 'vitest';
import { freeLevel, levelOf, looksOf, parseNickname } from '../../../hub/classroom/nickname.ts';

describe('a nickname', () => {
  it.each([
    ['  Ana   Clara ', 'Ana Clara', 'ana-clara'],
    ['Zoe\u0308', 'Zoë', 'zoë'],
    ['हिन्दी', 'हिन्दी', 'हिन्दी'],
    ['می\u200cخواهم', 'می\u200cخواهم', 'میخواهم'],
    ['ＡＮＡ', 'ＡＮＡ', 'ana'],
    ['👩\u200d🔬 Zoé', '👩\u200d🔬 Zoé', 'zoé'],
    ['❤\ufe0f\u200d🔥', '❤\ufe0f\u200d🔥', 'seat'],
    ['+/#', '+/#', 'seat'],
    ['$SYS', '$SYS', 'sys'],
    ['../led', '../led', 'led'],
    ['=1+1', '=1+1', '1-1'],
    ['\u202eanA\u200f', 'anA', 'ana'],
    ['A\u200bn\u00ada', 'Ana', 'ana'],
    ['a\nb\u0007c', 'a bc', 'a-bc'],
    [`a${'\u0300\u0301'.repeat(9)}`, 'à\u0301\u0300\u0301\u0300', 'à\u0301\u0300\u0301\u0300'],
  ])('%j is shown as %j, and its level is %j', (typed, shown, level) => {
    expect(parseNickname(typed)).toBe(shown);
    expect(levelOf(shown)).toBe(level);
  });

  it.each(['', '   ', '\u200f', '\u3164', '\u2800', '\u0301', '\ud800', undefined, 7])(
    'that nobody can see, %j, is refused',
    (typed) => {
      expect(() => parseNickname(typed)).toThrow('no visible characters');
    },
  );

  it.each(['x'.repeat(25), 'x'.repeat(10_240), '👨\u200d👩\u200d👧\u200d👦'.repeat(10)])(
    'that is too long is refused, and not repeated in whole',
    (typed) => {
      expect(() => parseNickname(typed)).toThrow(/^"[^"]{1,60}" is too long .* at most 24 characters$/);
    },
  );
});

describe('a level', () => {
  it('gets a number if a similar-looking one is taken', () => {
    const taken = new Set(['ana', 'ana-2', 'led'].map(looksOf));
    const free = (nickname: string) => freeLevel(levelOf(nickname), (level) => taken.has(looksOf(level)));
    expect(free('Ana')).toBe('ana-3');
    expect(free('аnа')).toBe('аnа-3'); // Two of the letters are Cyrillic.
    expect(free('Aná')).toBe('aná-3');
    expect(free('LED')).toBe('led-2');
    expect(free('1ed')).toBe('1ed-2');
    expect(free('Bia')).toBe('bia');
  });
});
