import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LANGUAGE_TAGS, type Language } from '../../../web/languages/index.ts';
import { meaningOf, roleName } from '../../../web/shared/words.ts';
import { words } from '../../../web/simulator/words.ts';

const root = join(import.meta.dirname, '../../..');
type LanguageFile = typeof import('../../../web/languages/en/shared.ts') &
  typeof import('../../../web/languages/en/share.ts') &
  typeof import('../../../web/languages/en/login.ts') &
  typeof import('../../../web/languages/en/dashboard.ts') &
  typeof import('../../../web/languages/en/simulator.ts') &
  typeof import('../../../web/languages/en/admin.ts') &
  typeof import('../../../web/languages/en/api.ts') &
  typeof import('../../../web/languages/en/circuit.ts') &
  typeof import('../../../web/languages/en/classroom.ts') &
  typeof import('../../../web/languages/en/topics.ts');

const files = import.meta.glob<Partial<LanguageFile>>('../../../web/languages/*/*.ts', { eager: true });
const tagOf = (path: string) => path.split('/').at(-2);
const { en, ...others } = Object.fromEntries(
  LANGUAGE_TAGS.map((tag) => {
    const own = Object.entries(files).filter(([path]) => tagOf(path) === tag);
    return [tag, Object.assign({}, ...own.map(([, file]) => file))];
  }),
) as Record<Language, LanguageFile>;

/** The parts of a language's file, with the folders that use each part, and the name that they use for it; `shared` is a file that uses the part for several pages. */
const PARTS = [
  { part: 'shared', folder: 'web', name: 'tell' },
  { part: 'sharing', folder: 'web/shared/share', name: 'sharing' },
  { part: 'dashboard', folder: 'web/dashboard', name: 'say' },
  { part: 'simulator', folder: 'web/simulator', name: 'say' },
  { part: 'circuit', folder: 'web/simulator/circuit', name: 'wording' },
  { part: 'topics', folder: 'web/topics', name: 'say' },
  { part: 'admin', folder: 'web/admin', name: 'say', shared: 'web/shared/ask.ts' },
  { part: 'api', folder: 'web/api', name: 'say' },
  { part: 'classroom', folder: 'web/class', name: 'say', shared: 'web/shared/ask.ts' },
] as const;

/** The keys of texts that may read the same in another language. */
const ALIKE = new Set(['auto', 'cluster', 'token', 'online', 'offline', 'offlineSection', 'deviceOffline']);

function sourcesIn(folder: string): string {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join(root, folder, path), 'utf8'))
    .join('\n');
}

/** Every text of a part, including the results of functions. */
function textsOf(part: LanguageFile[keyof LanguageFile]): [key: string, text: string][] {
  return Object.entries(part).flatMap(([key, value]) => {
    const said: unknown = typeof value === 'function' ? value('1', '2', '3', '4') : value;
    const texts = typeof said === 'string' ? [said] : Object.values(Object(said)).flat();
    return texts.map((text): [string, string] => [key, String(text)]);
  });
}

describe('the words of the pages', () => {
  it('have a folder for each language, and no other', () => {
    expect(new Set(Object.keys(files).map(tagOf))).toEqual(new Set(LANGUAGE_TAGS));
  });

  it.each(PARTS)('are all used, and every used word exists: $part', ({ part, folder, name, ...more }) => {
    const shared = 'shared' in more ? readFileSync(join(root, more.shared), 'utf8') : '';
    const said = [...`${sourcesIn(folder)}\n${shared}`.matchAll(new RegExp(`\\b${name}\\.(\\w+)`, 'g'))].map(
      ([, key]) => key,
    );
    expect([...new Set(said)].sort()).toEqual(Object.keys(en[part]).sort());
  });

  it('name every error code that the hub has', () => {
    const source = readFileSync(join(root, 'hub/core/error.ts'), 'utf8');
    const codes = [...source.matchAll(/^ {2}\| '([\w/-]+)'/gm)].map(([, code]) => code);
    expect(Object.keys(en.faults).sort()).toEqual(codes.sort());
  });

  describe.each(Object.entries(others))('in %s', (_, file) => {
    const parts = Object.keys(en) as (keyof LanguageFile)[];

    it.each(parts)('have the keys of English, and are never empty: %s', (part) => {
      expect(Object.keys(file[part]).sort()).toEqual(Object.keys(en[part]).sort());
      for (const [key, text] of [...textsOf(en[part]), ...textsOf(file[part])])
        expect(text, key).toMatch(/\S/);
    });

    it.each(parts)('say something else than English: %s', (part) => {
      const same = Object.entries(en[part]).filter(
        ([key, value]) => typeof value === 'string' && value === Reflect.get(file[part], key),
      );
      expect(same.map(([key]) => key).filter((key) => !ALIKE.has(key))).toEqual([]);
    });

    it('name every color of the header', () => {
      expect(file.simulator.roles.map(([role]) => role)).toEqual(en.simulator.roles.map(([role]) => role));
    });
  });

  it('name the built-in roles, and others by the name that they were given', () => {
    expect([roleName(words.en, 'viewer'), roleName(words['pt-BR'], 'viewer')]).toEqual([
      'viewer',
      'observador',
    ]);
    const unknown = ['pupil', 'constructor', ''];
    expect(unknown.map((role) => roleName(words['pt-BR'], role))).toEqual(unknown);
  });

  it('give the meaning of an error code that is known, and of no other', () => {
    expect(meaningOf(words.en, 'topic/invalid')).toBe(en.faults['topic/invalid']);
    for (const code of ['new/code', '', 'constructor', '__proto__', 'toString']) {
      expect(meaningOf(words.en, code)).toBeUndefined();
    }
  });
});
