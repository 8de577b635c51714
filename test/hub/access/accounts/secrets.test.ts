import { scryptSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createDecoyHash,
  hashPassword,
  isPassword,
  parseNewPassword,
  preparePassword,
} from '../../../../hub/access/accounts/secrets.ts';

describe('a kept password', () => {
  it('is scrypt of the password, with its parameters beside it', async () => {
    const hash = await hashPassword('correct horse');
    expect(JSON.parse(JSON.stringify(hash))).toEqual(hash);
    const { cost: N, blockSize: r, parallelization: p } = hash;
    const key = scryptSync('correct horse', Buffer.from(hash.salt, 'base64'), 32, {
      N,
      r,
      p,
      maxmem: 2 ** 28,
    });
    expect(hash.key).toBe(key.toString('base64'));
    expect(128 * N * r).toBe(32 * 2 ** 20);
  });

  it('is distinguished from others by its parameters', async () => {
    const hash = await hashPassword('correct horse');
    expect(await isPassword('correct horse', hash)).toBe(true);
    expect(await isPassword('correct horsf', hash)).toBe(false);
    expect(await isPassword('', hash)).toBe(false);
    expect(await isPassword('correct horse', { ...hash, cost: 2 ** 14 })).toBe(false);
  });

  it('is different each time, so that equal passwords do not show', async () => {
    const [one, other] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
    expect(one.salt).not.toBe(other.salt);
    expect(one.key).not.toBe(other.key);
  });

  it('that is a decoy fits nothing and costs the same', async () => {
    const decoy = createDecoyHash();
    const { salt: _salt, key: _key, ...costs } = decoy;
    expect(await hashPassword('correct horse')).toMatchObject(costs);
    expect(await isPassword('', decoy)).toBe(false);
  });

  it('is the same however an accent was typed', async () => {
    const hash = await hashPassword(parseNewPassword('coração livre'.normalize('NFD')));
    expect(await isPassword('coração livre'.normalize('NFC'), hash)).toBe(true);
  });
});

describe('preparing a password', () => {
  // RFC 4013, 3.
  it.each([
    ['I\u00ADX', 'IX'],
    ['user', 'user'],
    ['USER', 'USER'],
    ['\u00AA', 'a'],
    ['\u2168', 'IX'],
    ['\u0007', undefined],
    ['a\u00A0b', 'a b'],
    ['', undefined],
    ['\ud800', undefined],
    ['x'.repeat(2_000), undefined],
  ])('%j becomes %j', (text, prepared) => {
    expect(preparePassword(text)).toBe(prepared);
  });

  it.each(['short', '1234567', 'x'.repeat(300), 'line\nbreak!'])('refuses %j as a new one', (text) => {
    expect(() => parseNewPassword(text)).toThrow(/a password/);
  });
});
