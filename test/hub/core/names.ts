import { MAX_TOPIC_BYTES, MAX_TOPIC_LEVELS } from '../../../hub/core/topic.ts';

/** Invalid topic names and filters by MQTT 5, 4.7, and the reasons. */
export const NO_NAMES: readonly [title: string, value: unknown][] = [
  ['nothing', ''],
  ['a NUL', 'a\0b'],
  ['65,536 bytes of ASCII', 'a'.repeat(MAX_TOPIC_BYTES + 1)],
  ['65,536 bytes in fewer characters', 'é'.repeat((MAX_TOPIC_BYTES + 1) / 2)],
  ['three bytes a character, just too many', '€'.repeat(MAX_TOPIC_BYTES / 3 + 1)],
  ['a high surrogate alone', 'a\ud83d'],
  ['a low surrogate alone', '\udca1a'],
  [
    '1,001 levels',
    Array(MAX_TOPIC_LEVELS + 1)
      .fill('a')
      .join('/'),
  ],
  ['1,001 empty levels', '/'.repeat(MAX_TOPIC_LEVELS)],
  ['a number', 42],
  ['null', null],
  ['undefined', undefined],
  ['an array', ['a']],
  ['an object with toString', { toString: () => 'a' }],
  ['a String object', new String('a')],
  ['bytes', new Uint8Array([97])],
];

/** Topic names that look odd and are allowed. */
export const ODD_NAMES: readonly [title: string, name: string][] = [
  ['a slash alone', '/'],
  ['empty levels', '//a//'],
  ['a leading slash', '/a'],
  ['a trailing slash', 'a/'],
  ['a space', ' '],
  ['spaces', 'a b/ c '],
  ['a dollar', '$a/b'],
  ['a byte order mark', '\ufeffa'],
  ['a pair of surrogates', '💡'],
  ['65,535 bytes of ASCII', 'a'.repeat(MAX_TOPIC_BYTES)],
  ['65,535 bytes, three a character', '€'.repeat(MAX_TOPIC_BYTES / 3)],
  ['1,000 levels', Array(MAX_TOPIC_LEVELS).fill('a').join('/')],
  ['names of JavaScript', '__proto__/constructor'],
  ['control characters', 'a\tb\u0001'],
];
