import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Imports of other files in a declaration. */
const IMPORTED = /(?:\bfrom |\bimport\()['"](\.[^'"]+)\.(?:ts|js)['"]/g;

/** Removes the declarations that no export of the package leads to: hundreds of small files, which nobody can import. */
export function removeUnreachable(folder, entries) {
  const reached = new Set(entries.map((entry) => resolve(folder, entry)));
  for (const file of reached) {
    for (const [, path] of readFileSync(file, 'utf8').matchAll(IMPORTED)) {
      reached.add(`${resolve(dirname(file), path)}.d.ts`);
    }
  }
  for (const name of readdirSync(folder, { recursive: true })) {
    const file = join(folder, name);
    if (file.endsWith('.d.ts') && !reached.has(file)) rmSync(file);
  }
}
