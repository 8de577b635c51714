import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, readText } from '../../../hub/files/files.ts';

const ENCODERS: readonly (readonly [string, (text: string) => Uint8Array])[] = [
  ['UTF-8 with a byte-order mark', (text) => Buffer.from(`\ufeff${text}`)],
  ['UTF-16 LE with one', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16 BE with one', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
];

/** Text without NUL, as people write it. */
const text = fc.string({ unit: 'grapheme' }).filter((one) => !/[\0\ufeff]/.test(one));

describe('text that a person wrote', () => {
  it.each(ENCODERS)('is the same in UTF-8 and in %s', (_title, encode) => {
    fc.assert(
      fc.property(text, (wanted) => {
        expect(decodeText(encode(wanted))).toBe(wanted);
        expect(decodeText(Buffer.from(wanted))).toBe(wanted);
      }),
    );
  });

  it.each([
    ['Latin-1', Buffer.from('joão', 'latin1'), 'it is not in UTF-8'],
    ['UTF-16 without a mark', Buffer.from('joão', 'utf16le'), 'it has NUL bytes'],
    ['half a character of UTF-16', Buffer.from('fffe61', 'hex'), 'it is not in UTF-16LE'],
    ['UTF-32', Buffer.from('fffe000061000000', 'hex'), 'it is in UTF-32LE'],
  ])('is refused in %s, with the reason', (_title, bytes, reason) => {
    expect(() => decodeText(bytes)).toThrow(`${reason}; save it as text in UTF-8`);
  });

  it('may have comments in any encoding if it is PEM', () => {
    const pem = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';
    expect(decodeText(Buffer.from(`friendlyName: João\n${pem}`, 'latin1'))).toContain(pem);
  });

  it('is named when it cannot be read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pinhub-text-'));
    const path = join(folder, 'token');
    writeFileSync(path, Buffer.from('joão', 'latin1'));
    expect(() => readText(path)).toThrow(`${JSON.stringify(path)} cannot be read: it is not in UTF-8`);
    expect(() => readText(join(folder, 'none'))).toThrow(/"[^"]*none" cannot be read: ENOENT/);
    rmSync(folder, { recursive: true });
  });
});
