import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { roleName, sessionWords } from '../../../web/shared/session-words.ts';

const root = join(import.meta.dirname, '../../..');
const { en, 'pt-BR': ptBr } = sessionWords;
const keys = Object.keys(en.tell).sort();

/** Every key that a source of the pages tells. */
function toldKeys(): Set<string> {
  const text = readdirSync(join(root, 'web'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join(root, 'web', path), 'utf8'))
    .join('\n');
  return new Set([...text.matchAll(/\btell\.(\w+)/g)].map(([, key]) => key ?? ''));
}

describe('the words that all pages share', () => {
  it('have the same keys in every language, and say something else in each', () => {
    expect(Object.keys(ptBr.tell).sort()).toEqual(keys);
    expect(keys.filter((key) => Reflect.get(en.tell, key) === Reflect.get(ptBr.tell, key))).toEqual([]);
  });

  it('are all said somewhere, and whatever is said is there', () => {
    expect([...toldKeys()].sort()).toEqual(keys);
  });

  it('name the roles that there always are, and others by the name that they were given', () => {
    expect([roleName(en, 'viewer'), roleName(ptBr, 'viewer')]).toEqual(['viewer', 'observador']);
    expect(['pupil', 'constructor', ''].map((role) => roleName(ptBr, role))).toEqual([
      'pupil',
      'constructor',
      '',
    ]);
  });
});
