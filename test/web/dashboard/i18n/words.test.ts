import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from '../../../../web/dashboard/i18n/en.ts';
import { ptBr } from '../../../../web/dashboard/i18n/pt-br.ts';
import { words } from '../../../../web/dashboard/i18n/words.ts';
import { faultsEn, faultsPtBr, meaningOf } from '../../../../web/shared/faults.ts';

const web = join(import.meta.dirname, '../../../../web/dashboard');
const keys = Object.keys(en).sort();

/** Every key that a source of the dashboard says, also by taking it out of `say` by name. */
function saidKeys(): Set<string> {
  const sources = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  const text = sources.map((path) => readFileSync(join(web, path), 'utf8')).join('\n');
  return new Set([...text.matchAll(/\bsay\.(\w+)/g)].map(([, key]) => key ?? ''));
}

describe('the words of the dashboard', () => {
  it('have the same keys in every language', () => {
    expect(Object.keys(ptBr).sort()).toEqual(keys);
    expect(Object.keys(faultsPtBr).sort()).toEqual(Object.keys(faultsEn).sort());
  });

  it('are all said somewhere, and whatever is said is there', () => {
    expect([...saidKeys()].sort()).toEqual(keys);
  });

  it('are never empty', () => {
    for (const said of [en, ptBr, faultsEn, faultsPtBr]) {
      for (const [key, value] of Object.entries(said)) {
        const text = typeof value === 'function' ? value('1', '2', '3', '4') : value;
        for (const one of typeof text === 'string' ? [text] : Object.values(text)) {
          expect(one, key).toMatch(/\S/);
        }
      }
    }
  });

  it('name every error code that the hub has', () => {
    const source = readFileSync(join(web, '../hub/core/error.ts'), 'utf8');
    const codes = [...source.matchAll(/^ {2}\| '([\w/-]+)'/gm)].map(([, code]) => code);
    expect(Object.keys(faultsEn).sort()).toEqual(codes.sort());
  });

  it('write numbers as each language does', () => {
    expect(words.en.percent(42.25)).toBe('42.3 %');
    expect(words['pt-BR'].percent(42.25)).toBe('42,3 %');
    expect(words['pt-BR'].frequency(40_000)).toBe('40 kHz');
    expect(words.en.frequency(800)).toBe('800 Hz');
    expect([2, 0.00125, 0.0000125].map(words.en.duration)).toEqual(['2 s', '1.25 ms', '12.5 µs']);
    expect(words.en.measure(35, '°')).toBe('35°');
  });

  it('write times as a clock has them, and days as each language does', () => {
    const timeMs = new Date(2026, 10, 24, 14, 5).getTime();
    expect(words.en.timeOfDay(timeMs)).toBe('14:05');
    expect(words['pt-BR'].timeOfDay(timeMs)).toBe('14:05');
    expect(words.en.day(timeMs)).toBe('Nov 24');
    expect(words['pt-BR'].day(timeMs)).toMatch(/^24 de nov/);
    expect(words.en.moment(timeMs)).toBe('Nov 24, 14:05');
    expect(words['pt-BR'].moment(timeMs)).toMatch(/^24 de nov.*14:05$/);
  });
});

describe('the meaning of an error', () => {
  it('is given for a code that is known, and for no other', () => {
    expect(meaningOf(faultsEn, 'topic/invalid')).toBe(faultsEn['topic/invalid']);
    for (const code of ['new/code', '', 'constructor', '__proto__', 'toString']) {
      expect(meaningOf(faultsEn, code)).toBeUndefined();
    }
  });
});
