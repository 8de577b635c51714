import { HubError, quote } from '../core/error.ts';

/** The longest nickname: characters as people count them, and code units, as one character may have many. */
const MAX_CHARACTERS = 24;
const MAX_LENGTH = 96;

/** Characters that a screen does not show: controls, unassigned code points, lone surrogates, characters that Unicode calls ignorable, and the blank of Braille. */
const UNSEEN = /(?!\u200c|\u200d|\ufe0f)[\p{C}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Joiners and emoji selectors without a character that they could join or change. */
const LOOSE_JOINERS =
  /(?<![^\s\u0000-\u007f])(?:\u200c|\u200d|\ufe0f)+|(?:\u200c|\u200d)+(?=[\s\u200c\u200d]|$)/gu;

/** More marks on one letter than any language uses: they would cover the lines above and below. */
const STACKED_MARKS = /(\p{M}{4})\p{M}+/gu;

/** A nickname as it is shown: any letters, digits and emoji, on one line, in NFC. Throws `option/invalid` if it has no visible characters, or is too long. */
export function parseNickname(value: unknown): string {
  const typed = typeof value === 'string' ? value : '';
  if (typed.length > MAX_LENGTH * 4) throw tooLong(typed);
  const seen = typed
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(UNSEEN, '')
    .replace(LOOSE_JOINERS, '')
    .replace(STACKED_MARKS, '$1')
    .replace(/ +/g, ' ')
    .trim()
    .normalize('NFC');
  if (!/[^\p{M}\p{Z}\p{Default_Ignorable_Code_Point}]/u.test(seen))
    throw new HubError('option/invalid', `${quote(value)} is not a nickname: it has no visible characters`);
  if (seen.length > MAX_LENGTH || countCharacters(seen) > MAX_CHARACTERS) throw tooLong(typed);
  return seen;
}

function countCharacters(text: string): number {
  return [...new Intl.Segmenter().segment(text)].length;
}

function tooLong(typed: string): HubError {
  return new HubError(
    'option/invalid',
    `${quote(typed, 24)} is too long for a nickname: it has at most ${MAX_CHARACTERS} characters`,
  );
}

/** For nicknames without a letter or digit, such as emoji. */
const NAMELESS = 'seat';

/** The longest level without its number, code points. */
const MAX_LEVEL = 24;

/**
 * The topic level of a nickname: its letters, marks and digits in small letters, with `-` between words. In NFKC, in which letters that
 * differ in style alone are the same. It has no meaning of its own in a topic filter, whatever the nickname is.
 */
export function levelOf(nickname: string): string {
  const level = nickname
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKC')
    .replace(/(?<![\p{L}\p{M}\p{N}])\p{M}+/gu, '')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-');
  const short = [...level.replace(/^-/, '')].slice(0, MAX_LEVEL).join('').replace(/-$/, '');
  return short === '' ? NAMELESS : short;
}

/** The first free level: itself, or with a number behind it. */
export function freeLevel(level: string, isTaken: (level: string) => boolean): string {
  if (!isTaken(level)) return level;
  for (let number = 2; ; number++) if (!isTaken(`${level}-${number}`)) return `${level}-${number}`;
}

/** Letters and digits that look like a Latin small letter, by that letter. */
const ALIKE = new Map(
  Object.entries({
    a: 'аɑα',
    b: 'ЬЪ',
    c: 'сϲ',
    d: 'ԁ',
    e: 'еҽ',
    g: 'ɡ',
    h: 'һ',
    i: 'іıι1l|',
    j: 'јϳ',
    k: 'кκ',
    m: 'м',
    n: 'п',
    o: 'оο0օ',
    p: 'рρ',
    q: 'ԛ',
    s: 'ѕ',
    t: 'тτ',
    u: 'υս',
    v: 'ѵν',
    w: 'ԝω',
    x: 'хχ',
    y: 'уүγ',
  }).flatMap(([letter, others]) => Array.from(others, (other) => [other, letter] as const)),
);

/** The level as it looks from afar: two that a teacher could take for one another are equal. */
export function looksOf(level: string): string {
  const plain = level.normalize('NFD').replace(/\p{M}/gu, '');
  return Array.from(plain, (letter) => ALIKE.get(letter) ?? letter).join('');
}
