import { describe, expect, it } from 'vitest';
import { parseAccountName } from '../../../../hub/access/accounts/account-name.ts';

describe('an account name', () => {
  it.each(['ana', 'joão', 'ana.b@lab-2', '_x', '李', '7', '__proto__', 'a'.repeat(64)])(
    'may be %j',
    (name) => {
      expect(parseAccountName(name)).toBe(name);
    },
  );

  it('is the same however an accent was typed', () => {
    expect(parseAccountName('joão'.normalize('NFD'))).toBe('joão');
  });

  it.each([
    '',
    '+',
    '#',
    'a/b',
    '$SYS',
    'a b',
    'a\n',
    '-x',
    '.x',
    'a'.repeat(65),
    'token',
    'anyone',
    7,
    null,
    '＋',
  ])('may not be %j', (name) => {
    expect(() => parseAccountName(name)).toThrow(/name/);
  });
});
